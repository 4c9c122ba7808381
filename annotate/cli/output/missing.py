"""Shards that a command did not find: it says so, and ends as where something was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from annotate.cli.output.articles import LEFT_OUT
from annotate.cli.output.console import many, notes

if TYPE_CHECKING:
    from annotate.archive.lines import Archive


def end_where_shards_are_missing(archive: Archive) -> None:
    """Raise `typer.Exit` (3) where shards are missing, after a note."""
    if archive.missing:
        notes().print(
            f"missing of {archive.store.name}: {many(archive.missing, 'shard')}; what was read is "
            "not all. Make them: annotate prelabel … --out, as before"
        )
        raise typer.Exit(LEFT_OUT)
