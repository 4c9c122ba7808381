"""What changed on a claim's way from one article to the next: its hedges, and who vouches for it.

Only where the order of two articles is known is a hedge dropped or added, a source vaguer or
sharper; on one day, or without dates, the two differ. What was not annotated is not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias, TypeVar

from annotate.claims.dates import when
from annotate.claims.stories import time_order
from annotate.quality.mentions import Mention
from annotate.records import Article

Kind: TypeAlias = Literal[
    "hedge dropped",
    "hedge added",
    "hedge differs",
    "source vaguer",
    "source sharper",
    "sources differ",
]

RANKS: dict[str, int] = {"unnamed": 1, "document": 2, "outlet": 2, "organisation": 2, "named": 3}
"""How sharp a source of a type is; no source at all is 0. Types of other names are unknown."""

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is different at `claim` from `before`, the numbers of two rows.

    `ordered`: `before` is known to be the earlier one. `missing` tells what has to be known to say
    more, `None` where nothing is.
    """

    kind: Kind
    before: int
    claim: int
    was: str
    now: str
    ordered: bool
    missing: str | None


def in_time(
    items: Sequence[_Item],
    article: Callable[[_Item], Article],
    mention: Callable[[_Item], Mention],
) -> list[_Item]:
    """Return mentions by date, outlet and id of their articles, then by their place in the text."""
    return sorted(
        items, key=lambda i: (time_order(article(i)), mention(i)["start"], mention(i)["end"])
    )


def differences(told: Sequence[tuple[int, Article, Mention]]) -> tuple[Difference, ...]:
    """Return what changes between the articles of a wording, which are given in order of time.

    Each is a row's number, its article and the row. Of an article that says it several times the
    longest form counts: a headline leaves much out.
    """
    fullest: dict[tuple[str, str], tuple[int, Article, Mention]] = {}
    for row in told:
        known = fullest.get(row[1].key)
        if known is None or len(row[2]["text"]) > len(known[2]["text"]):
            fullest[row[1].key] = row
    rows = list(fullest.values())
    found: list[Difference] = []
    for (before, earlier, was), (number, later, now) in pairwise(rows):
        ordered = _is_later(earlier, later)
        kinds = (
            (_hedging(was, now, ordered=ordered), _hedges_said(was), _hedges_said(now)),
            (_sourcing(was, now, ordered=ordered), sources_said(was), sources_said(now)),
        )
        found += [
            Difference(
                kind=kind,
                before=before,
                claim=number,
                was=a,
                now=b,
                ordered=ordered,
                missing=_missing(kind, was, now, ordered=ordered),
            )
            for kind, a, b in kinds
            if kind is not None
        ]
    return tuple(found)


def sharpness(mention: Mention) -> int | None:
    """Return how sharp a claim's sharpest source is, 0 where it has none; `None`: not known."""
    types = mention["source_types"]
    if types is None:
        return None
    if not types:
        return None if mention["chain"] else 0
    ranks = [None if name is None else RANKS.get(name) for name in types]
    known = [rank for rank in ranks if rank is not None]
    highest = max(RANKS.values())
    return max(known) if known and (len(known) == len(ranks) or max(known) == highest) else None


def sources_said(mention: Mention) -> str:
    """Return a claim's sources with their types, in words."""
    if mention["sources"] is None or mention["source_types"] is None:
        return "not annotated"
    both = zip(mention["sources"], mention["source_types"], strict=True)
    said = [f"{text} ({kind})" if kind else text for text, kind in both]
    if not said and mention["chain"]:
        return f"none of its own, inside: {' → '.join(mention['chain'])}"
    return "; ".join(said) or "no source"


def _hedges_said(mention: Mention) -> str:
    return "; ".join(mention["hedges"] or ()) or "no hedge"


def _is_later(earlier: Article, later: Article) -> bool:
    return when(earlier.published).precedes(when(later.published))


def _missing(kind: Kind, was: Mention, now: Mention, *, ordered: bool) -> str | None:
    found = [] if ordered else ["which came first is not known"]
    if kind == "sources differ" and None in (sharpness(was), sharpness(now)):
        for mention in (was, now):
            if sharpness(mention) is None:
                found += _unranked(mention)
    return "; ".join(dict.fromkeys(found)) or None


def _unranked(mention: Mention) -> list[str]:
    """Return why the sharpest of a claim's sources is not known."""
    texts, types = mention["sources"] or [], mention["source_types"] or []
    if not texts:
        return ["a claim has no source of its own, but stands inside one that has"]
    return [
        f"no type is chosen for “{text}”" if kind is None else f"no rank is known for type {kind}"
        for text, kind in zip(texts, types, strict=True)
        if kind is None or kind not in RANKS
    ]


def _hedging(was: Mention, now: Mention, *, ordered: bool) -> Kind | None:
    if was["hedged"] is None or now["hedged"] is None or was["hedged"] == now["hedged"]:
        return None
    if not ordered:
        return "hedge differs"
    return "hedge dropped" if was["hedged"] else "hedge added"


def _sourcing(was: Mention, now: Mention, *, ordered: bool) -> Kind | None:
    if was["sources"] is None or now["sources"] is None:
        return None
    one, other = sharpness(was), sharpness(now)
    if one is None or other is None:
        return "sources differ" if was["sources"] != now["sources"] else None
    if one == other:
        return None
    if not ordered:
        return "sources differ"
    return "source vaguer" if other < one else "source sharper"
