"""Predicted against annotated links, under what became of the spans at their ends.

A predicted link is looked for between what became of its two ends: of a split span every part, of
merged ones the whole. Every predicted and every annotated link is in exactly one correction:
`kept`; `relabelled` (the same ends); `moved` (its label, and one end the same); `gone` (an end was
deleted, and the link went with it); `deleted`; `added`; `inferred` (annotated, and nobody drew it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from annotate.quality.corrections.spans import Correction
from annotate.quality.effort import ACTIONS
from annotate.records import Link

LinkKind: TypeAlias = Literal["kept", "relabelled", "moved", "gone", "deleted", "added", "inferred"]

LINK_KINDS: tuple[LinkKind, ...] = get_args(LinkKind)

_ACTIONS: Mapping[LinkKind, int] = {
    "relabelled": ACTIONS["unlink"] + ACTIONS["link"],
    "moved": ACTIONS["unlink"] + ACTIONS["link"],
    "deleted": ACTIONS["unlink"],
    "added": ACTIONS["link"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCorrection:
    """A predicted link, an annotated one, or one of each that belong together."""

    kind: LinkKind
    before: Link | None
    after: Link | None

    @property
    def label(self) -> str:
        """The label that was predicted; of an added or inferred link its own."""
        found = self.before or self.after
        return "" if found is None else found.label

    @property
    def actions(self) -> int:
        """The clicks and keys that it takes."""
        return _ACTIONS.get(self.kind, 0)


def correct_links(
    spans: Iterable[Correction], before: Sequence[Link], after: Sequence[Link]
) -> tuple[LinkCorrection, ...]:
    """Return what became of every link; `spans` is what became of the spans that they join."""
    became: dict[str, frozenset[str]] = {}
    for found in spans:
        targets = frozenset(span.id for span in found.after)
        became.update((span.id, targets) for span in found.before)
    left = list(after)
    result: list[LinkCorrection] = []
    rest: list[tuple[Link, frozenset[str], frozenset[str]]] = []
    for link in before:
        heads = became.get(link.head_id, frozenset())
        tails = became.get(link.tail_id, frozenset())
        same = [a for a in left if a.head_id in heads and a.tail_id in tails]
        kept = next((a for a in same if a.label == link.label), None)
        if kept is not None:
            left.remove(kept)
            result.append(LinkCorrection(kind="kept", before=link, after=kept))
        elif not heads or not tails:
            result.append(LinkCorrection(kind="gone", before=link, after=None))
        else:
            rest.append((link, heads, tails))
    drawn = [link for link in left if not link.inferred]
    for link, heads, tails in rest:
        other = next((a for a in drawn if a.head_id in heads and a.tail_id in tails), None)
        kind: LinkKind = "relabelled"
        if other is None:
            kind = "moved"
            other = next(
                (
                    a
                    for a in drawn
                    if a.label == link.label and (a.head_id in heads or a.tail_id in tails)
                ),
                None,
            )
        if other is None:
            result.append(LinkCorrection(kind="deleted", before=link, after=None))
        else:
            drawn.remove(other)
            result.append(LinkCorrection(kind=kind, before=link, after=other))
    result += [LinkCorrection(kind="added", before=None, after=link) for link in drawn]
    result += [
        LinkCorrection(kind="inferred", before=None, after=link) for link in left if link.inferred
    ]
    return tuple(result)
