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
    if table.guarded:
        notes().print(
            f"{many(table.guarded, 'cell')} like a formula, with an apostrophe before it now"
        )
