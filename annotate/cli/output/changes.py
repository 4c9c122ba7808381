"""What changed between two export versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import counted, show_table

if TYPE_CHECKING:
    from annotate.exports.difference import ArticleChange


def changes_json(changes: Sequence[ArticleChange]) -> list[dict[str, Any]]:
    """Return what changed between two versions as JSON."""
    return [
        {
            "article_id": change.article_id,
            "what": change.what,
            "annotations": list(change.annotations),
            "spans": {label: list(pair) for label, pair in change.spans.items()},
        }
        for change in changes
    ]


def show_changes(changes: Sequence[ArticleChange], *, title: str | None = None) -> None:
    """Print what changed between two versions, article by article."""
    show_table(
        ("article", "what", "annotations", "spans gone", "spans new"),
        [
            (
                change.article_id,
                change.what,
                f"{change.annotations[0]} → {change.annotations[1]}",
                counted({label: gone for label, (gone, _) in change.spans.items() if gone}),
                counted({label: new for label, (_, new) in change.spans.items() if new}),
            )
            for change in changes
        ],
        title=title,
    )
