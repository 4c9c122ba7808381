"""Tasks of one server for another: the open ones, as they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from annotate.records import ArticleKey
from annotate.studio.client import StudioClient
from annotate.studio.tasks import NewTask


def open_task_copies(client: StudioClient, project_id: int) -> Iterator[NewTask]:
    """Yield the tasks on which nobody has worked, with their data and predictions."""
    for raw in client.tasks(project_id):
        if raw["annotations"]:
            continue
        data = raw["data"]
        yield NewTask(
            key=ArticleKey(str(data.get("article_id")), str(data.get("text_sha256"))),
            split=str(data.get("split") or "train"),
            payload={
                "data": data,
                "predictions": [
                    {name: prediction.get(name) for name in ("model_version", "score", "result")}
                    for prediction in raw["predictions"]
                ],
            },
        )


def holds_other_tasks(client: StudioClient, project_id: int, *, version: str) -> bool:
    """Tell whether a project's first task is none that was restored from that version."""
    for raw in islice(client.tasks(project_id), 1):
        return bool((raw["data"].get("restored") or {}).get("version") != version)
    return False
