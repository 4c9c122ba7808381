"""What of the marked articles a command did not look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from annotate.cli.output.adjudication import show_decided
from annotate.cli.output.console import counted, many, notes

if TYPE_CHECKING:
    from annotate.workflow.show.claims import MarkedArticles


def show_left_out(
    held: MarkedArticles, strange: Mapping[str, int], *, all_annotators: bool
) -> None:
    """Tell of articles without annotations, of further annotations, and of labels of elsewhere."""
    if held.unmarked:
        notes().print(f"left out: {many(held.unmarked, 'article')} that nobody has annotated")
    show_decided({}, held.undecided)
    if held.several and not all_annotators:
        notes().print(
            f"articles with several annotations: {held.several}; the one that counts as gold is "
            "shown, with --all-annotators everybody's"
        )
    if strange:
        notes().print(f"marks of labels that are not in the labelling config: {counted(strange)}")
