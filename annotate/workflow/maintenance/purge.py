"""Purge: the one command that deletes on the server, and only what nobody has worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from annotate.errors import StudioRefusedError
from annotate.labels import LabelScheme
from annotate.studio.client import Project, StudioClient
from annotate.studio.results import is_ours, read_task
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.sync.pull import read_server, require_project
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgePlan:
    """What would be deleted; nothing has been yet."""

    project: Project
    model_versions: tuple[str, ...]
    """Superseded for long enough; their predictions on open tasks go."""
    prediction_tasks: tuple[int, ...]
    duplicates: tuple[int, ...]
    """Tasks of an article revision that has another task."""
    outdated: tuple[int, ...]
    """Tasks whose article has a newer text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeResult:
    """What was deleted; `spared` tasks had been touched in the meantime."""

    predictions: int
    tasks: int
    spared: int


def plan_purge(
    workspace: Workspace, client: StudioClient, scheme: LabelScheme, *, older_than_days: int
) -> PurgePlan:
    """Read the server and list what can go.

    Predictions can go when annotators have not seen their version for `older_than_days`: whoever
    has a task open since then could not submit it any more. The version that is shown never goes,
    nor does one on a task that somebody worked on: it tells what that person saw.
    """
    with open_mirror(workspace, client.identity) as mirror:
        project = require_project(workspace, client, mirror)
        with read_server(workspace, client, scheme, mirror, project) as (project, _, _):
            pass
        before = client.clock - timedelta(days=older_than_days)
        versions = [v for v in mirror.superseded(before) if v != project.model_version]
        return PurgePlan(
            project=project,
            model_versions=tuple(versions),
            prediction_tasks=tuple(mirror.untouched_with(versions)),
            duplicates=tuple(_surplus(mirror)),
            outdated=tuple(mirror.outdated()),
        )


def apply_purge(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    plan: PurgePlan,
    *,
    on_task: Callable[[int], None] | None = None,
) -> PurgeResult:
    """Delete what the plan lists; every task is read again just before."""
    predictions = tasks = spared = 0
    doomed = sorted({*plan.duplicates, *plan.outdated})
    with open_mirror(workspace, client.identity) as mirror:
        for task_id in doomed:
            if _untouched(client, scheme, plan.project, task_id):
                client.delete_task(task_id)
                tasks += 1
            else:
                spared += 1
            mirror.stale.mark(task_id)
            if on_task is not None:
                on_task(1)
        for task_id in plan.prediction_tasks:
            if task_id not in doomed and _untouched(client, scheme, plan.project, task_id):
                predictions += _purge_predictions(client, task_id, plan.model_versions)
            else:
                spared += task_id not in doomed
            mirror.stale.mark(task_id)
            if on_task is not None:
                on_task(1)
    return PurgeResult(predictions=predictions, tasks=tasks, spared=spared)


def _surplus(mirror: Mirror) -> Iterable[int]:
    """Yield, of several tasks of a revision, those that nobody touched; one always stays."""
    for _, task_ids in mirror.duplicates():
        untouched = []
        for task_id in task_ids:
            task = mirror.task(task_id)
            if task is not None and not task.annotations and not task.skipped and not task.draft:
                untouched.append(task_id)
        keep_one = len(untouched) == len(task_ids)
        yield from untouched[1:] if keep_one else untouched


def _untouched(client: StudioClient, scheme: LabelScheme, project: Project, task_id: int) -> bool:
    for raw in client.tasks_by_id(project.project_id, [task_id]):
        return is_ours(raw) and not read_task(raw, scheme, annotators={}).touched
    return False


def _purge_predictions(client: StudioClient, task_id: int, versions: Iterable[str]) -> int:
    purged = 0
    for prediction in client.task(task_id).get("predictions") or []:
        if prediction.get("model_version") in versions:
            try:
                client.delete_prediction(prediction["id"])
            except StudioRefusedError:  # somebody else was faster
                continue
            purged += 1
    return purged
