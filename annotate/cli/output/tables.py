"""What is said of a table that was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotate.cli.output.console import many, notes

if TYPE_CHECKING:  # pydantic comes with it
    from annotate.tables import Table


def show_written(table: Table, path: Path) -> None:
    """Print how many rows a file got, and how many cells would have been formulas."""
    notes().print(f"wrote {many(table.rows, 'row')} to {path}")
    show_guarded(table.guarded)


def show_guarded(cells: int) -> None:
    """Print how many cells of CSV got an apostrophe, where there are any."""
    if cells:
        notes().print(f"{many(cells, 'cell')} like a formula, with an apostrophe before it now")
