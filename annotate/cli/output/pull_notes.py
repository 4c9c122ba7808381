"""What a pull noted about the work that it read."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.cli.output.console import notes

_NAMED = 20
"""As many notes about single articles as are shown; --json has them all."""


def show_pull_notes(found: Mapping[str, int]) -> None:
    """Print what was noted: what names no article first, and of the rest as many as can be read."""
    from annotate.studio.results import OVERLAPPING

    for note, count in found.items():
        if not note.endswith(OVERLAPPING):
            notes().print(f"{note}: {count}")
    named = [note for note in found if note.endswith(OVERLAPPING)]
    for note in named[:_NAMED]:
        notes().print(f"{note}: {found[note]}")
    if len(named) > _NAMED:
        notes().print(f"… and {len(named) - _NAMED} more articles with such marks")
