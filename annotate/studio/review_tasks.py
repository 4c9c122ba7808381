"""The tasks of a review project: each shows every mark of an article, and which are disputed."""

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
from annotate.studio.review_config import review_labels
from annotate.studio.review_marks import unjudged_marks
from annotate.studio.review_results import Flagged, flagged_result
from annotate.studio.tasks import NewTask, check_prediction, task_data

ALL_MARKS = "all marks"
"""Model version of the one prediction on a review task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTask:
    """A task of a review project; `digest` tells which marks it shows."""

    task_id: int
    key: ArticleKey
    digest: str | None
    touched: bool
    shown: Sequence[Sequence[Mapping[str, Any]]] = ()
    submitted: Sequence[Sequence[Mapping[str, Any]]] = ()

    def unjudged(self, task: NewTask, scheme: LabelScheme) -> int:
        """Return how many marks of `task` nobody has judged who submitted this one.

        0 where it cannot be read: the pull of the decisions says so.
        """
        (now,) = task.payload["predictions"]
        try:
            return unjudged_marks(now["result"], self.shown, self.submitted, scheme)
        except (KeyError, TypeError, ValueError, AttributeError):
            return 0


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
                shown=_results(raw.get("predictions")) if raw.get("annotations") else (),
                submitted=_results(raw.get("annotations")),
            )


def new_review_task(
    article: Article, marks: Flagged, scheme: LabelScheme, *, group: str, split: str
) -> NewTask:
    """Return a task that shows all marks of an article, those in dispute flagged.

    Raises `RecordError` or `SchemeMismatchError` for marks that the page would draw wrongly.
    """
    plain = Prediction(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=marks.spans,
        links=marks.links,
        model_version=ALL_MARKS,
    )
    check_prediction(article, plain, scheme)
    result = flagged_result(article, marks, scheme, review_labels(scheme))
    prediction = {"model_version": ALL_MARKS, "score": None, "result": result}
    digest = hashlib.sha256(dumps(result).encode()).hexdigest()[:12]
    data = {**task_data(article, scheme, group=group, split=split), "review": digest}
    return NewTask(
        key=article.key, split=split, payload={"data": data, "predictions": [prediction]}
    )


def review_digest(task: NewTask) -> str:
    """Return what tells the marks of a task from others."""
    return str(task.payload["data"]["review"])


def _results(held: Any) -> tuple[Sequence[Mapping[str, Any]], ...]:
    return tuple(one["result"] for one in held or () if isinstance(one["result"], list))


def replace_marks(client: StudioClient, project_id: int, task_id: int, task: NewTask) -> None:
    """Let a task show the marks of another one, in place: no open page loses a prediction.

    A prediction of another version, as a review of an earlier annotate has them, stays empty.
    """
    (new,) = task.payload["predictions"]
    held = client.task(task_id).get("predictions") or []
    for prediction in held:
        ours = prediction["model_version"] == ALL_MARKS
        client.set_prediction_result(prediction["id"], new["result"] if ours else [])
    if not any(prediction["model_version"] == ALL_MARKS for prediction in held):
        client.import_predictions(project_id, [{"task": task_id, **new}])
    client.set_task(task_id, data=task.payload["data"])
