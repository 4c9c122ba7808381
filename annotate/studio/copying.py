"""Tasks for another server: open ones as they are, annotated ones with everybody's work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from annotate.labels import LabelScheme
from annotate.records import Annotation, Article, ArticleKey
from annotate.studio.client import StudioClient
from annotate.studio.project_tasks import NewTask
from annotate.studio.restored import build_restored_task


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


def restored_task(
    article: Article,
    annotations: Sequence[Annotation],
    scheme: LabelScheme,
    *,
    group: str,
    split: str,
    skipped: int,
    version: str,
    users: Mapping[str, str],
) -> NewTask:
    """Return a task with its annotations, so made that a pull finds them to be what they were.

    `version` is the id of the export version, `users` maps pseudonyms to e-mail addresses.
    """
    return NewTask(
        key=article.key,
        split=split,
        payload=build_restored_task(
            article,
            annotations,
            scheme,
            group=group,
            split=split,
            skipped=skipped,
            version=version,
            users=users,
        ),
    )


def holds_other_tasks(client: StudioClient, project_id: int, *, version: str) -> bool:
    """Tell whether a project's first task is none that was restored from that version."""
    for raw in islice(client.tasks(project_id), 1):
        return bool((raw["data"].get("restored") or {}).get("version") != version)
    return False
