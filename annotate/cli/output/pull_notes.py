"""What a pull noted about the work that it read."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.cli.output.console import notes, show_first


def show_pull_notes(found: Mapping[str, int]) -> None:
    """Print what was noted: what names no article first, and of the rest as many as can be read."""
    from annotate.studio.results import TO_LOOK_AT

    for note, count in found.items():
        if not note.endswith(TO_LOOK_AT):
            notes().print(f"{note}: {count}")
    named = (f"{note}: {count}" for note, count in found.items() if note.endswith(TO_LOOK_AT))
    show_first(named, on=notes(), rest=" of these, in other articles")
