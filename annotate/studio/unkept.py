"""What reading a result leaves out, names or carries along, item by item. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from annotate.labels import LabelScheme
from annotate.records import Annotation, Span
from annotate.studio.regions import is_region_choice
from annotate.studio.relations import relation_ends

LEFT_OVER = "left over from the region's former label"
NAMED = "drawn without a name, and named after its ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnkeptItem:
    """Something on the page that the records do not say, or say otherwise.

    `start` and `end` are those of its region, of a link those of its head, where they are known.
    """

    annotation_id: str
    what: Literal["span", "choice", "link", "item"]
    fate: Literal["dropped", "unknown", "unmodelled", "named"]
    reason: str
    name: str | None = None
    start: int | None = None
    end: int | None = None


def unkept_items(
    result: Sequence[Mapping[str, Any]], read: Annotation, scheme: LabelScheme
) -> Iterator[UnkeptItem]:
    """Yield what `read`, the annotation that was made of a result, does not say as the page does.

    A control's last choice on a region counts, as on the page; what is carried along is not here.
    """
    spans = {span.id: span for span in read.spans}
    left: dict[tuple[str, str], UnkeptItem] = {}
    for item in result:
        if item.get("type") == "relation" and not item.get("labels"):
            head, tail = relation_ends(item)
            names = [x.label for x in read.links if (x.head_id, x.tail_id) == (head, tail)]
            if names:
                yield _item(read, spans[head], "link", names[0], NAMED, "named")
            continue
        span = spans.get(str(item.get("id")))
        control = scheme.choice(str(item.get("from_name")))
        if span is None or control is None or not is_region_choice(item, scheme):
            continue
        if span.label not in control.labels:
            left[span.id, control.name] = _item(
                read, span, "choice", control.name, LEFT_OVER, "dropped"
            )
    yield from left.values()


def region_scores(result: Sequence[Mapping[str, Any]], spans: Sequence[Span]) -> dict[str, float]:
    """Return the scores of a prediction's regions by their ids; what is no share is no score."""
    known = {span.id for span in spans}
    return {
        str(item["id"]): float(item["score"])
        for item in result
        if item.get("type") == "labels"
        and item.get("id") in known
        and type(item.get("score")) in (int, float)
        and 0.0 <= item["score"] <= 1.0
    }


def carried_items(read: Annotation, scheme: LabelScheme, length: int) -> Iterator[UnkeptItem]:
    """Yield what stands word for word in an annotation's `extra`, with why no record says it.

    `length` is that of the text, in code points.
    """
    spans = {span.id: span for span in read.spans}
    for item in read.extra:
        value = item.get("value")
        held: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        what, fate, reason, name = _why(item, held, spans, scheme, length)
        head = spans.get(relation_ends(item)[0]) if what == "link" else None
        start, end = held.get("start"), held.get("end")
        if head is not None:
            start, end = head.start, head.end
        yield UnkeptItem(
            annotation_id=read.annotation_id,
            what=what,
            fate=fate,
            reason=reason,
            name=name,
            start=start if type(start) is int else None,
            end=end if type(end) is int else None,
        )


_Why: TypeAlias = tuple[
    Literal["span", "choice", "link", "item"], Literal["dropped", "unknown", "unmodelled"], str, str
]


def _why(
    item: Mapping[str, Any],
    value: Mapping[str, Any],
    spans: Mapping[str, Span],
    scheme: LabelScheme,
    length: int,
) -> _Why:
    kind = item.get("type")
    name = str(item.get("from_name"))
    if kind == "labels":
        return _why_no_span(name, value, scheme, length)
    if kind == "choices":
        if scheme.choice(name) is None:
            return "choice", "unknown", "a choice that the labelling config has not", name
        if item.get("id") not in spans:
            return "choice", "unmodelled", "chosen for no region that is read", name
        return "choice", "dropped", "an earlier choice: the page shows the last one", name
    if kind == "relation":
        said = item.get("labels")
        label = ", ".join(map(str, said)) if isinstance(said, list) else str(said)
        if not {*relation_ends(item)} <= spans.keys():
            return "link", "unmodelled", "joins what is not read as two regions", label
        if said:
            return "link", "unknown", "a relation that the labelling config has not", label
        return "link", "unmodelled", "drawn without a name that its ends would give", label
    return "item", "unmodelled", f"no mark: {kind}", name


def _why_no_span(name: str, value: Mapping[str, Any], scheme: LabelScheme, length: int) -> _Why:
    said = value.get("labels")
    labels = said if isinstance(said, list) else []
    label = ", ".join(map(str, labels))
    start, end = value.get("start"), value.get("end")
    if name != scheme.from_name:
        return "span", "unknown", "a region of a control that is not read", label
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
        return "span", "unmodelled", "its offsets are not in the text", label
    if len(labels) != 1:
        return "span", "unmodelled", "a region of several labels, or of none", label
    if labels[0] not in scheme.span_labels:
        return "span", "unknown", "a label that the labelling config has not", label
    return "span", "dropped", "its id is that of another region", label


def _item(
    read: Annotation,
    span: Span,
    what: Literal["choice", "link"],
    name: str,
    reason: str,
    fate: Literal["dropped", "named"],
) -> UnkeptItem:
    return UnkeptItem(
        annotation_id=read.annotation_id,
        what=what,
        fate=fate,
        reason=reason,
        name=name,
        start=span.start,
        end=span.end,
    )
