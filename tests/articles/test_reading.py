import json

import pytest

from annotate.articles.reading import find_files, read_articles
from annotate.errors import ArticleError, UsageError


def test_txt_takes_its_metadata_from_the_yaml_beside_it(tmp_path):
    """A .txt is its text as it is; a YAML file of the same name describes it."""
    (tmp_path / "a.txt").write_text("Port closed\r\n\r\nIt may open.\r\n", newline="")
    (tmp_path / "a.yaml").write_text(
        "title: Port closed\noutlet: The Herald\npublished: 2024-05-01\ndesk: local\n"
    )
    (article,) = read_articles(["a.txt"], root=tmp_path).articles
    assert article.text == "Port closed\n\nIt may open.\n"
    assert (article.article_id, article.outlet, article.published) == (
        "a.txt",
        "The Herald",
        "2024-05-01",
    )
    assert article.meta == {"desk": "local"}


def test_the_id_is_the_callers_else_the_url_else_the_path(tmp_path):
    """An article's id has a fixed order of origin."""
    (tmp_path / "a.md").write_text("---\narticle_id: mine\nurl: https://x.example/1\n---\nText A")
    (tmp_path / "b.md").write_text("---\nurl: https://x.example/2\n---\nText B")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "c.txt").write_text("Text C")
    ids = [a.article_id for a in read_articles(["."], root=tmp_path).articles]
    assert ids == ["mine", "https://x.example/2", "c/c.txt"]


def test_md_and_html_begin_with_their_title(tmp_path):
    """The title is the text's first paragraph, so that it can be marked."""
    (tmp_path / "a.md").write_text("---\ntitle: Port closed\n---\nIt may open.\n")
    (tmp_path / "b.md").write_text("# Bridge shut\n\nIt may open.\n")
    body = "".join(
        f"<p>Paragraph {i}: the harbour board said the quay would stay shut until the survey is done.</p>"
        for i in range(6)
    )
    (tmp_path / "c.html").write_text(
        "<html><head><title>Quay shut</title>"
        '<meta property="og:title" content="Quay shut"><meta property="og:site_name" content="The Herald">'
        '<meta property="article:published_time" content="2024-05-01">'
        f"</head><body><nav>Home</nav><article><h1>Quay shut</h1>{body}</article></body></html>"
    )
    a, b, c = read_articles(["."], root=tmp_path).articles
    assert a.text.startswith("Port closed\n\nIt may")
    assert (b.title, b.text.split("\n")[0]) == ("Bridge shut", "# Bridge shut")
    assert c.text.startswith("Quay shut\n")
    assert (c.title, c.outlet, c.published) == ("Quay shut", "The Herald", "2024-05-01")
    assert "Home" not in c.text


def test_jsonl_lines_are_articles(tmp_path):
    """A .jsonl gives an article a line; a line without an id gets URL, or file and line."""
    lines = [
        {"article_id": "x", "text": "One."},
        {"url": "https://u.example", "text": "Two."},
        {"text": "Three."},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    ids = [a.article_id for a in read_articles(["a.jsonl"], root=tmp_path).articles]
    assert ids == ["x", "https://u.example", "a.jsonl:3"]


def test_a_broken_line_names_file_and_line(tmp_path):
    """One bad line of many is found by its number, and nothing is read."""
    (tmp_path / "a.jsonl").write_text('{"article_id": "x", "text": "One."}\n{"text": 3}\n')
    with pytest.raises(ArticleError, match=r"a\.jsonl:2: .*'text'"):
        read_articles(["a.jsonl"], root=tmp_path)


def test_one_text_under_two_names_is_reported_and_kept_once(tmp_path):
    """Two files with one text are one article; who repeats whom is told."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("The same.")
    read = read_articles(["*.txt"], root=tmp_path)
    assert [a.article_id for a in read.articles] == ["a.txt"]
    assert read.same_text == (("b.txt", "a.txt"),)


def test_two_texts_under_one_id_are_an_error(tmp_path):
    """An id stands for one text."""
    for name, text in (("a.md", "One."), ("b.md", "Two.")):
        (tmp_path / name).write_text(f"---\narticle_id: x\n---\n{text}")
    with pytest.raises(ArticleError, match="'x' stands for another text"):
        read_articles(["."], root=tmp_path)


def test_every_unreadable_file_is_named_at_once(tmp_path):
    """Several bad files are told together, not one a run."""
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.txt").write_text("Fine.")
    with pytest.raises(ArticleError, match=r"a\.txt: not UTF-8.*b\.txt: the file is empty"):
        read_articles(["."], root=tmp_path)


def test_patterns_find_files_once_and_say_when_they_find_none(tmp_path):
    """Directories and globs may name a file twice; hidden and foreign files are passed over."""
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "a.pdf").write_text("x")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "b.txt").write_text("x")
    assert [p.name for p in find_files([".", "*.txt", "a.txt"], root=tmp_path)] == ["a.txt"]
    with pytest.raises(UsageError, match="none.txt"):
        find_files(["none.txt"], root=tmp_path)
    with pytest.raises(ArticleError, match=r"cannot read \.pdf"):
        read_articles(["a.pdf"], root=tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.md", '---\ntitle: "a\\0"\n---\nText', "a.md: article 'a.md': title holds U+0000"),
        ("a.md", '---\noutlet: "x\\ud800"\n---\nText', "outlet holds a lone surrogate"),
        ("a.md", "---\nn: .inf\n---\nText", "a.md: article 'a.md': meta.n is inf"),
        ("a.md", "---\nn: {1: 2}\n---\nText", "meta.n: the key 1 is int"),
        ("a.md", "---\nn: !!binary YQ==\n---\nText", "meta.n is bytes"),
        ("a.md", "---\nn: !!set {a}\n---\nText", "meta.n is set"),
        ("a.md", "---\nn: &a [*a]\n---\nText", "meta is nested too deeply"),
        ("a.md", "---\nn: " + "1" * 5000 + "\n---\nText", "a.md: metadata: not YAML"),
        ("a.md", "---\na: 1\nb: [\n---\nText", "a.md:4: metadata: not YAML"),
        ("a.marked", "---\nn: .nan\n---\nText", "a.marked: article 'a.marked': meta.n is nan"),
        (
            "a.jsonl",
            '{"text": "x"}\n{"text": "T", "meta": {"n": NaN}}',
            "a.jsonl:2: .*meta.n is nan",
        ),
        ("a.jsonl", '{"text": "T", "title": "\\ud800"}', "a.jsonl:1: .*title holds a lone"),
        ("a.jsonl", '{"text": "T", "meta": {"a\\u0000": 1}}', "a.jsonl:1: .*meta: the key"),
    ],
)
def test_metadata_that_cannot_be_kept_names_its_file(tmp_path, name, content, said):
    """What no JSON or UTF-8 can hold is refused with file, line of a JSONL, article and field."""
    (tmp_path / name).write_text(content)
    with pytest.raises(ArticleError, match=said.replace("+", r"\+")):
        read_articles([name], root=tmp_path)


def test_metadata_beside_a_text_is_checked_as_well(tmp_path):
    """The article's file is named, and the field of the file beside it."""
    (tmp_path / "a.txt").write_text("Text")
    (tmp_path / "a.yaml").write_text("a: {b: [.inf]}\n")
    with pytest.raises(ArticleError, match=r"a\.txt: article 'a\.txt': meta\.a\.b\[0\] is inf"):
        read_articles(["a.txt"], root=tmp_path)
