"""Which of several annotations of an article counts: by rules in order, the first that decides.

A rule never mixes what people marked, except `majority`: it takes each span, link and choice that
more than half of the people have who looked for it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from annotate.origins import REVIEWED
from annotate.quality.agreement.raters import last_of_each
from annotate.records import Annotation, Link, Span

RULES: Mapping[str, str] = {
    "ground_truth": "an annotation marked as ground truth",
    "reviewer": "what a reviewer decided",
    "majority": "the marks that more than half of at least three people have",
    "latest": "the annotation changed last",
}

MAJORITY = "majority"
"""Stands for the annotator where marks of several people were put together."""

_LEAST = 3
_Place: TypeAlias = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The annotation that counts, and the name of the rule in `RULES` that chose it."""

    annotation: Annotation
    rule: str


def adjudicate(annotations: Sequence[Annotation], rules: Iterable[str]) -> Decided | None:
    """Return what counts of an article's annotations; `None` where none of the rules decides.

    Of several that a rule fits, the one changed last; ties are broken by id, so that the choice is
    stable. A majority needs three people or more, a reviewer's decisions not counted.
    """
    for rule in rules:
        if rule == "majority":
            joined = _majority(annotations)
            if joined is not None:
                return Decided(annotation=joined, rule=rule)
            continue
        fitting = [a for a in annotations if _fits(a, rule)]
        if fitting:
            return Decided(annotation=max(fitting, key=_age), rule=rule)
    return None


def _fits(annotation: Annotation, rule: str) -> bool:
    reviewed = annotation.annotation_id.startswith(REVIEWED)
    if rule == "ground_truth":
        return annotation.ground_truth and not reviewed
    return reviewed if rule == "reviewer" else True


def _majority(annotations: Sequence[Annotation]) -> Annotation | None:
    people = last_of_each(a for a in annotations if not a.annotation_id.startswith(REVIEWED))
    looked = Counter(name for person in people for name in person.labels)
    names = tuple(name for name in sorted(looked) if looked[name] >= _LEAST)
    if not names:
        return None
    spans = _spans(people, names, looked)
    ids = {_place(span): span.id for span in spans}
    numbers = [person.annotation_id for person in people]
    made = hashlib.sha256("\0".join(numbers).encode()).hexdigest()
    last = max(people, key=_age)
    return replace(
        last,
        spans=spans,
        links=_links(people, names, looked, ids),
        labels=names,
        annotator=MAJORITY,
        annotation_id=f"majority-{made[:12]}",
        lead_time=None,
        prediction_shown=next((p.prediction_shown for p in people if p.prediction_shown), None),
        ground_truth=False,
        extra=(),
    )


def _spans(
    people: Sequence[Annotation], names: Sequence[str], looked: Mapping[str, int]
) -> tuple[Span, ...]:
    drawn: dict[_Place, list[Span]] = {}
    for person in people:
        theirs = {_place(span): span for span in person.spans if span.label in person.labels}
        for place, span in theirs.items():
            drawn.setdefault(place, []).append(span)
    kept = sorted(
        (place for place, spans in drawn.items() if 2 * len(spans) > looked[place[2]]),
        key=lambda place: (place[0], -place[1], place[2]),
    )
    return tuple(
        Span(
            id=f"m{number}",
            start=start,
            end=end,
            label=label,
            attributes=_choices(drawn[start, end, label], names),
        )
        for number, (start, end, label) in enumerate(kept)
        if label in names
    )


def _choices(spans: Sequence[Span], names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return what more than half of those chose who drew the span."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name in names:
        said = Counter(tuple(span.attributes[name]) for span in spans if name in span.attributes)
        for value, count in said.items():
            if 2 * count > len(spans):
                chosen[name] = value
    return chosen


def _links(
    people: Sequence[Annotation],
    names: Sequence[str],
    looked: Mapping[str, int],
    ids: Mapping[_Place, str],
) -> tuple[Link, ...]:
    """Return the links that a majority has between spans that a majority has.

    One that somebody of them drew is a drawn one.
    """
    joins: Counter[tuple[_Place, _Place, str]] = Counter()
    drawn: set[tuple[_Place, _Place, str]] = set()
    for person in people:
        places = {span.id: _place(span) for span in person.spans}
        theirs = {
            (places[link.head_id], places[link.tail_id], link.label): link
            for link in person.links
            if link.label in names
        }
        joins.update(theirs.keys())
        drawn |= {join for join, link in theirs.items() if not link.inferred}
    return tuple(
        Link(
            head_id=ids[head],
            tail_id=ids[tail],
            label=kind,
            inferred=(head, tail, kind) not in drawn,
        )
        for head, tail, kind in sorted(joins)
        if head in ids and tail in ids and 2 * joins[head, tail, kind] > looked[kind]
    )


def _place(span: Span) -> _Place:
    return (span.start, span.end, span.label)


def _age(annotation: Annotation) -> tuple[str, str]:
    return (annotation.updated_at or annotation.created_at or "", annotation.annotation_id)
