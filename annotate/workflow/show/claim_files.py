"""The table of claims as files: CSV, JSONL, SQLite, Parquet. Two runs write the same bytes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from annotate.claims.parquet import write_rows
from annotate.claims.sheets import Cell, Sheet, as_cell, as_objects
from annotate.errors import UsageError
from annotate.files import atomic_writer, write_lines_atomic
from annotate.jsonl import dumps
from annotate.tables import open_table

FORMATS: Mapping[str, str] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".parquet": "parquet",
    ".html": "html",
}
"""What the ending of a file's name stands for."""

_FIRST = "claims"


def format_of(path: Path) -> str:
    """Return the format that a file's ending names; raises `UsageError` listing what there is."""
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        raise UsageError(f"{path}: expected a name that ends with one of {', '.join(FORMATS)}")
    return found


def claim_files(path: Path, names: Iterable[str]) -> dict[str, Path]:
    """Return the files that `path` stands for, by the names of the sheets.

    SQLite holds all sheets in one; of the others the claims stand in `path` itself, further sheets
    beside it: `claims.csv`, `claims.stories.csv`.
    """
    if format_of(path) in ("sqlite", "html"):
        return {_FIRST: path}
    return {
        name: path if name == _FIRST else path.with_suffix(f".{name}{path.suffix}")
        for name in names
    }


def write_claims(path: Path, held: Mapping[str, Sheet]) -> int:
    """Write the sheets to the files of `path`, each whole or not at all.

    Returns how many cells of a CSV began like a formula and were given an apostrophe. Raises
    `UsageError` where the extra `parquet` is missing.
    """
    kind = format_of(path)
    if kind == "sqlite":
        _write_database(path, held)
        return 0
    files = claim_files(path, held)
    writers: dict[str, Callable[[Path, Sheet], int]] = {
        "csv": _write_csv,
        "jsonl": _write_jsonl,
        "parquet": _write_parquet,
    }
    return sum(writers[kind](file, held[name]) for name, file in files.items())


def _write_csv(path: Path, sheet: Sheet) -> int:
    with open_table(path, tuple(sheet.columns)) as table:
        for row in sheet.rows:
            table.write(dict(zip(sheet.columns, map(as_cell, row), strict=True)))
    return table.guarded


def _write_jsonl(path: Path, sheet: Sheet) -> int:
    write_lines_atomic(path, map(dumps, as_objects(sheet)))
    return 0


_SQL_TYPES = {"text": "TEXT", "texts": "TEXT", "integer": "INTEGER", "truth": "INTEGER"}


def _write_database(path: Path, held: Mapping[str, Sheet]) -> None:
    """Write an SQLite file with a table for every sheet; lists are JSON."""
    with TemporaryDirectory(prefix="annotate-") as directory:
        made = Path(directory) / "claims.sqlite3"
        _fill_database(made, held)
        with made.open("rb") as source, atomic_writer(path) as stream:
            shutil.copyfileobj(source, stream)


def _fill_database(path: Path, held: Mapping[str, Sheet]) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        for name, sheet in held.items():
            columns = [
                f'"{column}" {_SQL_TYPES.get(kind, "REAL")}'
                + (" PRIMARY KEY" if column == sheet.key else "")
                + (f' REFERENCES "{sheet.refers[column]}"' if column in sheet.refers else "")
                for column, kind in sheet.columns.items()
            ]
            database.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
            marks = ", ".join("?" * len(sheet.columns))
            database.executemany(
                f'INSERT INTO "{name}" VALUES ({marks})',  # noqa: S608 - names are our own
                ([_stored(value) for value in row] for row in sheet.rows),
            )
            for column in sheet.refers:
                database.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
        database.commit()


def _stored(value: Cell) -> str | int | float | None:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _write_parquet(path: Path, sheet: Sheet) -> int:
    with atomic_writer(path) as stream:
        write_rows(stream, sheet.columns, sheet.rows)
    return 0
