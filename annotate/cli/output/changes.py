"""What changed between two export versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from annotate.cli.output.console import counted, show_table

if TYPE_CHECKING:
    from annotate.exports.difference import ArticleChange

Pairs: TypeAlias = "Mapping[str, tuple[int, int]]"


def changes_json(changes: Sequence[ArticleChange]) -> list[dict[str, Any]]:
    """Return what changed between two versions as JSON."""
    return [
        {
            "article_id": change.article_id,
            "what": change.what,
            "annotations": list(change.annotations),
            "spans": _pairs(change.spans),
            "links": _pairs(change.drawn),
            "inferred_links": _pairs(change.inferred),
        }
        for change in changes
    ]


def show_changes(changes: Sequence[ArticleChange], *, title: str | None = None) -> None:
    """Print what changed between two versions, article by article."""
    show_table(
        ("article", "what", "annotations", "spans gone", "spans new", "links gone", "links new"),
        [
            (
                change.article_id,
                change.what,
                f"{change.annotations[0]} → {change.annotations[1]}",
                *(_side(change.spans, side) for side in (0, 1)),
                *(_side(_links(change), side) for side in (0, 1)),
            )
            for change in changes
        ],
        title=title,
    )


def _links(change: ArticleChange) -> Pairs:
    inferred = {f"{label} (inferred)": pair for label, pair in change.inferred.items()}
    return {**change.drawn, **inferred}


def _side(pairs: Pairs, side: int) -> str:
    return counted({label: pair[side] for label, pair in pairs.items() if pair[side]})


def _pairs(pairs: Pairs) -> dict[str, list[int]]:
    return {label: list(pair) for label, pair in pairs.items()}
