"""The tasks of one project as records: read, imported, given predictions.

Here ends what the rest of annotate has to know of Label Studio's JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotate.errors import StudioAnswerError
from annotate.labels import LabelScheme
from annotate.records import Prediction
from annotate.studio.client import StudioClient
from annotate.studio.results import StudioTask, is_ours, read_task
from annotate.studio.task_lists import read_stamp
from annotate.studio.tasks import NewTask, build_prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTask:
    """Any task of a project; `ours` is `None` where annotate did not push it."""

    task_id: int
    updated_at: datetime
    annotations: int
    """Submitted ones."""
    skipped: int
    ours: StudioTask | None
    problem: str | None = None
    """Why a task that annotate pushed cannot be read; `ours` is `None` then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One person's annotation or skip; `seconds` is `None` where the page did not count them."""

    user: int
    skipped: bool
    seconds: float | None


class ProjectTasks:
    """The tasks of one project; `annotators` maps ids of users to pseudonyms."""

    def __init__(
        self,
        client: StudioClient,
        project_id: int,
        scheme: LabelScheme,
        *,
        annotators: Mapping[int, str] | None = None,
    ) -> None:
        self._client = client
        self._project_id = project_id
        self._scheme = scheme
        self._annotators = annotators or {}

    def all(self) -> Iterator[ServerTask]:
        """Yield every task by order of id; one that cannot be read says why."""
        return map(self._read, self._client.tasks(self._project_id))

    def by_id(self, task_ids: Sequence[int]) -> Iterator[ServerTask]:
        """Yield those of the tasks that are still there, by order of id."""
        return map(self._read, self._client.tasks_by_id(self._project_id, task_ids))

    def untouched(self, task_id: int) -> bool:
        """Tell, asking the server, whether a task of ours is there and nobody has begun it."""
        return any(t.ours is not None and not t.ours.touched for t in self.by_id([task_id]))

    def work(self, task_ids: Sequence[int]) -> Iterator[list[Work]]:
        """Yield what was done on each of the tasks."""
        for raw in self._client.tasks_by_id(self._project_id, task_ids):
            yield [_work(item) for item in raw.get("annotations") or []]

    def import_tasks(self, tasks: Sequence[NewTask]) -> tuple[list[int], bool]:
        """Import tasks in one transaction; return their ids in order.

        Tells also whether the server has made as many predictions as were sent: which ones it
        dropped it does not say.
        """
        ids, made = self._client.import_counted(self._project_id, [task.payload for task in tasks])
        return ids, made == sum(len(task.payload.get("predictions") or ()) for task in tasks)

    def import_predictions(self, predictions: Iterable[tuple[StudioTask, Prediction]]) -> None:
        """Add a prediction to each task; raises `StudioAnswerError` where not all were taken.

        Each is checked before it is sent, and `RecordError` or `SchemeMismatchError` raised for
        what the page would draw wrongly.
        """
        self._client.import_predictions(
            self._project_id,
            [
                {"task": task.task_id, **build_prediction(task.article, prediction, self._scheme)}
                for task, prediction in predictions
            ],
        )

    def _read(self, raw: Mapping[str, Any]) -> ServerTask:
        work = raw.get("annotations") or []
        skipped = sum(bool(item.get("was_cancelled")) for item in work)
        ours, problem = None, None
        if is_ours(raw):
            try:
                ours = read_task(raw, self._scheme, annotators=self._annotators)
            except StudioAnswerError as error:
                problem = error.message
        return ServerTask(
            task_id=raw["id"],
            updated_at=read_stamp(raw["updated_at"]),
            annotations=len(work) - skipped,
            skipped=skipped,
            ours=ours,
            problem=problem,
        )


def _work(item: Mapping[str, Any]) -> Work:
    by = item.get("completed_by")
    seconds = item.get("lead_time")
    return Work(
        user=int(by["id"] if isinstance(by, Mapping) else by or 0),
        skipped=bool(item.get("was_cancelled")),
        seconds=None if seconds is None else float(seconds),
    )
