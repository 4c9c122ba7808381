"""Predicted against annotated spans of one text: what a person did to each of them, by geometry.

Every predicted and every annotated span is in exactly one correction. Four steps, each on what the
one before has left:

1. Spans of one place (start, end) and label belong together: `accepted`, or `other choices` where
   their choices differ.
2. `split`: a predicted span and the annotated ones of its label that lie inside it, the outermost
   of them, where these are two or more and none overlaps another. `merged` is the same with the
   sides exchanged. Of several such wholes the shortest goes first, then the one that begins first.
3. The rest is paired so that the actions of `quality/effort.py` are fewest: `moved` (one label,
   other ends), `relabelled` (another label; its ends may have moved too). Two spans pair only where
   they share a character and changing one is cheaper than to delete it and mark the other. Of pairs
   that cost the same those that share more of their characters are made, and where that is the same
   as well, a number decides that depends on the two places alone: neither order nor side does.
4. What is left was `deleted` or `added`.

Offsets are code points, half-open. Choices count for nothing but step 1, in which those that have
the same pair first.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from annotate.quality.effort import ACTIONS, addition_cost, choice_keys
from annotate.quality.mistakes import words_between
from annotate.quality.pairing import best_pairs
from annotate.records import Span

Kind: TypeAlias = Literal[
    "accepted", "other choices", "moved", "relabelled", "split", "merged", "deleted", "added"
]

KINDS: tuple[Kind, ...] = get_args(Kind)

_Place: TypeAlias = tuple[int, int, str]

_TIE = 1e-5
"""What decides between equal costs, summed over the pairs of an article, is less than an action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One or more spans before (predicted), and what became of them.

    `tokens` counts, for a moved or relabelled span, the words by which start and end were moved:
    to the right is more than 0. `choices` names the controls in which the two differ.
    """

    kind: Kind
    before: tuple[Span, ...]
    after: tuple[Span, ...]
    tokens: tuple[int, int] = (0, 0)
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The label that was predicted; of an added span its own."""
        return (self.before or self.after)[0].label

    @property
    def actions(self) -> int:
        """The clicks, keys and drags that it takes (`ACTIONS`); nothing for what was accepted."""
        return _actions(self)


def correct_spans(
    text: str, before: Sequence[Span], after: Sequence[Span]
) -> tuple[Correction, ...]:
    """Return what became of every span, in the order of where they begin."""
    old, new = sorted(before, key=_order), sorted(after, key=_order)
    found = _same_places(old, new)
    found += _splits(old, new)
    pairs = best_pairs(old, new, _saved)
    found += [_changed(text, old[row], new[column]) for row, column in pairs.items()]
    kept, made = set(pairs), set(pairs.values())
    found += [
        Correction(kind="deleted", before=(span,), after=())
        for row, span in enumerate(old)
        if row not in kept
    ]
    found += [
        Correction(kind="added", before=(), after=(span,))
        for column, span in enumerate(new)
        if column not in made
    ]
    return tuple(sorted(found, key=_reading_order))


def _same_places(old: list[Span], new: list[Span]) -> list[Correction]:
    """Take spans of one place and label out of both sides; those with the same choices first."""
    held: dict[_Place, list[Span]] = {}
    for span in new:
        held.setdefault(_place(span), []).append(span)
    found: list[Correction] = []
    partners: dict[int, Span] = {}
    for strict in (True, False):
        for number, span in enumerate(old):
            others = held.get(_place(span), ())
            if number in partners or not others:
                continue
            for other in others:
                if not strict or not _other_choices(span, other):
                    partners[number] = other
                    held[_place(span)].remove(other)
                    break
    for number, other in partners.items():
        choices = _other_choices(old[number], other)
        kind: Kind = "other choices" if choices else "accepted"
        found.append(Correction(kind=kind, before=(old[number],), after=(other,), choices=choices))
    taken = {id(other) for other in partners.values()}
    new[:] = [span for span in new if id(span) not in taken]
    old[:] = [span for number, span in enumerate(old) if number not in partners]
    return found


def _splits(old: list[Span], new: list[Span]) -> list[Correction]:
    """Take splits and merges out of both sides."""
    wholes: list[tuple[tuple[int, int, str], int, Span]] = [
        ((span.end - span.start, span.start, span.label), side, span)
        for side, spans in enumerate((old, new))
        for span in spans
    ]
    wholes.sort(key=lambda whole: whole[:2])
    sides = ({id(span): span for span in old}, {id(span): span for span in new})
    found: list[Correction] = []
    for _, side, whole in wholes:
        mine, theirs = sides[side], sides[1 - side]
        if id(whole) not in mine:
            continue
        parts = _parts(whole, theirs.values())
        if len(parts) < 2:
            continue
        del mine[id(whole)]
        for part in parts:
            del theirs[id(part)]
        found.append(
            Correction(kind="merged", before=parts, after=(whole,))
            if side
            else Correction(kind="split", before=(whole,), after=parts)
        )
    if found:
        old[:], new[:] = sides[0].values(), sides[1].values()
    return found


def _parts(whole: Span, others: Iterable[Span]) -> tuple[Span, ...]:
    """Return the outermost spans of the whole's label inside it; none where two of them overlap.

    `others` are in order of `_order`.
    """
    found: list[Span] = []
    for span in others:
        if span.start >= whole.end:
            break
        if span.label != whole.label or span.start < whole.start or span.end > whole.end:
            continue
        if not found or span.start >= found[-1].end:
            found.append(span)
        elif span.end > found[-1].end:
            return ()
    return tuple(found)


def _changed(text: str, span: Span, target: Span) -> Correction:
    same = span.label == target.label
    return Correction(
        kind="moved" if same else "relabelled",
        before=(span,),
        after=(target,),
        tokens=(
            words_between(text, span.start, target.start),
            words_between(text, span.end, target.end),
        ),
        choices=_other_choices(span, target) if same else (),
    )


def _saved(span: Span, target: Span) -> float:
    """Return the actions that a change saves; a part of one decides between equal costs."""
    moved = (span.start != target.start) + (span.end != target.end)
    relabelled = span.label != target.label
    anew = ACTIONS["delete"] + ACTIONS["add"]
    change = ACTIONS["select"] + moved * ACTIONS["boundary"] + relabelled * ACTIONS["relabel"]
    if change >= anew:
        return 0.0
    shared = min(span.end, target.end) - max(span.start, target.start)
    share = shared / (max(span.end, target.end) - min(span.start, target.start))
    places = sorted((_place(span), _place(target)))
    lot = zlib.crc32(repr(places).encode()) / 2**32
    return anew - change + _TIE * (0.99 * share + 0.01 * lot)


def _actions(found: Correction) -> int:
    match found.kind:
        case "accepted":
            return 0
        case "deleted":
            return ACTIONS["delete"]
        case "added":
            return addition_cost(found.after[0])
        case "split":
            whole = found.before[0]
            apart = ACTIONS["add"] * (len(found.after) - 1)
            return apart + min(_moving(whole, part) for part in found.after)
        case "merged":
            whole = found.after[0]
            gone = ACTIONS["delete"] * (len(found.before) - 1)
            return gone + min(_moving(part, whole) for part in found.before)
    before, after = found.before[0], found.after[0]
    relabelled = before.label != after.label
    steps = _moving(before, after) or ACTIONS["select"]
    keys = choice_keys({} if relabelled else before.attributes, after.attributes)
    return steps + relabelled * ACTIONS["relabel"] + keys * ACTIONS["choose"]


def _moving(span: Span, target: Span) -> int:
    moved = (span.start != target.start) + (span.end != target.end)
    return ACTIONS["select"] + moved * ACTIONS["boundary"] if moved else 0


def _other_choices(span: Span, other: Span) -> tuple[str, ...]:
    """Return the controls in which two spans differ; in which order options stand is nothing."""
    if not span.attributes and not other.attributes:
        return ()
    names = sorted({*span.attributes, *other.attributes})
    return tuple(
        name
        for name in names
        if set(span.attributes.get(name, ())) != set(other.attributes.get(name, ()))
    )


def _place(span: Span) -> _Place:
    return (span.start, span.end, span.label)


def _order(span: Span) -> tuple[int, int, str, str]:
    return (span.start, -span.end, span.label, span.id)


def _reading_order(found: Correction) -> tuple[int, int, str, int]:
    span = (found.before or found.after)[0]
    return (span.start, -span.end, span.label, KINDS.index(found.kind))
