"""A label under another name in the annotations and predictions of a project."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from annotate.labels import LabelScheme
from annotate.studio.client import StudioClient


def tasks_with_label(
    client: StudioClient, project_id: int, scheme: LabelScheme, labels: Collection[str]
) -> Iterator[bool]:
    """Yield for each task whether a region on it, annotated or predicted, has one of the labels."""
    for task in client.tasks(project_id):
        work = [*(task.get("annotations") or []), *(task.get("predictions") or [])]
        yield any(_has(item["result"], scheme, labels) for item in work)


def rename_label(
    client: StudioClient, project_id: int, scheme: LabelScheme, names: Mapping[str, str]
) -> Iterator[bool]:
    """Rename labels (old → new) on every task; yield for each whether something was changed."""
    for task in client.tasks(project_id):
        changed = False
        for kind, change in (
            ("annotations", client.set_annotation_result),
            ("predictions", client.set_prediction_result),
        ):
            for work in task.get(kind) or []:
                if _has(work["result"], scheme, names):
                    change(work["id"], rename_regions(work["result"], scheme, names))
                    changed = True
        yield changed


def rename_regions(
    result: Sequence[Mapping[str, Any]], scheme: LabelScheme, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a result in which labels of the scheme's control are renamed, and nothing else."""
    renamed: list[dict[str, Any]] = []
    for item in result:
        copy = dict(item)
        if _has([item], scheme, names):
            labels = [names.get(label, label) for label in item["value"]["labels"]]
            copy["value"] = {**item["value"], "labels": labels}
        renamed.append(copy)
    return renamed


def _has(result: Sequence[Mapping[str, Any]], scheme: LabelScheme, labels: Collection[str]) -> bool:
    return any(
        _is_region(item, scheme)
        and any(label in labels for label in item["value"].get("labels") or ())
        for item in result
    )


def _is_region(item: Mapping[str, Any], scheme: LabelScheme) -> bool:
    return (
        item.get("type") == "labels"
        and item.get("from_name") == scheme.from_name
        and isinstance(item.get("value"), Mapping)
    )
