"""Annotations as Parquet."""

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from pyarrow import parquet
from strategies import marked_articles

from annotate.errors import InputError
from annotate.exports.formats.parquet import read_parquet, write_parquet
from annotate.jsonl import ArticleLine
from annotate.records import Link

LINE = {
    "article_id": "a",
    "text": "Vahl said so.",
    "spans": [{"start": 0, "end": 4, "label": "Source"}],
}


def _table(tmp_path, *rows):
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.Table.from_pylist(list(rows)), path)
    return path


@given(marked_articles())
def test_a_line_comes_back_as_it_was(marked):
    """Nothing is lost: marks, choices, scores, what was annotated, by whom, and what it serves."""
    article, spans, links = marked
    line = ArticleLine(
        article=replace(article, outlet="Gazette", meta={"desk": ["harbour", 1, None]}),
        spans=spans,
        links=tuple(
            Link(head_id=k.head_id, tail_id=k.tail_id, label=k.label, inferred=True)
            for k in links[:1]
        )
        + links[1:],
        labels=("Claim", "Source"),
        scores={span.id: 0.25 for span in spans[:2]},
        split="dev",
        blind=False,
        reference=True,
    )
    bare = ArticleLine(article=article)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "t.parquet"
        write_parquet(path, [("ines", line), (None, bare)])
        (first, again), (second, other) = read_parquet(path).items
    assert (again, other) == (line, bare)
    assert [(first.by, first.line), (second.by, second.line)] == [("ines", 1), (None, 2)]


def test_the_columns_are_those_of_the_lines(tmp_path):
    """Other tools find spans as lists of objects; one schema, whatever the first rows hold."""
    path = tmp_path / "t.parquet"
    write_parquet(path, [])
    schema = parquet.read_schema(path)
    assert {"article_id", "text", "text_sha256", "annotator", "labels", "spans", "links"} <= set(
        schema.names
    )
    assert pa.types.is_struct(schema.field("spans").type.value_type)
    assert read_parquet(path).items == ()


def test_tables_of_others_are_read(tmp_path):
    """A table needs ids, texts and spans alone; other columns do not matter."""
    path = _table(tmp_path, {**LINE, "topic": "harbour"})
    ((place, line),) = read_parquet(path).items
    assert (place.line, line.spans[0].label, line.labels) == (1, "Source", None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"text": "x"}, "expected a string 'article_id'"),
        ({**LINE, "spans": [{"start": 0, "end": 99, "label": "Source"}]}, "99"),
        ({**LINE, "spans": "Source"}, "to be lists of objects"),
        ({**LINE, "meta": "{"}, "'meta' JSON in a string"),
        ({**LINE, "links": [{"head": 0, "tail": 7, "label": "x"}]}, "no index"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, said):
    """The error has file, row and what was expected."""
    path = _table(tmp_path, row)
    with pytest.raises(InputError, match=said) as caught:
        read_parquet(path)
    assert caught.value.path == path
    assert caught.value.line == 1


@pytest.mark.parametrize("content", [b"", b"PAR1", json.dumps(LINE).encode(), b"PAR1" * 20])
def test_what_is_no_parquet_is_named(tmp_path, content):
    """The error is ours and names the file."""
    path = tmp_path / "t.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no Parquet that can be read"):
        read_parquet(path)


def test_without_the_extra_the_error_names_it(tmp_path, monkeypatch):
    """It says what is needed and how to get it; nothing is written."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match="Parquet needs pyarrow") as caught:
        write_parquet(tmp_path / "t.parquet", [])
    assert "parquet" in caught.value.hint
    assert list(tmp_path.iterdir()) == []
