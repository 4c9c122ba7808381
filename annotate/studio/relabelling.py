"""A label under another name in the annotations and predictions of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.labels import LabelScheme
from annotate.studio.client import StudioClient


def tasks_with_label(
    client: StudioClient, project_id: int, scheme: LabelScheme, label: str
) -> Iterator[bool]:
    """Yield for each task whether a region on it, annotated or predicted, has the label."""
    for task in client.tasks(project_id):
        work = [*(task.get("annotations") or []), *(task.get("predictions") or [])]
        yield any(_has(item["result"], scheme, label) for item in work)


def rename_label(
    client: StudioClient, project_id: int, scheme: LabelScheme, old: str, new: str
) -> Iterator[bool]:
    """Rename a label on every task; yield for each whether something was changed on it."""
    for task in client.tasks(project_id):
        changed = False
        for kind, change in (
            ("annotations", client.set_annotation_result),
            ("predictions", client.set_prediction_result),
        ):
            for work in task.get(kind) or []:
                if _has(work["result"], scheme, old):
                    change(work["id"], rename_regions(work["result"], scheme, old, new))
                    changed = True
        yield changed


def rename_regions(
    result: Sequence[Mapping[str, Any]], scheme: LabelScheme, old: str, new: str
) -> list[dict[str, Any]]:
    """Return a result in which the label of the scheme's control is renamed, and nothing else."""
    renamed: list[dict[str, Any]] = []
    for item in result:
        copy = dict(item)
        if _is_region(item, scheme) and old in item["value"].get("labels", ()):
            labels = [new if label == old else label for label in item["value"]["labels"]]
            copy["value"] = {**item["value"], "labels": labels}
        renamed.append(copy)
    return renamed


def _has(result: Sequence[Mapping[str, Any]], scheme: LabelScheme, label: str) -> bool:
    return any(
        _is_region(item, scheme) and label in item["value"].get("labels", ()) for item in result
    )


def _is_region(item: Mapping[str, Any], scheme: LabelScheme) -> bool:
    return (
        item.get("type") == "labels"
        and item.get("from_name") == scheme.from_name
        and isinstance(item.get("value"), Mapping)
    )
