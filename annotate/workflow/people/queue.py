"""The order of work: a place in the queue on every open task, and tabs that follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from annotate.articles.ordering import farthest_first, oldest_first, shuffled
from annotate.studio.client import Project
from annotate.studio.outlines import TaskOutline, set_places, set_queue_tab, task_outlines
from annotate.workflow.mirror.project import require_project
from annotate.workflow.mirror.reading import OnTask
from annotate.workflow.mirror.site import Site

Order: TypeAlias = Literal["random", "diverse", "oldest"]

TAB = "Queue"

FARTHEST = 2000
"""Tasks that a diverse order places one by one: each costs a look at all others."""

_CHUNK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTask:
    """An open task and its place, from 1; `lanes` are the tabs in which it stands."""

    task_id: int
    article_id: str
    place: int | None
    """`None` where only the first tasks get one: it comes after them."""
    lanes: tuple[int, ...]
    repeats: bool
    """Whether it nearly repeats an article that comes before it or was worked on."""
    changed: bool
    """Whether the server has it at another place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """The open tasks in the order in which they shall be labelled."""

    project: Project
    order: Order
    tasks: tuple[QueuedTask, ...]
    in_work: int
    """Unfinished tasks that somebody has begun: they keep the place that they have."""
    done: int
    tabs: tuple[str, ...]
    farthest: int | None
    """How many are in the diverse order; the others follow by how little they are like those."""

    @property
    def repeats(self) -> int:
        """Return how many of them nearly repeat another article."""
        return sum(task.repeats for task in self.tasks)

    @property
    def changes(self) -> int:
        """Return how many of them have another place now."""
        return sum(task.changed for task in self.tasks)


def plan_queue(
    site: Site,
    *,
    order: Order,
    seed: int = 0,
    lanes: int = 1,
    with_duplicates: bool = False,
    first: int | None = None,
    on_task: OnTask | None = None,
) -> QueuePlan:
    """Put the open tasks in order, blind ones among them; nothing is written.

    An article that nearly repeats one before it, or one that was worked on, goes to the end: it
    would teach little that is new, but nothing is left out. `with_duplicates` lets it stay where
    the order puts it. `first` gives so many a place, and takes it from all others, which then come
    after them. Raises `StudioError` where there is no project.
    """
    project = require_project(site)
    todo: list[TaskOutline] = []
    begun: list[TaskOutline] = []
    finished: list[TaskOutline] = []
    drafts = set(site.client.tasks_with_drafts(project.project_id))
    texts = site.scheme.text_key if order == "diverse" else None
    outlines = task_outlines(site.client, project.project_id, text_key=texts)
    for number, task in enumerate(outlines, start=1):
        if on_task is not None:
            on_task(number, project.tasks)
        if task is None:
            continue
        if task.finished:
            finished.append(task)
        elif task.begun or task.task_id in drafts:
            begun.append(task)
        else:
            todo.append(task)
    worked = [*begun, *finished]
    ordered = [todo[index] for index in _order(todo, worked, order, seed)]
    repeats = _repeats(ordered, worked)
    if not with_duplicates:
        ordered.sort(key=lambda task: task.task_id in repeats)
    return QueuePlan(
        project=project,
        order=order,
        tasks=tuple(
            _queued(
                task,
                place if first is None or place <= first else None,
                lanes,
                repeats=task.task_id in repeats,
            )
            for place, task in enumerate(ordered, start=1)
        ),
        in_work=len(begun),
        done=len(finished),
        farthest=min(len(todo), FARTHEST) if order == "diverse" else None,
        tabs=(TAB,) if lanes == 1 else tuple(f"{TAB} {lane}" for lane in range(1, lanes + 1)),
    )


def apply_queue(
    site: Site, plan: QueuePlan, *, on_task: Callable[[int], None] | None = None
) -> int:
    """Write the places, one task after the other, and make the tabs; return the tasks changed.

    A task on which somebody began meanwhile is left as it is. Interrupted, the same command goes
    on from there.
    """
    project_id = plan.project.project_id
    changed = [task for task in plan.tasks if task.changed]
    written = 0
    for first in range(0, len(changed), _CHUNK):
        places = {
            task.task_id: (task.place, task.lanes) for task in changed[first : first + _CHUNK]
        }
        for set_ in set_places(site.client, project_id, places):
            written += set_
            if on_task is not None:
                on_task(1)
    for number, tab in enumerate(plan.tabs, start=1):
        lane = number if len(plan.tabs) > 1 else None
        set_queue_tab(site.client, project_id, tab, lane=lane)
    return written


def _order(
    todo: Sequence[TaskOutline], worked: Iterable[TaskOutline], order: Order, seed: int
) -> list[int]:
    ids = [task.article_id for task in todo]
    if order == "random":
        return shuffled(ids, seed=seed)
    if order == "oldest":
        return oldest_first(ids, [task.published for task in todo])
    texts, done = [task.text for task in todo], [task.text for task in worked]
    return farthest_first(texts, done=done, most=FARTHEST)


def _repeats(ordered: Iterable[TaskOutline], worked: Iterable[TaskOutline]) -> set[int]:
    """Return the ids of the tasks whose group came up before."""
    seen = {task.group for task in worked}
    found: set[int] = set()
    for task in ordered:
        if task.group in seen:
            found.add(task.task_id)
        seen.add(task.group)
    return found


def _queued(task: TaskOutline, place: int | None, lanes: int, *, repeats: bool) -> QueuedTask:
    """Return the task at its place; one for several people stands in as many lanes."""
    people = min(lanes, max(1, task.overlap))
    own: tuple[int, ...] = ()
    if place is not None:
        own = tuple(sorted((place - 1 + step) % lanes + 1 for step in range(people)))
    return QueuedTask(
        task_id=task.task_id,
        article_id=task.article_id,
        place=place,
        lanes=own,
        repeats=repeats,
        changed=not task.stands_at(place, own),
    )
