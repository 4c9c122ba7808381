"""What is said of a table that was written."""

from __future__ import annotations

from pathlib import Path

from annotate.cli.output.console import many, notes
from annotate.tables import Table


def show_written(table: Table, path: Path) -> None:
    """Print how many rows a file got, and how many cells would have been formulas."""
    notes().print(f"wrote {many(table.rows, 'row')} to {path}")
    if table.guarded:
        notes().print(
            f"{many(table.guarded, 'cell')} like a formula, with an apostrophe before it now"
        )
