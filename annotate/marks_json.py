"""Spans and links as JSON objects, and back: what every line and every restored task holds.

The format is described in `docs/formats.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotate.errors import RecordError
from annotate.plain_json import json_kind
from annotate.records import Link, Span


def spans_to_json(
    spans: tuple[Span, ...], scores: Mapping[str, float] | None = None
) -> list[dict[str, Any]]:
    """Return spans as JSON objects, with their scores where there are some."""
    result: list[dict[str, Any]] = []
    for span in spans:
        item: dict[str, Any] = {
            "id": span.id,
            "start": span.start,
            "end": span.end,
            "label": span.label,
        }
        if scores and span.id in scores:
            item["score"] = scores[span.id]
        if span.attributes:
            item["attributes"] = {name: list(values) for name, values in span.attributes.items()}
        result.append(item)
    return result


def links_to_json(links: tuple[Link, ...]) -> list[dict[str, Any]]:
    """Return links as JSON objects that name their spans by id; inferred ones say so."""
    result: list[dict[str, Any]] = []
    for link in links:
        item: dict[str, Any] = {"head": link.head_id, "tail": link.tail_id, "label": link.label}
        result.append({**item, "inferred": True} if link.inferred else item)
    return result


def spans_from_json(owner: str, values: Any) -> tuple[tuple[Span, ...], dict[str, float]]:
    """Return spans and their scores by id; raises `RecordError`. `owner` names the article."""
    if not isinstance(values, list):
        raise RecordError(f"{owner}: expected a list 'spans', found {json_kind(values)}")
    spans: list[Span] = []
    scores: dict[str, float] = {}
    for index, value in enumerate(values):
        if not isinstance(value, dict):
            raise RecordError(
                f"{owner}: span {index}: expected an object, found {json_kind(value)}"
            )
        start, end, label = value.get("start"), value.get("end"), value.get("label")
        if type(start) is not int or type(end) is not int:
            key, wrong = ("end", end) if type(start) is int else ("start", start)
            raise RecordError(
                f"{owner}: span {index}: expected an integer {key!r}, found {json_kind(wrong)}"
            )
        if not isinstance(label, str):
            raise RecordError(
                f"{owner}: span {index}: expected a string 'label', found {json_kind(label)}"
            )
        span_id = value.get("id", f"s{index}")
        if not isinstance(span_id, str):
            raise RecordError(
                f"{owner}: span {index}: expected a string 'id', found {json_kind(span_id)}"
            )
        score = value.get("score")
        if score is not None:
            if not isinstance(score, int | float) or isinstance(score, bool):
                raise RecordError(
                    f"{owner}: span {index}: expected a number 'score', found {json_kind(score)}"
                )
            scores[span_id] = float(score)
        said = value.get("attributes")
        attributes = _attributes(f"{owner}: span {index}", said) if said else {}
        spans.append(Span(id=span_id, start=start, end=end, label=label, attributes=attributes))
    return tuple(spans), scores


def _attributes(where: str, value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise RecordError(f"{where}: expected an object 'attributes', found {json_kind(value)}")
    found: dict[str, tuple[str, ...]] = {}
    for name, choices in value.items():
        listed = [choices] if isinstance(choices, str) else choices
        if not _is_strings(listed):
            raise RecordError(f"{where}: expected attribute {name!r} to be a list of strings")
        found[name] = tuple(listed)
    return found


def links_from_json(owner: str, values: Any, spans: tuple[Span, ...]) -> tuple[Link, ...]:
    """Return links between `spans`; ends are span ids or indices. Raises `RecordError`."""
    if not isinstance(values, list):
        raise RecordError(f"{owner}: expected a list 'links', found {json_kind(values)}")
    links: list[Link] = []
    for index, value in enumerate(values):
        where = f"{owner}: link {index}"
        if not isinstance(value, dict) or not isinstance(value.get("label"), str):
            raise RecordError(f"{where}: expected an object with head, tail and label")
        ends: list[str] = []
        for key in ("head", "tail"):
            end = value.get(key)
            if isinstance(end, int) and not isinstance(end, bool):
                if not 0 <= end < len(spans):
                    raise RecordError(f"{where}: {key} {end} is no index into {len(spans)} spans")
                end = spans[end].id
            if not isinstance(end, str):
                raise RecordError(
                    f"{where}: expected a span id or index as {key}, found {json_kind(end)}"
                )
            ends.append(end)
        inferred = value.get("inferred", False)
        if not isinstance(inferred, bool):
            raise RecordError(
                f"{where}: expected true or false as 'inferred', found {json_kind(inferred)}"
            )
        links.append(
            Link(head_id=ends[0], tail_id=ends[1], label=value["label"], inferred=inferred)
        )
    return tuple(links)


def _is_strings(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
