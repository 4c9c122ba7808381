import json
import os
import re

import pytest

from annotate import jsonl
from annotate.articles.finding import find_files
from annotate.articles.reading import read_articles
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
    """One bad line of many is found by its number, and the others are read."""
    lines = '{"article_id": "x", "text": "One."}\n{"text": 3}\n{"text": "Three."}\nnothing\n'
    (tmp_path / "a.jsonl").write_text(lines)
    read = read_articles(["a.jsonl"], root=tmp_path)
    assert [a.article_id for a in read.articles] == ["x", "a.jsonl:3"]
    assert len(read.articles) == 2
    assert [item.line for item in read.left_out] == [2, 4]
    assert re.search(r"a\.jsonl:2: .*'text'", read.left_out[0].reason)


def test_one_text_under_two_names_is_reported_and_kept_once(tmp_path):
    """Two files with one text are one article; who repeats whom is told."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("The same.")
    read = read_articles(["*.txt"], root=tmp_path)
    assert [a.article_id for a in read.articles] == ["a.txt"]
    assert read.same_text == (("b.txt", "a.txt"),)


def test_two_texts_under_one_id_are_an_error(tmp_path):
    """An id stands for one text: the first is kept, the other told."""
    for name, text in (("a.md", "One."), ("b.md", "Two.")):
        (tmp_path / name).write_text(f"---\narticle_id: x\n---\n{text}")
    read = read_articles(["."], root=tmp_path)
    assert [a.text for a in read.articles] == ["One."]
    (item,) = read.left_out
    assert item.path.name == "b.md"
    assert "'x' stands for another text" in item.reason


def test_every_unreadable_file_is_named_at_once(tmp_path):
    """Several bad files are told together, not one a run."""
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.txt").write_text("Fine.")
    read = read_articles(["."], root=tmp_path)
    assert [a.article_id for a in read.articles] == ["c.txt"]
    first, second = (item.reason for item in read.left_out)
    assert re.search(r"a\.txt: not UTF-8", first)
    assert re.search(r"b\.txt: the file is empty", second)
    assert read.require() is read


def test_where_nothing_can_be_read_a_verb_may_say_so(tmp_path):
    """Some verbs go on without articles; one that needs them names the first reason."""
    (tmp_path / "a.txt").write_text("")
    (tmp_path / "b.txt").write_text("")
    with pytest.raises(ArticleError, match=r"a\.txt: the file is empty; and 1 more"):
        read_articles(["."], root=tmp_path).require()


def test_what_would_stop_a_tokenizer_is_left_out(tmp_path):
    """Texts that are too long, and runs without a space on which it would spend hours."""
    (tmp_path / "long.txt").write_text("word " * 200_001)
    (tmp_path / "quotes.txt").write_text("He said " + '"' * 20_000)
    (tmp_path / "all.jsonl").write_text(
        "\n".join(json.dumps({"text": text}) for text in ("x" * 6_000, "Fine.", "y " * 600_000))
    )
    read = read_articles(["."], root=tmp_path)
    assert [a.text for a in read.articles] == ["Fine."]
    reasons = [item.reason for item in read.left_out]
    assert sum("without a space" in reason for reason in reasons) == 2
    assert sum("1,000,000" in reason for reason in reasons) == 2


def test_a_line_without_end_is_one_bad_line(tmp_path, monkeypatch):
    """What is too long for a line is passed over to its end; the next line is read."""
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 100)
    lines = [json.dumps({"text": text}) for text in ("One.", "x" * 5_000, "Three.")]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    read = read_articles(["a.jsonl"], root=tmp_path)
    assert [a.article_id for a in read.articles] == ["a.jsonl:1", "a.jsonl:3"]
    assert [item.line for item in read.left_out] == [2]


def test_a_file_whose_name_is_no_utf8_is_told(tmp_path):
    """Its id could stand in no JSON; others are read."""
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("It may rain.")
    (tmp_path / "fine.txt").write_text("It may snow.")
    read = read_articles(["."], root=tmp_path)
    assert [a.article_id for a in read.articles] == ["fine.txt"]
    assert "lone surrogate" in read.left_out[0].reason


@pytest.mark.parametrize("encoding", ["undefined", "rot13", "idna", "nosuch", ""])
def test_an_encoding_that_is_none_is_told(tmp_path, encoding):
    """Whatever Python's codecs raise, the file is named; an empty name is UTF-8."""
    (tmp_path / "a.txt").write_bytes(b"It may rain in Z\xc3\xbcrich.")
    read = read_articles(["a.txt"], root=tmp_path, encoding=encoding)
    assert bool(read.left_out) == (encoding != "")


def test_aliases_in_metadata_are_refused(tmp_path):
    """Nine levels of them would take minutes to write out."""
    (tmp_path / "a.md").write_text("---\na: &x [1]\nb: *x\n---\nText")
    read = read_articles(["a.md"], root=tmp_path)
    assert "a.md:3: metadata: aliases" in read.left_out[0].reason


def test_patterns_find_files_once_and_say_when_they_find_none(tmp_path):
    """Directories and globs may name a file twice; hidden and foreign files are passed over."""
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "a.odt").write_text("x")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "b.txt").write_text("x")
    (tmp_path / "a.yaml").write_text("title: A")
    (tmp_path / "b.RTF").write_text("x")
    found = find_files([".", "*.txt", "a.txt"], root=tmp_path)
    assert [p.name for p in found.files] == ["a.txt"]
    assert found.passed_over == {".odt": 1, ".rtf": 1}
    with pytest.raises(UsageError, match="none.txt"):
        find_files(["none.txt"], root=tmp_path)
    with pytest.raises(UsageError, match="is an address") as caught:
        find_files(["https://example.org/a.html"], root=tmp_path)
    assert "save the page" in caught.value.hint
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(UsageError, match="neither a file nor a directory"):
        find_files(["pipe.txt"], root=tmp_path)
    with pytest.raises(ArticleError, match=r"cannot read \.odt"):
        read_articles(["a.odt"], root=tmp_path).require()


def test_brackets_in_the_names_of_directories_are_no_glob(tmp_path):
    """Only what does not exist as it is written is taken for a pattern."""
    place = tmp_path / "[2024] news"
    place.mkdir()
    (place / "a.txt").write_text("x")
    (place / "b[1].txt").write_text("x")
    assert [p.name for p in find_files(["*.txt"], root=place).files] == ["a.txt", "b[1].txt"]
    assert [p.name for p in find_files(["b[1].txt"], root=place).files] == ["b[1].txt"]
    assert [p.name for p in find_files([place / "a.*"], root=tmp_path).files] == ["a.txt"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.md", '---\ntitle: "a\\0"\n---\nText', "a.md: article 'a.md': title holds U+0000"),
        ("a.md", '---\noutlet: "x\\ud800"\n---\nText', "outlet holds a lone surrogate"),
        ("a.md", "---\nn: .inf\n---\nText", "a.md: article 'a.md': meta.n is inf"),
        ("a.md", "---\nn: {1: 2}\n---\nText", "meta.n: the key 1 is int"),
        ("a.md", "---\nn: !!binary YQ==\n---\nText", "meta.n is bytes"),
        ("a.md", "---\nn: !!set {a}\n---\nText", "meta.n is set"),
        ("a.md", "---\nn: &a [*a]\n---\nText", "aliases .* are refused"),
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
    reasons = [item.reason for item in read_articles([name], root=tmp_path).left_out]
    assert re.search(said.replace("+", r"\+"), reasons[0])


def test_metadata_beside_a_text_is_checked_as_well(tmp_path):
    """The article's file is named, and the field of the file beside it."""
    (tmp_path / "a.txt").write_text("Text")
    (tmp_path / "a.yaml").write_text("a: {b: [.inf]}\n")
    (item,) = read_articles(["a.txt"], root=tmp_path).left_out
    assert "a.txt: article 'a.txt': meta.a.b[0] is inf" in item.reason
