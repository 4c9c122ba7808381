"""After a promotion: new predictions on tasks that nobody has touched. Deletes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from annotate.errors import StudioAnswerError, StudioNotSentError, StudioUnreachableError
from annotate.records import Prediction
from annotate.studio.client import Project
from annotate.studio.project_tasks import ProjectTasks
from annotate.studio.results import StudioTask
from annotate.workflow.mirror.mirror import Mirror
from annotate.workflow.mirror.sending import commit_wait, send
from annotate.workflow.mirror.site import Site
from annotate.workflow.sync.given import GivenVersion, Predicts, source_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshResult:
    """What was refreshed; `left` are open tasks that still lack the model's predictions."""

    model_version: str
    refreshed: int
    left: int
    switched: bool
    """Whether the project now shows another model version than before."""
    before: str | None
    """Model version that annotators saw before."""
    given: bool = False
    """Whether a file of predictions was given, which the next sync does not know of."""


def shows_anew(mirror: Mirror, shown: str | None, model_version: str) -> bool:
    """Return whether a refresh makes annotators see this version, who see `shown`.

    The server refuses to show a version of which it has no prediction: where every task is done,
    there is nobody to show it to either.
    """
    tasks = mirror.tasks
    return shown != model_version and bool(
        tasks.count_with(model_version) or tasks.count_lacking(model_version)
    )


def count_to_refresh(site: Site, model: Predicts) -> tuple[int, int]:
    """Return how many open tasks a refresh would give predictions, and leave alone.

    It leaves those alone to which predictions were sent without an answer: they may yet come.
    """
    if not model.predicts:
        return 0, 0
    journal = site.mirror.journal
    journal.expire("predictions", before=site.client.clock - commit_wait(site))
    mirror = site.mirror
    lacking = list(mirror.tasks.lacking(model.version, without=journal.unanswered_tasks()))
    takes = sum(len(taken(mirror, ids, model)) for ids in lacking)
    return takes, mirror.tasks.count_lacking(model.version) - sum(map(len, lacking))


def refresh_predictions(
    site: Site,
    project: Project,
    model: Predicts,
    *,
    switch: bool = True,
    force: bool = False,
    on_refreshed: Callable[[int], None] | None = None,
) -> RefreshResult:
    """Add predictions of `model`, read them back, then make the project show them.

    Every task is read again just before: one on which somebody has begun is left alone. The old
    predictions stay: one that is purged while somebody has its task open makes their submit fail.
    Where a task could not be refreshed, or without `switch`, annotators go on seeing the version
    that they see now: with another one they would see nothing on that task; `force` switches all
    the same. Where no model is in use nothing changes: what tasks have stays. A file of predictions
    leaves tasks alone of which it has no line.
    """
    if not model.predicts:
        before = project.model_version
        return RefreshResult(
            model_version=model.version, refreshed=0, left=0, switched=False, before=before
        )
    refreshed = 0
    client, mirror = site.client, site.mirror
    mirror.journal.expire("predictions", before=client.clock - commit_wait(site))
    if mirror.tasks.count_lacking(model.version):
        source = source_of(site, model)
        project_tasks = site.tasks(project.project_id)
        in_doubt = mirror.journal.unanswered_tasks()
        for ids in mirror.tasks.lacking(model.version, without=in_doubt):
            tasks = _still_lacking(site, project_tasks, taken(mirror, ids, model), model)
            predictions = source.predict(task.article for task in tasks)
            found = zip(tasks, predictions, strict=True)
            batch = [(task, prediction) for task, prediction in found if prediction is not None]
            if batch and _send(site, project_tasks, batch, model):
                refreshed += len(batch)
            if on_refreshed is not None:
                on_refreshed(len(ids))
    left = mirror.tasks.count_lacking(model.version)
    shows = switch and (force or not left)
    wanted = shows and shows_anew(mirror, project.model_version, model.version)
    switched = wanted and client.set_model_version(project.project_id, model.version)
    if switched:
        mirror.shown.show(model.version, client.clock)
    elif wanted:  # predictions were deleted in bulk, which moves no stamp: look at the tasks again
        with mirror.transaction():
            mirror.unread.mark(mirror.tasks.open_with([model.version]))
    return RefreshResult(
        model_version=model.version,
        refreshed=refreshed,
        left=left,
        switched=switched,
        before=project.model_version,
        given=isinstance(model, GivenVersion),
    )


def taken(mirror: Mirror, task_ids: list[int], model: Predicts) -> list[int]:
    """Return those of the tasks for which there are predictions: for a model, all of them."""
    if not isinstance(model, GivenVersion):
        return task_ids
    known = ((task_id, mirror.tasks.get(task_id)) for task_id in task_ids)
    return [task_id for task_id, task in known if task and task.key in model.places]


def _still_lacking(
    site: Site, project_tasks: ProjectTasks, ids: list[int], model: Predicts
) -> list[StudioTask]:
    """Read the tasks again; what has changed meanwhile is left to the next pull."""
    tasks: list[StudioTask] = []
    had: list[int] = []
    changed = set(ids)
    for found in project_tasks.by_id(ids):
        task = found.ours
        if task is None or task.touched:
            continue
        changed.discard(task.task_id)
        if model.version in task.models:
            had.append(task.task_id)
        else:
            tasks.append(task)
    with site.mirror.transaction():
        site.mirror.tasks.put_model(had, model.version)
        site.mirror.unread.mark(changed)
    return tasks


def _send(
    site: Site,
    project_tasks: ProjectTasks,
    batch: list[tuple[StudioTask, Prediction]],
    model: Predicts,
) -> bool:
    """Import predictions and read them back; return whether they are there.

    A batch without an answer stays in the journal, and its tasks are left alone by later runs
    until the server can no longer commit it.
    """
    ids = [task.task_id for task, _ in batch]

    def request() -> None:
        project_tasks.import_predictions(batch)
        _read_back(project_tasks, ids, model)

    try:
        send(
            site,
            "predictions",
            request,
            task_ids=ids,
            record=lambda _: site.mirror.tasks.put_model(ids, model.version),
        )
    except StudioNotSentError:
        raise
    except StudioUnreachableError:
        return False
    return True


def _read_back(project_tasks: ProjectTasks, ids: list[int], model: Predicts) -> None:
    """Make sure that the predictions are there before annotators are pointed at them."""
    for found in project_tasks.by_id(ids):
        if found.ours is None or model.version not in found.ours.models:
            raise StudioAnswerError(
                f"task {found.task_id} has no prediction of {model.version} after the import; "
                "annotators still see the old ones"
            )
