"""Relations of a result → links, and which of a prediction's links a person deleted. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from annotate.labels import LabelScheme
from annotate.records import Annotation, Link

NAMED = "relations named after their ends"
MISFIT = "relations between labels that they are not meant for, kept: look at them"
UNNAMED = (
    "relations without a name, which no kind of link or several could have, carried along unread: "
    "draw them the other way round, or name them"
)

_SHOWN = ("prediction", "prediction-changed")
"""What the page says of a region (`origin`) that came with a prediction."""


def read_relations(
    relations: Sequence[Mapping[str, Any]],
    labels: Mapping[str, str],
    scheme: LabelScheme,
    notes: Counter[str],
) -> tuple[dict[Link, None], list[Mapping[str, Any]]]:
    """Return the links of all relations, each once and in order, and what they do not say whole.

    `labels` are those of the regions, by id; `notes` is added to: what to look at is told with the
    labels of the ends.
    """
    links: dict[Link, None] = {}
    unread: list[Mapping[str, Any]] = []
    for item in relations:
        found, whole = _links(item, labels, scheme, notes)
        links.update(dict.fromkeys(found))
        if not whole:
            unread.append(item)
    return links, unread


def relation_ends(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return the ids of the regions that a relation joins, head first."""
    head, tail = str(item.get("from_id")), str(item.get("to_id"))
    return (tail, head) if item.get("direction") == "left" else (head, tail)


def saw_prediction(raw: Mapping[str, Any]) -> bool:
    """Tell whether an annotation's JSON says that it began with a prediction.

    When the prediction is deleted, the server forgets it, and the regions still tell.
    """
    shown = (item.get("origin") in _SHOWN for item in raw.get("result") or [])
    return raw.get("parent_prediction") is not None or any(shown)


def deleted_links(
    annotation: Annotation,
    raw: Mapping[str, Any],
    predictions: Sequence[Mapping[str, Any]],
    scheme: LabelScheme,
) -> tuple[Link, ...] | None:
    """Return those links of the prediction that was shown which the person took away.

    Both their ends are still among the annotation's spans. A relation that cannot be read, and is
    gone, counts as a link of every kind. `None`: the prediction is not on the task any more. Work
    that was left unsaved and taken up again does not say which one it was: then those count that
    hold all regions which it has from a prediction.
    """
    results = _shown_results(raw, predictions)
    if not results:
        return None
    labels = {span.id: span.label for span in annotation.spans}
    relations = [item for result in results for item in result if _joins(item, labels)]
    links, unread = read_relations(relations, labels, scheme, Counter())
    carried = [item for item in annotation.extra if _joins(item, labels)]
    for ends in {*map(relation_ends, unread)} - {*map(relation_ends, carried)}:
        lost = (Link(head_id=ends[0], tail_id=ends[1], label=kind) for kind in scheme.link_labels)
        links.update(dict.fromkeys(lost))
    return tuple(link for link in links if link not in annotation.links)


def _shown_results(
    raw: Mapping[str, Any], predictions: Sequence[Mapping[str, Any]]
) -> list[list[Any]]:
    """Return the results of the prediction that was shown, or of those that may have been."""
    shown = raw.get("parent_prediction")
    held = [(p["id"], p["result"]) for p in predictions if isinstance(p.get("result"), list)]
    if shown is not None:
        return [result for number, result in held if number == shown]
    brought = {i.get("id") for i in raw.get("result") or [] if i.get("origin") in _SHOWN}
    return [
        result
        for _, result in held
        if brought and brought <= {item.get("id") for item in result if isinstance(item, Mapping)}
    ]


def _joins(item: Any, labels: Mapping[str, str]) -> bool:
    """Tell whether an item of a result is a relation between two of the regions."""
    if not isinstance(item, Mapping) or item.get("type") != "relation":
        return False
    head, tail = relation_ends(item)
    named = isinstance(item.get("labels") or [], list)
    return named and head in labels and tail in labels and head != tail


def _links(
    item: Mapping[str, Any],
    labels: Mapping[str, str],
    scheme: LabelScheme,
    notes: Counter[str],
) -> tuple[list[Link], bool]:
    """Return the links of a relation, and whether they say all that it says.

    One that was drawn without a label gets it from its ends; a label that the config has not is no
    reason to guess another one.
    """
    head, tail = relation_ends(item)
    if head not in labels or tail not in labels or head == tail:
        return [], False
    said = list(item.get("labels") or [])
    named = [label for label in said if label in scheme.link_labels]
    if not said:
        name = scheme.name_link(labels[head], labels[tail])
        if name is None:
            notes[f"{labels[head]} → {labels[tail]}: {UNNAMED}"] += 1
            return [], False
        notes[NAMED] += 1
        named = [name]
    ends = (labels[head], labels[tail])
    for label in named:
        if scheme.link_ends.get(label, ends) != ends:
            notes[f"{label}, {ends[0]} → {ends[1]}: {MISFIT}"] += 1
    links = [Link(head_id=head, tail_id=tail, label=label) for label in named]
    return links, len(named) == max(1, len(said))
