"""The tasks of a review project: every annotator's version of an article is a prediction there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.jsonl import dumps
from annotate.labels import LabelScheme
from annotate.records import Article, ArticleKey, Prediction
from annotate.studio.client import StudioClient
from annotate.studio.results import is_ours
from annotate.studio.tasks import NewTask, build_prediction, task_data


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTask:
    """A task of a review project; `digest` tells which versions it shows."""

    task_id: int
    key: ArticleKey
    digest: str | None
    touched: bool


def review_tasks(client: StudioClient, project_id: int) -> Iterator[ReviewTask]:
    """Yield the tasks of a review project that annotate made."""
    for raw in client.tasks(project_id):
        if is_ours(raw):
            data = raw["data"]
            yield ReviewTask(
                task_id=raw["id"],
                key=ArticleKey(data["article_id"], data["text_sha256"]),
                digest=data.get("review"),
                touched=bool(raw.get("annotations") or raw.get("draft_exists")),
            )


def new_review_task(
    article: Article,
    versions: Sequence[Prediction],
    scheme: LabelScheme,
    *,
    group: str,
    split: str,
) -> NewTask:
    """Return a task that shows several versions of one article's marks."""
    predictions = [build_prediction(article, version, scheme) for version in versions]
    data = task_data(article, scheme, group=group, split=split)
    return NewTask(
        key=article.key,
        split=split,
        payload={"data": {**data, "review": _digest(predictions)}, "predictions": predictions},
    )


def review_digest(task: NewTask) -> str:
    """Return what tells the versions of a task from others."""
    return str(task.payload["data"]["review"])


def replace_versions(client: StudioClient, project_id: int, task_id: int, task: NewTask) -> None:
    """Let a task show the versions of another one, in place: no open page loses a prediction.

    A version that is gone stays as an empty prediction.
    """
    held = {p["model_version"]: p["id"] for p in client.task(task_id).get("predictions") or []}
    versions: dict[str, Mapping[str, Any]] = {
        version["model_version"]: version for version in task.payload["predictions"]
    }
    for name, prediction_id in held.items():
        client.set_prediction_result(prediction_id, versions.get(name, {"result": []})["result"])
    new = [{"task": task_id, **versions[name]} for name in versions if name not in held]
    if new:
        client.import_predictions(project_id, new)
    client.set_task(task_id, data=task.payload["data"])


def _digest(predictions: Sequence[Mapping[str, Any]]) -> str:
    return hashlib.sha256(dumps(list(predictions)).encode()).hexdigest()[:12]
