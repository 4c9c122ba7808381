"""The order of work: a place in the queue on every open task, and tabs that follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from annotate.articles.ordering import farthest_first, oldest_first, shuffled
from annotate.labels import LabelScheme
from annotate.studio.client import Project, StudioClient
from annotate.studio.results import is_ours
from annotate.studio.views import lane_filter, set_tab
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.sync.pull import require_project
from annotate.workspace import Workspace

Order: TypeAlias = Literal["random", "diverse", "oldest"]

TAB = "Queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTask:
    """An open task and its place, from 1; `lanes` are the tabs in which it stands."""

    task_id: int
    article_id: str
    place: int
    lanes: tuple[int, ...]
    repeats: bool
    """Whether it nearly repeats an article that comes before it or was worked on."""
    changed: bool
    """Whether the server has it at another place."""

    @property
    def fields(self) -> dict[str, str]:
        """What stands in the task's data: text, as Label Studio sorts text everywhere alike."""
        return {
            "queue": f"{self.place:06d}",
            "lane": " ".join(f"({lane})" for lane in self.lanes),
        }


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

    @property
    def repeats(self) -> int:
        """Return how many of them nearly repeat another article."""
        return sum(task.repeats for task in self.tasks)

    @property
    def changes(self) -> int:
        """Return how many of them have another place now."""
        return sum(task.changed for task in self.tasks)


def plan_queue(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    *,
    order: Order,
    seed: int = 0,
    lanes: int = 1,
    with_duplicates: bool = False,
    on_task: Callable[[int, int], None] | None = None,
) -> QueuePlan:
    """Put the open tasks in order, blind ones among them; nothing is written.

    An article that nearly repeats one before it, or one that was worked on, goes to the end: it
    would teach little that is new, but nothing is left out. `with_duplicates` lets it stay where
    the order puts it. Raises `StudioError` where there is no project.
    """
    with open_mirror(workspace, client.identity) as mirror:
        project = require_project(workspace, client, mirror)
    todo: list[dict[str, Any]] = []
    begun: list[dict[str, Any]] = []
    finished: list[dict[str, Any]] = []
    drafts = set(client.tasks_with_drafts(project.project_id))
    for number, task in enumerate(client.outlines(project.project_id), start=1):
        if on_task is not None:
            on_task(number, project.tasks)
        if not is_ours(task):
            continue
        if task["is_labeled"]:
            finished.append(task)
        elif task["id"] in drafts or task["total_annotations"] or task["cancelled_annotations"]:
            begun.append(task)
        else:
            todo.append(task)
    worked = [*begun, *finished]
    ordered = [todo[index] for index in _order(todo, worked, scheme, order, seed)]
    repeats = _repeats(ordered, worked)
    if not with_duplicates:
        ordered.sort(key=lambda task: task["id"] in repeats)
    return QueuePlan(
        project=project,
        order=order,
        tasks=tuple(
            _queued(task, place, lanes, repeats=task["id"] in repeats)
            for place, task in enumerate(ordered, start=1)
        ),
        in_work=len(begun),
        done=len(finished),
        tabs=(TAB,) if lanes == 1 else tuple(f"{TAB} {lane}" for lane in range(1, lanes + 1)),
    )


def apply_queue(
    client: StudioClient, plan: QueuePlan, *, on_task: Callable[[int], None] | None = None
) -> int:
    """Write the places, one task after the other, and make the tabs; return the tasks changed.

    A task on which somebody began meanwhile is left as it is. Interrupted, the same command goes
    on from there.
    """
    changed = [task for task in plan.tasks if task.changed]
    written = 0
    for first in range(0, len(changed), 100):
        chunk = {task.task_id: task for task in changed[first : first + 100]}
        for raw in client.tasks_by_id(plan.project.project_id, list(chunk)):
            if not (raw.get("annotations") or raw.get("draft_exists") or raw.get("drafts")):
                data = {**raw["data"], **chunk[raw["id"]].fields}
                client.set_task(raw["id"], data=data)
                written += 1
            if on_task is not None:
                on_task(1)
    for number, tab in enumerate(plan.tabs, start=1):
        only = [lane_filter(f"({number})")] if len(plan.tabs) > 1 else []
        set_tab(client, plan.project.project_id, tab, ordering="tasks:data.queue", filters=only)
    return written


def _order(
    todo: Sequence[Mapping[str, Any]],
    worked: Iterable[Mapping[str, Any]],
    scheme: LabelScheme,
    order: Order,
    seed: int,
) -> list[int]:
    ids = [str(task["data"]["article_id"]) for task in todo]
    if order == "random":
        return shuffled(ids, seed=seed)
    if order == "oldest":
        return oldest_first(ids, [task["data"].get("published") for task in todo])
    return farthest_first(
        [str(task["data"][scheme.text_key]) for task in todo],
        done=[str(task["data"][scheme.text_key]) for task in worked],
    )


def _repeats(ordered: Iterable[Mapping[str, Any]], worked: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return the ids of the tasks whose group came up before."""
    seen = {_group(task) for task in worked}
    found: set[int] = set()
    for task in ordered:
        if _group(task) in seen:
            found.add(task["id"])
        seen.add(_group(task))
    return found


def _group(task: Mapping[str, Any]) -> str:
    return str(task["data"].get("group") or task["data"]["article_id"])


def _queued(task: Mapping[str, Any], place: int, lanes: int, *, repeats: bool) -> QueuedTask:
    """Return the task at its place; one for several people stands in as many lanes."""
    people = min(lanes, max(1, int(task.get("overlap") or 1)))
    queued = QueuedTask(
        task_id=task["id"],
        article_id=str(task["data"]["article_id"]),
        place=place,
        lanes=tuple(sorted((place - 1 + step) % lanes + 1 for step in range(people))),
        repeats=repeats,
        changed=True,
    )
    now = {name: task["data"].get(name) for name in queued.fields}
    return replace(queued, changed=now != queued.fields)
