"""Which marks of now a decision has not judged: they were neither shown nor added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from annotate.labels import LabelScheme
from annotate.studio.relations import relation_ends
from annotate.studio.review_config import ReviewLabels, review_labels
from annotate.studio.review_results import TO_CHOOSE, all_kept, settle

_Place: TypeAlias = tuple[int, int, str]
_Result: TypeAlias = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Marks:
    spans: set[_Place] = field(default_factory=set)
    links: set[tuple[_Place, _Place, str]] = field(default_factory=set)
    choices: set[tuple[_Place, str, tuple[str, ...]]] = field(default_factory=set)
    """What all chose alike."""
    open: set[tuple[_Place, str]] = field(default_factory=set)
    """Choices that all made otherwise."""


def unjudged_marks(
    now: _Result, shown: Iterable[_Result], decided: Iterable[_Result], scheme: LabelScheme
) -> int:
    """Count the marks of the flagged result `now` that no reviewer has judged.

    Judged is what a result in `shown` has, what a submitted one in `decided` has, and a span over
    whose very words the reviewer has put the label that drops. A link or choice at a span that
    was dropped went with it.
    """
    labels = review_labels(scheme)
    current = _marks(all_kept(now, scheme, labels), scheme)
    seen, held = _Marks(), _Marks()
    dropped: set[tuple[int, int]] = set()
    for result in shown:
        _add(seen, _marks(all_kept(result, scheme, labels), scheme))
    for result in decided:
        _add(held, _marks(settle(result, scheme, labels).result, scheme))
        dropped |= _dropped(result, labels)
    spans = {
        place
        for place in current.spans - seen.spans - held.spans
        if (place[0], place[1]) not in dropped
    }
    links = {
        (head, tail, kind)
        for head, tail, kind in current.links - seen.links - held.links
        if {head, tail} <= held.spans
    }
    choices = {
        (place, name)
        for place, name, _ in current.choices - seen.choices - held.choices
        if place in held.spans
    }
    choices |= {choice for choice in current.open if choice[0] in held.spans}
    return len(spans) + len(links) + len(choices - seen.open)


def _add(marks: _Marks, more: _Marks) -> None:
    marks.spans.update(more.spans)
    marks.links.update(more.links)
    marks.choices.update(more.choices)
    marks.open.update(more.open)


def _marks(result: _Result, scheme: LabelScheme) -> _Marks:
    found = _Marks()
    places: dict[str, _Place] = {}
    for item in result:
        if item.get("type") == "labels" and item.get("from_name") == scheme.from_name:
            value = item["value"]
            place = (value["start"], value["end"], value["labels"][0])
            places[item["id"]] = place
            found.spans.add(place)
            found.open.update(
                (place, name) for name in (item.get("meta") or {}).get(TO_CHOOSE) or ()
            )
    for item in result:
        if item.get("type") == "relation":
            head, tail = relation_ends(item)
            if head in places and tail in places:
                for kind in item.get("labels") or ():
                    found.links.add((places[head], places[tail], kind))
        elif item.get("type") == "choices" and item.get("id") in places:
            values = tuple(sorted(item["value"]["choices"]))
            found.choices.add((places[item["id"]], item["from_name"], values))
    return found


def _dropped(result: _Result, labels: ReviewLabels) -> set[tuple[int, int]]:
    return {
        (item["value"]["start"], item["value"]["end"])
        for item in result
        if item.get("type") == "labels" and item["value"].get("labels") == [labels.dropped]
    }
