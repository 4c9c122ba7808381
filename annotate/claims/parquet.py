"""Rows of a sheet as Parquet, by pyarrow (extra `parquet`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, BinaryIO

from annotate.claims.sheets import Cell, Type
from annotate.errors import UsageError
from annotate.installation import install_hint

_TOGETHER = 10_000  # rows in memory


def write_rows(
    stream: BinaryIO, columns: Mapping[str, Type], rows: Iterable[tuple[Cell, ...]]
) -> None:
    """Write rows as they come; raises `UsageError` where pyarrow is missing."""
    try:
        import pyarrow as pa
        from pyarrow import parquet as pq
    except ImportError:
        raise UsageError("Parquet needs pyarrow", hint=install_hint("parquet")) from None
    types: dict[Type, Any] = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "integer": pa.int64(),
        "real": pa.float64(),
        "truth": pa.bool_(),
    }
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    parquet: Any = pq
    left = iter(rows)
    with parquet.ParquetWriter(stream, schema) as writer:
        while some := list(islice(left, _TOGETHER)):
            cells = zip(*some, strict=True)
            arrays = [pa.array(c, type=f.type) for c, f in zip(cells, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
