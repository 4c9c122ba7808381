import gzip
import json

import pytest

from annotate.archive.inputs import find_inputs
from annotate.errors import InputError, UsageError
from annotate.exports.formats.parquet import parquet_bytes
from annotate.jsonl import ArticleLine, article_line_to_json
from annotate.records import Article


def _line(name):
    return article_line_to_json(ArticleLine(article=Article(article_id=name, text=f"Text {name}.")))


def _raw(*names):
    return "".join(json.dumps(_line(name)) + "\n" for name in names).encode()


def _read(inputs):
    """Return ids, and (file, line) of what is bad."""
    found = list(inputs.articles())
    good = [a.article_id for _, _, a in found if isinstance(a, Article)]
    return good, [(file, line, e.message) for file, line, e in found if isinstance(e, InputError)]


def test_all_kinds_are_read(tmp_path):
    """Lines, packed lines, rows and texts; names are relative to the place that was named."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_bytes(_raw("a1", "a2"))
    (tmp_path / "in/b.jsonl.gz").write_bytes(gzip.compress(_raw("b1")))
    (tmp_path / "in/c.parquet").write_bytes(parquet_bytes([_line("c1"), _line("c2")]))
    (tmp_path / "in/d.txt").write_text("Text.", encoding="utf-8")
    (tmp_path / "in/e.gz").write_bytes(b"")
    (tmp_path / "in/.hidden.jsonl").write_bytes(_raw("h"))
    inputs = find_inputs(["in"], root=tmp_path)
    assert _read(inputs) == (["a1", "a2", "b1", "c1", "c2", "in/d.txt"], [])
    assert [name for name, _ in inputs.files] == [
        "in/a.jsonl", "in/b.jsonl.gz", "in/c.parquet", "in/d.txt",
    ]  # fmt: skip
    assert inputs.passed_over == {".gz": 1}
    plain, packed, rows, text = (size for _, size in inputs.files)
    assert inputs.size == plain + 4 * packed + 4 * rows + text


def test_damaged_files_give_what_is_whole(tmp_path):
    """Each says where it breaks off, and the next file is read."""
    packed = gzip.compress(_raw(*(f"a{n}" for n in range(2000))))
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "b.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "c.parquet").write_bytes(b"no parquet")
    (tmp_path / "d.jsonl").write_bytes(b'{"text": "x"}\n{}\n' + _raw("d3"))
    good, bad = _read(find_inputs(["."], root=tmp_path))
    assert good[0] == "a0"
    assert good[-2:] == ["d.jsonl:1", "d3"]
    assert [file for file, _, _ in bad] == ["a.jsonl.gz", "b.jsonl.gz", "c.parquet", "d.jsonl"]
    assert [line for _, line, _ in bad][1:] == [1, 1, 2]
    assert bad[0][1] == len(good) - 1
    assert "cannot be unpacked after line" in bad[0][2]
    assert "no Parquet" in bad[2][2]


def test_rows_that_are_no_articles_are_listed(tmp_path):
    """By their number, from 1."""
    wrong = {**_line("b"), "text_sha256": "0" * 64}
    (tmp_path / "a.parquet").write_bytes(parquet_bytes([_line("a"), wrong, _line("c")]))
    good, bad = _read(find_inputs(["a.parquet"], root=tmp_path))
    assert good == ["a", "c"]
    ((file, row, message),) = bad
    assert (file, row) == ("a.parquet", 2)
    assert "the text was changed" in message


def test_rows_without_an_id_are_called_after_their_file(tmp_path):
    """As lines are; with a URL by that."""
    rows = [{**_line("a"), "article_id": None, "url": url} for url in (None, "https://e.org/1")]
    (tmp_path / "a.parquet").write_bytes(parquet_bytes(rows))
    assert _read(find_inputs(["."], root=tmp_path)) == (["a.parquet:1", "https://e.org/1"], [])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", b""),
        ("a.jsonl.gz", b""),
        ("a.jsonl.gz", gzip.compress(b"\n", mtime=0)),
        ("a.txt", b""),
    ],
)
def test_a_file_without_an_article_is_listed(tmp_path, name, data):
    """A download may have failed."""
    (tmp_path / name).write_bytes(data)
    good, ((file, _, message),) = _read(find_inputs(["."], root=tmp_path))
    assert (good, file) == ([], name)
    assert message.startswith(f"{name}: ")


def test_what_names_nothing_is_refused(tmp_path):
    """A place without a file, a file that nobody reads, an encoding that nobody knows."""
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError, match="none: no file that can be read"):
        find_inputs(["none"], root=tmp_path)
    with pytest.raises(UsageError, match="--encoding nonsense: no such encoding"):
        find_inputs(["none"], root=tmp_path, encoding="nonsense")
    (tmp_path / "a.zip").write_bytes(b"")
    with pytest.raises(UsageError, match="no such file"):
        find_inputs(["b.jsonl"], root=tmp_path)
    with pytest.raises(UsageError, match=r"a\.zip: cannot be read; expected one of"):
        find_inputs(["a.zip"], root=tmp_path)


def test_addresses_are_read_as_files_are(tmp_path):
    """A glob behind an address; an id is the place behind it, an error names the address."""
    import fsspec

    files = fsspec.filesystem("memory")
    files.pipe("/crawl/one/a.jsonl", b'{"text": "x"}\n' + _raw("a2") + b"{\n")
    files.pipe("/crawl/two/a.jsonl.gz", gzip.compress(b'{"text": "y"}\n'))
    try:
        inputs = find_inputs(["memory://crawl/**/a.jsonl*"], root=tmp_path)
        good, bad = _read(inputs)
        assert good == ["crawl/one/a.jsonl:1", "a2", "crawl/two/a.jsonl.gz:1"]
        ((file, line, message),) = bad
        assert (file, line) == ("memory:///crawl/one/a.jsonl", 3)
        assert message.startswith("memory:///crawl/one/a.jsonl:3: not JSON")
        assert _read(find_inputs(["memory://crawl"], root=tmp_path)) == (good, bad)
        with pytest.raises(UsageError, match="nothing is there"):
            find_inputs(["memory://crawl/none/*.jsonl"], root=tmp_path)
        with pytest.raises(UsageError, match="never-heard-of"):
            find_inputs(["never-heard-of://x/*.jsonl"], root=tmp_path)
    finally:
        files.rm("/crawl", recursive=True)
