"""The tables of a page as CSV files in a directory beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from annotate.errors import UsageError
from annotate.files import write_atomic
from annotate.outputs import require_no_shards, require_not_own
from annotate.pages.report.parts import Table
from annotate.tables import open_table
from annotate.workspace import Workspace

_LIST = "made-by-annotate.txt"
_SAYS = "Tables of a page, made by annotate; the next run replaces these files:"


def require_tables(directory: Path, workspace: Workspace, *, overwrite: bool) -> None:
    """Refuse a directory with files in it that no such run has made; raises `UsageError`."""
    require_not_own(directory, workspace)
    require_no_shards(directory)
    if not directory.exists() or overwrite:
        return
    if not directory.is_dir():
        raise UsageError(f"{directory}: is no directory", hint="name another one with --tables")
    others = sorted({path.name for path in directory.iterdir()} - {*_made(directory), _LIST})
    if others:
        raise UsageError(
            f"{directory}: holds files that are no tables of a page: {', '.join(others[:5])}",
            hint="name another directory with --tables, or allow it with --overwrite",
        )


def write_tables(directory: Path, tables: Sequence[Table]) -> int:
    """Write each table as `name.csv`, and remove what an earlier run wrote and this one has not.

    Returns how many cells that begin like a formula of a spreadsheet got an apostrophe.
    """
    directory.mkdir(parents=True, exist_ok=True)
    before = set(_made(directory))
    names = [f"{table.name}.csv" for table in tables]
    write_atomic(directory / _LIST, "\n".join([_SAYS, *names]) + "\n")
    guarded = 0
    for name, table in zip(names, tables, strict=True):
        columns = [column.name for column in table.columns]
        with open_table(directory / name, columns) as out:
            for row in table.rows:
                out.write(dict(zip(columns, row, strict=True)))
        guarded += out.guarded
    for name in before.difference(names):
        (directory / name).unlink(missing_ok=True)
    return guarded


def _made(directory: Path) -> list[str]:
    """Return the names that an earlier run has listed; plain names alone."""
    try:
        first, *names = (directory / _LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
    return [n for n in names if first == _SAYS and n.endswith(".csv") and Path(n).name == n]
