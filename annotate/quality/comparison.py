"""What a person changed in a prediction, span by span and link by link."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from annotate.errors import RecordError
from annotate.quality.mistakes import find_mistakes
from annotate.quality.scoring import GoldAndPredicted
from annotate.records import Link, Span

ChangeKind: TypeAlias = Literal["kept", "added", "removed", "moved", "relabelled", "unjudged"]
"""`unjudged`: predicted, and of a label that nobody annotated there."""

SIGNS: Mapping[ChangeKind, str] = {
    "kept": "",
    "added": "+",
    "removed": "−",
    "moved": "~",
    "relabelled": "*",
    "unjudged": "",
}
"""What stands before the name of a changed span or link, so that nothing hangs on colour."""

ARROW = "→"
INFERRED_ARROW = "⇢"
"""Between the ends of a link that was drawn, and of one that was inferred."""

_KINDS: Mapping[str, ChangeKind] = {
    "missed": "added",
    "spurious": "removed",
    "boundary": "moved",
    "relabelled": "relabelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One span before (predicted) and after (annotated), under one name for both, as `C1`."""

    name: str
    kind: ChangeKind
    before: Span | None
    after: Span | None
    words: tuple[int, int] = (0, 0)
    """Of a moved one: the words that the prediction had too many (+) at start and end."""

    @property
    def new_choices(self) -> bool:
        """Whether both have the label, and other choices."""
        before, after = self.before, self.after
        if before is None or after is None or before.label != after.label:
            return False
        return dict(before.attributes) != dict(after.attributes)

    @property
    def changed(self) -> bool:
        """Whether a person changed anything about the span."""
        return self.kind not in ("kept", "unjudged") or self.new_choices

    def described(self) -> str:
        """Return what happened to the span in a few words."""
        if self.kind == "moved":
            start, end = self.words
            return f"moved: {-start:+d} words at the start, {-end:+d} at the end"
        return "other choices" if self.new_choices else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChange:
    """One link between two named spans; `inferred`: it is annotated, and nobody drew it."""

    kind: ChangeKind
    head: str
    tail: str
    label: str
    inferred: bool = False

    @property
    def arrow(self) -> str:
        """What stands between the two names; a dashed one for a link that nobody drew."""
        return INFERRED_ARROW if self.inferred else ARROW

    def described(self) -> str:
        """Return what happened to the link in a few words."""
        return "link inferred from the spans" if self.inferred else f"link {self.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All spans of both sides in reading order, and all links between them."""

    changes: tuple[Change, ...]
    links: tuple[LinkChange, ...]

    def counts(self) -> dict[str, int]:
        """Count the spans by kind of change; kinds that do not occur are left out."""
        found: dict[str, int] = {}
        for change in self.changes:
            found[change.kind] = found.get(change.kind, 0) + 1
        return found


def compare(
    item: GoldAndPredicted, predicted_links: Iterable[Link], gold_links: Iterable[Link]
) -> Comparison:
    """Compare a prediction (before) with an annotation (after) of one text.

    A wrong span's counterpart is the overlapping span of its label that shares most with it, else
    one of another label at the same place. A link is kept if its ends are counterparts and its
    label is the same.
    """
    pairs = sorted(_pairs(item), key=_reading_order)
    prefixes = label_prefixes({s.label for _, *both, _ in pairs for s in both if s})
    changes: list[Change] = []
    numbers: dict[str, int] = {}
    for kind, before, after, words in pairs:
        label = _span(before, after).label
        numbers[label] = numbers.get(label, 0) + 1
        name = f"{prefixes[label]}{numbers[label]}"
        changes.append(Change(name=name, kind=kind, before=before, after=after, words=words))
    before_names = {c.before.id: c.name for c in changes if c.before}
    after_names = {c.after.id: c.name for c in changes if c.after}
    old = _named(predicted_links, before_names)
    new = _named(gold_links, after_names)
    links = [
        LinkChange(
            kind=_link_kind(ends, old, new, item.labels),
            head=ends[0],
            tail=ends[1],
            label=ends[2],
            inferred=new.get(ends, False),
        )
        for ends in {**old, **new}
    ]
    return Comparison(changes=tuple(changes), links=tuple(links))


def label_prefixes(labels: Iterable[str]) -> dict[str, str]:
    """Return the shortest beginning of each label that no other label has; at least a letter."""
    known = sorted(labels)
    found: dict[str, str] = {}
    for label in known:
        others = [other for other in known if other != label]
        length = 1
        while length < len(label) and any(o.startswith(label[:length]) for o in others):
            length += 1
        found[label] = label[:length]
    return found


_Pair: TypeAlias = tuple[ChangeKind, Span | None, Span | None, tuple[int, int]]


def _pairs(item: GoldAndPredicted) -> list[_Pair]:
    after = {_place(span): span for span in item.gold}
    pairs: list[_Pair] = []
    for span in item.predicted:
        if span.label not in item.labels:
            pairs.append(("unjudged", span, None, (0, 0)))
        elif _place(span) in after:
            pairs.append(("kept", span, after[_place(span)], (0, 0)))
    mistakes, _ = find_mistakes(item, sorted(item.labels))
    return [*pairs, *((_KINDS[m.kind], m.predicted, m.gold, m.words) for m in mistakes)]


def _named(links: Iterable[Link], names: Mapping[str, str]) -> dict[tuple[str, str, str], bool]:
    """Return the links by the names of their ends, and whether they were inferred."""
    return {
        (names[link.head_id], names[link.tail_id], link.label): link.inferred
        for link in links
        if link.head_id in names and link.tail_id in names
    }


def _link_kind(
    ends: tuple[str, str, str],
    old: Collection[tuple[str, str, str]],
    new: Collection[tuple[str, str, str]],
    labels: frozenset[str],
) -> ChangeKind:
    if ends[2] not in labels:
        return "unjudged"
    if ends in old and ends in new:
        return "kept"
    return "added" if ends in new else "removed"


def _reading_order(pair: _Pair) -> tuple[int, int, str]:
    span = _span(pair[1], pair[2])
    return (span.start, -span.end, span.label)


def _span(before: Span | None, after: Span | None) -> Span:
    """Return the span that a change is named after."""
    found = after or before
    if found is None:
        raise RecordError("a change of nothing into nothing")
    return found


def _place(span: Span) -> tuple[int, int, str]:
    return (span.start, span.end, span.label)
