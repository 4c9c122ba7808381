"""Rows as CSV or JSONL in a file of the user's: whole or not at all, and safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from annotate.errors import UsageError
from annotate.files import atomic_writer
from annotate.jsonl import dumps
from annotate.outputs import require_free
from annotate.workspace import Workspace

_SUFFIXES = (".csv", ".jsonl")
_BREAK = "\r\n"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Table:
    """An open table; `rows` counts what was written, `guarded` the cells that got an apostrophe."""

    def __init__(self, stream: BinaryIO, columns: Sequence[str], *, lines: bool) -> None:
        self._stream = stream
        self._columns = tuple(columns)
        self._lines = lines
        self.rows = 0
        self.guarded = 0
        if not lines:
            stream.write(_csv_line(self._columns))

    def write(self, row: Mapping[str, Any]) -> None:
        """Write a row, which has every column; in CSV `None` is an empty cell."""
        self.rows += 1
        if self._lines:
            value = {name: row[name] for name in self._columns}
            self._stream.write(f"{dumps(value)}\n".encode())
            return
        self._stream.write(_csv_line([self._cell(row[name]) for name in self._columns]))

    def _cell(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(_FORMULA):
            self.guarded += 1
            return f"'{value}"
        return value


@contextmanager
def open_table(path: Path, columns: Sequence[str]) -> Iterator[Table]:
    """Open a table of these columns, CSV or JSONL by the name's end, which `require_table` checked.

    A text that begins like a formula of a spreadsheet (= + - @) gets an apostrophe in CSV. Where
    the block raises, the file stays as it was.
    """
    with atomic_writer(path) as stream:
        yield Table(stream, columns, lines=path.suffix.lower() == ".jsonl")


def require_table(
    path: Path, columns: Sequence[str], workspace: Workspace, *, overwrite: bool
) -> None:
    """Refuse a name that is neither CSV nor JSONL, and a file that is no table of these columns.

    Raises `UsageError`.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise UsageError(
            f"{path}: what to write cannot be told from its name",
            hint=f"end it with {' or '.join(_SUFFIXES)}",
        )

    def ours(begins: bytes) -> bool:
        if path.suffix.lower() == ".csv":
            return begins.startswith(_csv_line(columns))
        try:
            first = json.loads(begins.splitlines()[0])
        except (ValueError, RecursionError, IndexError):
            return False
        return isinstance(first, dict) and list(first) == list(columns)

    require_free(path, workspace, replaceable=ours, overwrite=overwrite)


def _csv_line(cells: Sequence[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator=_BREAK).writerow(cells)  # what is in it stands in quotes
    return f"{line.getvalue().removesuffix(_BREAK)}\n".encode()
