"""What Label Studio remembers of a project's labels, to refuse another labelling config."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Summary:
    """What Label Studio counts of a project's annotations, mistakes included.

    `validate` asks it alone. Imported annotations are not counted, and of the first annotation
    with a control only the last region's labels are.
    """

    annotations: Counter[str] = field(default_factory=Counter)
    labels: dict[str, Counter[str]] = field(default_factory=dict)
    draft_labels: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, result: Any) -> None:
        before = set(self.labels)
        for item in _items(result):
            if not _key(item):
                continue
            self.annotations[_key(item)] += 1
            if item["from_name"] not in before:
                self.labels[item["from_name"]] = Counter()
            self.labels[item["from_name"]].update(_labels(item))

    def remove(self, result: Any) -> None:
        for item in _items(result):
            key = _key(item)
            if key in self.annotations:
                self.annotations[key] -= 1
                self.annotations += Counter()
            counts = self.labels.get(item.get("from_name"))
            if counts is not None:
                counts.subtract(label for label in _labels(item) if label in counts)
                counts += Counter()
                if not counts:
                    del self.labels[item["from_name"]]

    def forget(self) -> None:
        self.annotations, self.labels = Counter(), {}

    def add_draft(self, result: Any) -> None:
        before = set(self.draft_labels)
        for item in _items(result):
            if "from_name" in item:
                if item["from_name"] not in before:
                    self.draft_labels[item["from_name"]] = Counter()
                self.draft_labels[item["from_name"]].update(_labels(item))

    def remove_draft(self, result: Any) -> None:
        for item in _items(result):
            counts = self.draft_labels.get(item.get("from_name"))
            if counts is not None:
                counts.subtract(label for label in _labels(item) if label in counts)
                counts += Counter()
                if not counts:
                    del self.draft_labels[item["from_name"]]


def _items(result: Any) -> list[dict[str, Any]]:
    return result if isinstance(result, list) else []


def _key(item: dict[str, Any]) -> str:
    kind = item.get("type")
    if kind in ("relation", "pairwise", None) or not {"from_name", "to_name"} <= item.keys():
        return ""
    return f"{item['from_name']}|{item['to_name']}|{str(kind).lower()}"


def _labels(item: dict[str, Any]) -> list[str]:
    found = (item.get("value") or {}).get(item.get("type"))
    return [str(label) for label in found] if isinstance(found, list) else []
