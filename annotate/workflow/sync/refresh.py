"""After a promotion: new predictions on tasks that nobody has touched. Deletes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from annotate.errors import (
    StudioAnswerError,
    StudioNotSentError,
    StudioRefusedError,
    StudioUnreachableError,
)
from annotate.labels import LabelScheme
from annotate.pipeline.registry import Model
from annotate.studio.client import Project, StudioClient
from annotate.studio.results import StudioTask, is_ours, read_task
from annotate.studio.tasks import build_prediction
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.state.models import load_pipeline
from annotate.workspace import Workspace

KIND = "predictions"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshResult:
    """What was refreshed; `left` are open tasks that still lack the model's predictions."""

    model_version: str
    refreshed: int
    left: int
    switched: bool
    """Whether the project now shows another model version than before."""


def count_stale(workspace: Workspace, client: StudioClient, model: Model) -> int:
    """Return how many open tasks, not blind, lack predictions of this model."""
    with open_mirror(workspace, client.identity) as mirror:
        return mirror.count_untouched(model.version)


def refresh_predictions(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    project: Project,
    model: Model,
    *,
    switch: bool = True,
    on_refreshed: Callable[[int], None] | None = None,
) -> RefreshResult:
    """Add predictions of `model`, read them back, then make the project show them.

    Every task is read again just before: one on which somebody has begun is left alone. The old
    predictions stay: one that is purged while somebody has its task open makes their submit fail.
    Where a task could not be refreshed, or without `switch`, annotators go on seeing the version
    that they see now: with another one they would see nothing on that task.
    """
    refreshed = 0
    longest = timedelta(seconds=workspace.settings.studio.commit_wait)
    with open_mirror(workspace, client.identity) as mirror:
        mirror.journal.expire(KIND, before=client.clock - longest)
        if mirror.count_untouched(model.version):
            pipeline = load_pipeline(workspace, model, scheme)
            for ids in mirror.untouched(model.version):
                tasks = _still_untouched(client, mirror, scheme, project, ids, model)
                predictions = pipeline.predict(task.article for task in tasks)
                body = [
                    {"task": task.task_id, **build_prediction(task.article, prediction, scheme)}
                    for task, prediction in zip(tasks, predictions, strict=True)
                ]
                if body and _send(client, mirror, project, body, model):
                    refreshed += len(body)
                if on_refreshed is not None:
                    on_refreshed(len(ids))
        left = mirror.count_untouched(model.version)
        switched = switch and not left and project.model_version != model.version
        if switched:
            client.set_model_version(project.project_id, model.version)
            mirror.show(model.version, client.clock)
    return RefreshResult(
        model_version=model.version, refreshed=refreshed, left=left, switched=switched
    )


def _still_untouched(
    client: StudioClient,
    mirror: Mirror,
    scheme: LabelScheme,
    project: Project,
    ids: list[int],
    model: Model,
) -> list[StudioTask]:
    """Read the tasks again; what has changed meanwhile is left to the next pull."""
    tasks: list[StudioTask] = []
    had: list[int] = []
    touched: list[int] = []
    for raw in client.tasks_by_id(project.project_id, ids):
        if not is_ours(raw):
            continue
        task = read_task(raw, scheme, annotators={})
        if task.touched:
            touched.append(task.task_id)
        elif model.version in task.models:
            had.append(task.task_id)
        else:
            tasks.append(task)
    gone = set(ids) - {task.task_id for task in tasks} - set(had) - set(touched)
    with mirror.transaction():
        mirror.has_prediction(had, model.version)
        for task_id in (*touched, *gone):
            mirror.stale.mark(task_id)
    return tasks


def _send(
    client: StudioClient,
    mirror: Mirror,
    project: Project,
    body: list[dict[str, Any]],
    model: Model,
) -> bool:
    """Import predictions and read them back; return whether they are there.

    A batch without an answer stays in the journal, and its tasks are left alone by later runs
    until the server can no longer commit it.
    """
    ids = [item["task"] for item in body]
    batch = mirror.journal.open(KIND, client.clock, task_ids=ids)
    try:
        client.import_predictions(project.project_id, body)
    except (StudioRefusedError, StudioNotSentError):
        mirror.journal.close(batch)
        raise
    except StudioUnreachableError:
        return False
    _read_back(client, project, ids, model)
    with mirror.transaction():
        mirror.has_prediction(ids, model.version)
        mirror.journal.close(batch)
    return True


def _read_back(client: StudioClient, project: Project, ids: list[int], model: Model) -> None:
    """Make sure that the predictions are there before annotators are pointed at them."""
    for raw in client.tasks_by_id(project.project_id, ids):
        found: list[Mapping[str, Any]] = raw.get("predictions") or []
        if model.version not in {prediction.get("model_version") for prediction in found}:
            raise StudioAnswerError(
                f"task {raw['id']} has no prediction of {model.version} after the import; "
                "annotators still see the old ones"
            )
