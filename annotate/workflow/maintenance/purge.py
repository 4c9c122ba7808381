"""Purge: the one command that deletes on the server, and only what nobody has worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from annotate.errors import UsageError
from annotate.studio.client import Project
from annotate.workflow.mirror.mirror import Mirror
from annotate.workflow.mirror.project import require_project
from annotate.workflow.mirror.reading import read_server
from annotate.workflow.mirror.site import Site


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

    @property
    def size(self) -> int:
        """Return how many steps `apply_purge` takes."""
        return len(self.prediction_tasks) + len({*self.duplicates, *self.outdated})


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeResult:
    """What was deleted; `spared` tasks had been touched in the meantime."""

    predictions: int
    tasks: int
    spared: int


def plan_purge(
    site: Site,
    *,
    older_than_days: int,
    predictions: bool = False,
    duplicates: bool = False,
    outdated: bool = False,
) -> PurgePlan:
    """Read the server and list what can go of what was named.

    Predictions can go when annotators have not seen their version for `older_than_days`: whoever
    has a task open since then could not submit it any more. The version that is shown never goes,
    nor does one on a task that somebody worked on: it tells what that person saw. Raises
    `UsageError` where nothing was named.
    """
    if not (predictions or duplicates or outdated):
        raise UsageError(
            "nothing was named to be deleted",
            hint="name at least one of --predictions, --duplicates, --outdated",
        )
    mirror = site.mirror
    project = read_server(site, require_project(site)).project
    before = site.client.clock - timedelta(days=older_than_days)
    versions = [v for v in mirror.shown.superseded(before) if v != project.model_version]
    return PurgePlan(
        project=project,
        model_versions=tuple(versions) if predictions else (),
        prediction_tasks=tuple(mirror.tasks.open_with(versions)) if predictions else (),
        duplicates=tuple(_surplus(mirror)) if duplicates else (),
        outdated=tuple(mirror.tasks.outdated()) if outdated else (),
    )


def apply_purge(
    site: Site, plan: PurgePlan, *, on_task: Callable[[int], None] | None = None
) -> PurgeResult:
    """Delete what the plan lists; every task is read again just before."""
    client, unread = site.client, site.mirror.unread
    project_tasks = site.tasks(plan.project.project_id)
    predictions = tasks = spared = 0
    doomed = {*plan.duplicates, *plan.outdated}
    for task_id in sorted(doomed):
        if project_tasks.untouched(task_id):
            client.delete_task(task_id)
            tasks += 1
        else:
            spared += 1
        unread.mark([task_id])
        if on_task is not None:
            on_task(1)
    for task_id in plan.prediction_tasks:
        if task_id not in doomed:
            if project_tasks.untouched(task_id):
                predictions += client.delete_predictions(task_id, plan.model_versions)
            else:
                spared += 1
        unread.mark([task_id])
        if on_task is not None:
            on_task(1)
    return PurgeResult(predictions=predictions, tasks=tasks, spared=spared)


def _surplus(mirror: Mirror) -> Iterable[int]:
    """Yield, of several tasks of a revision, those that nobody touched; one always stays."""
    for tasks in mirror.tasks.duplicates():
        not_begun = [task.task_id for task in tasks if not task.begun]
        keep_one = len(not_begun) == len(tasks)
        yield from not_begun[1:] if keep_one else not_begun
