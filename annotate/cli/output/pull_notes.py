"""What a pull noted about the work that it read."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.cli.output.console import notes, show_first


def show_pull_notes(found: Mapping[str, int]) -> None:
    """Print what was noted: what names no article first, and of the rest as many as can be read."""
    from annotate.studio.results import OVERLAPPING

    for note, count in found.items():
        if not note.endswith(OVERLAPPING):
            notes().print(f"{note}: {count}")
    named = (f"{note}: {count}" for note, count in found.items() if note.endswith(OVERLAPPING))
    show_first(named, on=notes(), rest=" articles with such marks")
