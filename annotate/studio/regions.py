"""Items of a result: which are regions and choices that the records can hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotate.labels import LabelScheme
from annotate.records import Article


def region_place(
    item: Mapping[str, Any], article: Article, scheme: LabelScheme
) -> tuple[int, int, str] | None:
    """Return offsets and label of a region that the records can hold, else `None`."""
    value = item.get("value") or {}
    start, end, labels = value.get("start"), value.get("end"), value.get("labels")
    if (
        item.get("type") != "labels"
        or item.get("from_name") != scheme.from_name
        or not isinstance(item.get("id"), str)
        or not item["id"]
        or type(start) is not int
        or type(end) is not int
        or not 0 <= start < end <= len(article.text)
        or not isinstance(labels, list)
        or len(labels) != 1
        or labels[0] not in scheme.span_labels
    ):
        return None
    return start, end, labels[0]


def is_region_choice(item: Mapping[str, Any], scheme: LabelScheme) -> bool:
    """Tell whether an item of a result is a choice of a control that the config has."""
    control = scheme.choice(str(item.get("from_name")))
    chosen = (item.get("value") or {}).get("choices")
    return (
        item.get("type") == "choices"
        and control is not None
        and isinstance(item.get("id"), str)
        and isinstance(chosen, list)
        and all(isinstance(value, str) for value in chosen)
    )
