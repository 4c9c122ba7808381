"""The table of claims in the terminal: what several articles tell, and what changed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.cli.output.console import console, many, notes, show_first, show_table

if TYPE_CHECKING:
    from annotate.claims.table import ClaimTable, Wording

MOST_TOLD = 20
"""Wordings that are shown."""
_WIDTH = 100  # characters of a claim


def show_claims(table: ClaimTable, *, name: str, written: Sequence[Path]) -> None:
    """Print counts, the wordings that stand in several articles, and their differences."""
    out = console()
    told = f"{many(len(table.claims), table.roles.claim)} in {many(table.articles, 'article')}"
    out.print(f"{name}: {told}, {many(len(table.stories), 'story').replace('storys', 'stories')}")
    if table.wordings is not None:
        shared = [wording for wording in table.wordings if wording.articles > 1]
        shared.sort(key=lambda w: (-w.reports, -w.articles, w.number))
        _show_shared(shared)
        show_first((line for w in shared for line in _differences(w)), on=out)
    for path in written:
        out.print(f"wrote {path}")
    if table.without_claims:
        notes().print(f"{many(table.without_claims, 'article')} without a {table.roles.claim}")
    if table.undated:
        notes().print(
            f"{many(table.undated, 'article')} without a date: what came first there is not known"
        )
    if table.unreadable:
        notes().print(
            f"{many(len(table.unreadable), 'date')} that cannot be read, as "
            f"{table.unreadable[0]!r}: what came first there is not known"
        )


def _show_shared(shared: Sequence[Wording]) -> None:
    if not shared:
        console().print("no two articles have claims of similar wording")
        return
    show_table(
        ("claim", "first seen", "articles", "reports", "hedged", "not hedged"),
        [
            (
                short_claim(wording.name),
                wording.first_seen or "–",
                wording.articles,
                wording.reports,
                wording.hedged,
                wording.not_hedged,
            )
            for wording in shared[:MOST_TOLD]
        ],
        title="similar wording in several articles",
        numbers=(2, 3, 4, 5),
    )
    if len(shared) > MOST_TOLD:
        console().print(f"… and {len(shared) - MOST_TOLD} more")


def _differences(wording: Wording) -> list[str]:
    articles = {claim.number: claim.article for claim in wording.claims}
    return [
        f"{difference.kind}: {short_claim(wording.name)!r}: "
        f"{articles[difference.before].outlet or articles[difference.before].article_id} "
        f"[{difference.was}] {'→' if difference.ordered else '|'} "
        f"{articles[difference.claim].outlet or articles[difference.claim].article_id} "
        f"[{difference.now}]{f' ({difference.missing})' if difference.missing else ''}"
        for difference in wording.differences
    ]


def short_claim(text: str) -> str:
    """Return a claim in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1].rstrip()}…"
