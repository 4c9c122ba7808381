"""What reading a result leaves out or names, item by item: for the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from annotate.labels import LabelScheme
from annotate.records import Annotation, Span
from annotate.studio.relations import relation_ends

LEFT_OVER = "left over from the region's former label"
NAMED = "drawn without a name, and named after its ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnkeptItem:
    """A choice that was dropped, or a link whose name nobody gave.

    `start` and `end` are those of its region, of a link those of its head.
    """

    annotation_id: str
    what: Literal["choice", "link"]
    name: str
    start: int
    end: int
    lost: bool
    reason: str


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
                yield _item(read, spans[head], "link", names[0], NAMED, lost=False)
            continue
        span = spans.get(str(item.get("id")))
        control = scheme.choice(str(item.get("from_name")))
        if span is None or control is None or item.get("type") != "choices":
            continue
        if span.label not in control.labels:
            left[span.id, control.name] = _item(
                read, span, "choice", control.name, LEFT_OVER, lost=True
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


def _item(
    read: Annotation,
    span: Span,
    what: Literal["choice", "link"],
    name: str,
    reason: str,
    *,
    lost: bool,
) -> UnkeptItem:
    return UnkeptItem(
        annotation_id=read.annotation_id,
        what=what,
        name=name,
        start=span.start,
        end=span.end,
        lost=lost,
        reason=reason,
    )
