"""What several people marked in an article → one result with its disputes flagged, and back. Pure.

A region in dispute carries a label of `ReviewLabels.open`; a link in dispute is a region of its own
over the words where it begins, named after the ids of both ends, and its relation begins there: so
it goes when the region is deleted. What is read back is an annotation as any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.labels import LabelScheme
from annotate.records import Article, Link, Span
from annotate.studio.relations import relation_ends
from annotate.studio.review_config import ReviewLabels
from annotate.studio.tasks import build_result

TO_CHOOSE = "to_choose"
"""In a region's `meta`: controls without which it is not decided. The page does not show it."""

_RIGHT = {"type": "relation", "direction": "right"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """What a reviewer is shown of an article: all marks, and of disputed ones who made them.

    `notes` says it, by the id of a span and by link; what is not among them is not disputed.
    `to_choose` are, by the id of a span, the controls without which it is not decided.
    """

    spans: tuple[Span, ...]
    links: tuple[Link, ...]
    notes: Mapping[str | Link, str]
    to_choose: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A mark that a reviewer has left in dispute; `kind` is its label, or a link's kind."""

    kind: str
    start: int
    end: int
    reason: str = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A reviewer's result without what the review has added to it."""

    result: tuple[Mapping[str, Any], ...]
    undecided: tuple[Undecided, ...]


def flagged_result(
    article: Article, marks: Flagged, scheme: LabelScheme, labels: ReviewLabels
) -> list[dict[str, Any]]:
    """Return the result that a reviewer begins with: first what is disputed, as the text goes.

    The page goes from mark to mark in this order. A disputed link comes after the mark where it
    begins: of two regions over the same words the page lets a click choose the first.
    """
    first: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for span in marks.spans:
        items = build_result(article, [span], (), scheme, scores={})
        links = [link for link in marks.links if link.head_id == span.id]
        flags = [_flag(link, items[0], marks, labels) for link in links if link in marks.notes]
        if span.id in marks.notes:
            items[0]["value"]["labels"] = [labels.open[span.label]]
            if choices := marks.to_choose.get(span.id):
                items[0]["meta"] = {TO_CHOOSE: list(choices)}
            items.append(_note(items[0], marks.notes[span.id], labels))
        (first if flags or span.id in marks.notes else rest).extend(items)
        for region, note in flags:
            first += [region, note]
        for link in links:
            start = _flag_id(link) if link in marks.notes else link.head_id
            ends = {"from_id": start, "to_id": link.tail_id}
            relations.append({**_RIGHT, **ends, "labels": [link.label]})
    return [*first, *rest, *relations]


def settle(
    result: Sequence[Mapping[str, Any]],
    scheme: LabelScheme,
    labels: ReviewLabels,
    *,
    shown: Sequence[Mapping[str, Any]] = (),
) -> Settled:
    """Return what a reviewer, who began with the result `shown`, has decided, and what not.

    A mark that was dropped is gone, and a link goes with its ends; one that was kept while an end
    of it was dropped is undecided. A relation that was drawn at the region of a link belongs to the
    mark below.
    """
    found = _regions(result, scheme, labels)
    kept: list[Mapping[str, Any]] = []
    standing: set[str] = set()
    for item in result:
        if item.get("type") == "relation":
            ends = relation_ends(item)
            if _is_flag(ends[0]) and _tail_of(ends[0]) == ends[1]:
                standing.add(ends[0])
            else:
                kept += _of_marks(item, found)
        elif item.get("from_name") != labels.note and item.get("id") not in found.without:
            kept.append(item)
    undecided = [*found.undecided]
    for flag in (flag for flag in found.flags if flag in standing):
        item, kind = found.flags[flag]
        ends = (_head_of(flag), _tail_of(flag))
        whole = found.marks.issuperset(ends)
        if _label(item, scheme) == labels.open_links[kind]:
            undecided += [_undecided(item, kind)] if whole else []
        elif not whole:
            undecided.append(_undecided(item, kind, "kept, and an end of it is not"))
        elif found.without.isdisjoint(ends):
            kept.append({**_RIGHT, "from_id": ends[0], "to_id": ends[1], "labels": [kind]})
    undecided += _unchosen(kept, shown, scheme)
    return Settled(result=tuple(kept), undecided=tuple(undecided))


def all_kept(
    result: Sequence[Mapping[str, Any]], scheme: LabelScheme, labels: ReviewLabels
) -> list[Mapping[str, Any]]:
    """Return a flagged result as it would be with everything kept."""
    names = {label: name for name, label in labels.open.items()}
    names |= {labels.open_links[kind]: label for kind, label in labels.links.items()}
    decided: list[Mapping[str, Any]] = []
    for item in result:
        name = names.get(_label(item, scheme) or "")
        kept = {"value": {**item["value"], "labels": [name]}} if name is not None else {}
        decided.append({**item, **kept})
    return list(settle(decided, scheme, labels).result)


@dataclass(frozen=True, slots=True)
class _Regions:
    flags: dict[str, tuple[Mapping[str, Any], str]]
    """Regions that stand for links, each with the kind."""
    marks: set[str]
    """Ids of the regions that are marks, open ones among them and dropped ones not."""
    without: set[str]
    """Ids of the regions of which nothing is taken."""
    undecided: list[Undecided]


def _regions(
    result: Sequence[Mapping[str, Any]], scheme: LabelScheme, labels: ReviewLabels
) -> _Regions:
    found = _Regions({}, set(), set(), [])
    names = {label: name for name, label in labels.open.items()}
    for item in result:
        label = _label(item, scheme)
        if label is None:
            continue
        kind = labels.kinds.get(label)
        if _is_flag(item["id"]) and kind is None and label != labels.dropped:
            found.without.add(item["id"])
            found.undecided.append(_undecided(item, label, "a key for marks, pressed on a link"))
            continue
        if kind is None and label != labels.dropped:
            found.marks.add(item["id"])
        if kind is not None and _is_flag(item["id"]):
            found.flags[item["id"]] = (item, kind)
        elif kind is not None:
            found.undecided.append(_undecided(item, label, "stands for no link that was shown"))
        elif label in names:
            found.undecided.append(_undecided(item, names[label]))
        if kind is not None or label in names or label == labels.dropped:
            found.without.add(item["id"])
    return found


def _of_marks(item: Mapping[str, Any], found: _Regions) -> list[dict[str, Any]]:
    """Return a relation between the marks at which it was drawn, none where one of them is not."""
    head, tail = (_head_of(end) if _is_flag(end) else end for end in relation_ends(item))
    if head in found.without or tail in found.without:
        return []
    return [{**item, "from_id": head, "to_id": tail, "direction": "right"}]


def _unchosen(
    settled: Sequence[Mapping[str, Any]], shown: Sequence[Mapping[str, Any]], scheme: LabelScheme
) -> list[Undecided]:
    """Return the choices that a decision leaves open, which all annotators had made otherwise."""
    wanted = {
        item["id"]: (item.get("meta") or {}).get(TO_CHOOSE)
        for item in shown
        if _label(item, scheme) is not None
    }
    chosen = {(item.get("id"), item.get("from_name")) for item in settled}
    found = []
    for item in settled:
        label = _label(item, scheme)
        for name in (label is not None and wanted.get(item["id"])) or ():
            control = scheme.choice(name)
            fits = control is not None and label in control.labels
            if fits and (item["id"], name) not in chosen:
                found.append(_undecided(item, f"{name} of {label}"))
    return found


def _flag(
    link: Link, head: Mapping[str, Any], marks: Flagged, labels: ReviewLabels
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the region that stands for a link over the words of its head, and who made it."""
    region = {name: head[name] for name in ("from_name", "to_name", "type")}
    region["id"] = _flag_id(link)
    region["value"] = {**head["value"], "labels": [labels.open_links[link.label]]}
    return region, _note(region, marks.notes[link], labels)


def _note(region: Mapping[str, Any], note: str, labels: ReviewLabels) -> dict[str, Any]:
    ends = {name: region["value"][name] for name in ("start", "end")}
    return {
        "id": region["id"],
        "from_name": labels.note,
        "to_name": region["to_name"],
        "type": "textarea",
        "value": {**ends, "text": [note]},
    }


def _label(item: Mapping[str, Any], scheme: LabelScheme) -> str | None:
    """Return the label of a region, `None` for what is none."""
    value = item.get("value")
    if item.get("type") != "labels" or item.get("from_name") != scheme.from_name:
        return None
    found = value.get("labels") if isinstance(value, Mapping) else None
    plain = isinstance(found, list) and len(found) == 1 and isinstance(item.get("id"), str)
    return str(found[0]) if plain and found else None


def _undecided(item: Mapping[str, Any], kind: str, reason: str = "disputed") -> Undecided:
    value = item["value"]
    return Undecided(kind=kind, start=value["start"], end=value["end"], reason=reason)


def _flag_id(link: Link) -> str:
    """Return the id of the region that stands for a link; two kinds may join the same spans."""
    kind = hashlib.sha256(link.label.encode()).hexdigest()[:6]
    return f"link-{link.head_id}-{link.tail_id}-{kind}"


def _is_flag(region_id: str) -> bool:
    return region_id.startswith("link-") and region_id.count("-") == 3


def _head_of(flag: str) -> str:
    return flag.split("-")[1]


def _tail_of(flag: str) -> str:
    return flag.split("-")[2]
