"""annotate's own lines as Parquet, which Hugging Face's `datasets`, Polars and DuckDB load.

A row is a line of annotate's JSONL with the same names (docs/formats.md). Columns have one type, so
that choices of spans are a list of name and values, and `meta` is JSON in a string. pyarrow (extra
`parquet`) reads and writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotate.errors import InputError, RecordError
from annotate.exports.formats.base import Place, Reading
from annotate.files import atomic_writer
from annotate.installation import install_hint
from annotate.jsonl import ArticleLine, article_line_from_json, article_line_to_json, dumps

_ROWS_AT_ONCE = 256


def read_parquet(path: Path) -> Reading:
    """Read rows of articles with spans; raises `InputError` with file and row.

    Columns of other names are left alone: a table may hold more than annotations.
    """
    items: list[tuple[Place, ArticleLine]] = []
    for number, row in enumerate(_rows(path), 1):
        by = row.get("annotator")
        place = Place(path=path, line=number, by=by if isinstance(by, str) else None)
        try:
            items.append((place, article_line_from_json(_line(row))))
        except RecordError as error:
            raise place.error(error) from None
    return Reading(items=tuple(items))


def write_parquet(path: Path, items: Sequence[tuple[str | None, ArticleLine]]) -> None:
    """Write a row for every (annotator, article line), whole or not at all.

    Raises `InputError` where the extra is missing.
    """
    arrow, parquet = _arrow(path)
    table = _table(arrow, ((by, article_line_to_json(line)) for by, line in items))
    with atomic_writer(path) as stream:
        parquet.write_table(table, stream, compression="zstd")


def each_row(path: Path) -> Iterator[dict[str, Any] | RecordError]:
    """Yield the rows of a file as objects that a line of JSON holds; in a bad one's place why.

    Memory holds some hundred rows. Raises `InputError` where the file is no Parquet, or damaged.
    """
    for row in _rows(path):
        try:
            yield _line(row)
        except RecordError as error:
            yield error


def parquet_bytes(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a file that holds lines of JSON as rows; raises `InputError` without the extra."""
    arrow, parquet = _arrow(None)
    stream = arrow.BufferOutputStream()
    parquet.write_table(_table(arrow, ((None, line) for line in lines)), stream, compression="zstd")
    return bytes(stream.getvalue())


def _table(arrow: Any, lines: Iterable[tuple[str | None, Mapping[str, Any]]]) -> Any:
    """Return the rows of (annotator, line of JSON)."""
    rows = [_row({**line, "annotator": by, "meta": dumps(line["meta"])}) for by, line in lines]
    return arrow.Table.from_pylist(rows, schema=_schema(arrow))


def _schema(arrow: Any) -> Any:
    text, number = arrow.string(), arrow.int64()
    choice = arrow.struct([("name", text), ("values", arrow.list_(text))])
    span = [("id", text), ("start", number), ("end", number), ("label", text)]
    span += [("score", arrow.float64()), ("attributes", arrow.list_(choice))]
    link = [("head", text), ("tail", text), ("label", text), ("inferred", arrow.bool_())]
    texts = ("article_id", "text", "text_sha256", "title", "outlet", "url", "published", "meta")
    return arrow.schema(
        [
            *((name, text) for name in texts),
            ("annotator", text),
            ("labels", arrow.list_(text)),
            ("split", text),
            ("blind", arrow.bool_()),
            ("reference", arrow.bool_()),
            ("model_version", text),
            ("spans", arrow.list_(arrow.struct(span))),
            ("links", arrow.list_(arrow.struct(link))),
        ]
    )


def _row(line: Mapping[str, Any]) -> dict[str, Any]:
    spans = [
        {
            **span,
            "attributes": [
                {"name": name, "values": values}
                for name, values in span.get("attributes", {}).items()
            ],
        }
        for span in line["spans"]
    ]
    links = [{"inferred": False, **link} for link in line["links"]]
    return {**line, "spans": spans, "links": links}


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the object that a line of JSON holds; raises `RecordError`."""
    try:
        meta = json.loads(row.get("meta") or "{}")
        spans = [
            {
                **span,
                "attributes": {c["name"]: c["values"] or [] for c in span.get("attributes") or ()},
            }
            for span in row.get("spans") or ()
        ]
        links = [
            {**link, "inferred": bool(link.get("inferred"))} for link in row.get("links") or ()
        ]
    except (TypeError, KeyError, AttributeError, ValueError):
        raise RecordError(
            "expected 'spans' and 'links' to be lists of objects, 'attributes' lists of name and "
            "values, 'meta' JSON in a string"
        ) from None
    return {**row, "meta": meta, "spans": spans, "links": links}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    arrow, parquet = _arrow(path)
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                yield from batch.to_pylist()
    except (arrow.ArrowException, OSError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(f"no Parquet that can be read ({said})", path=path) from None


def _arrow(path: Path | None) -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise InputError("Parquet needs pyarrow", path=path, hint=install_hint("parquet")) from None
    return pa, parquet
