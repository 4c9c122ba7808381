"""Tasks without the work that was done on them: their place in the queue, and for how many people.

The place stands in the task's data (`queue`, `lane`), as text, since Label Studio sorts text
everywhere alike. A lane is a number in brackets, so that a filter on lane 1 does not find lane 11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.studio.client import StudioClient
from annotate.studio.results import is_ours
from annotate.studio.views import set_tab


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutline:
    """A task of ours; `begun` and `finished` are what the server says of it, without drafts."""

    task_id: int
    article_id: str
    text: str
    """Empty where texts were not asked for: they are most of the memory that a task takes."""
    published: str | None
    group: str
    overlap: int
    """How many people are to work on it."""
    begun: bool
    finished: bool
    queue: str | None
    lane: str | None

    def stands_at(self, place: int | None, lanes: Sequence[int]) -> bool:
        """Tell whether it has this place and these lanes already; `None` is no place."""
        return {"queue": self.queue, "lane": self.lane} == _EMPTY | _fields(place, lanes)


def task_outlines(
    client: StudioClient, project_id: int, *, text_key: str | None = None
) -> Iterator[TaskOutline | None]:
    """Yield every task by order of id; `None` for one that annotate did not push.

    `text_key` names the field of a task's data that holds the text, where texts are wanted.
    """
    for raw in client.outlines(project_id):
        yield _outline(raw, text_key) if is_ours(raw) else None


def set_places(
    client: StudioClient, project_id: int, places: Mapping[int, tuple[int | None, Sequence[int]]]
) -> Iterator[bool]:
    """Give tasks (by id) a place and lanes; yield for each that is still there whether it got it.

    `None` takes the place away: Label Studio shows such tasks after all that have one.
    A task on which somebody began meanwhile is left as it is.
    """
    for raw in client.tasks_by_id(project_id, list(places)):
        begun = raw.get("annotations") or raw.get("draft_exists") or raw.get("drafts")
        if not begun:
            data = {name: value for name, value in raw["data"].items() if name not in _EMPTY}
            client.set_task(raw["id"], data={**data, **_fields(*places[raw["id"]])})
        yield not begun


def set_queue_tab(
    client: StudioClient, project_id: int, title: str, *, lane: int | None = None
) -> None:
    """Make a tab that follows the queue, or bring it up to date; a lane is all that it shows."""
    only = [] if lane is None else [_lane_filter(lane)]
    set_tab(client, project_id, title, ordering="tasks:data.queue", filters=only)


def set_overlap(client: StudioClient, task_id: int, people: int) -> None:
    """Let a task be given to that many people."""
    client.set_task(task_id, overlap=people)


def _outline(raw: Mapping[str, Any], text_key: str | None) -> TaskOutline:
    data = raw["data"]
    return TaskOutline(
        task_id=raw["id"],
        article_id=str(data["article_id"]),
        text="" if text_key is None else str(data[text_key]),
        published=data.get("published"),
        group=str(data.get("group") or data["article_id"]),
        overlap=int(raw.get("overlap") or 1),
        begun=bool(raw["total_annotations"] or raw["cancelled_annotations"]),
        finished=bool(raw["is_labeled"]),
        queue=data.get("queue"),
        lane=data.get("lane"),
    )


_EMPTY: dict[str, str | None] = {"queue": None, "lane": None}


def _fields(place: int | None, lanes: Sequence[int]) -> dict[str, str]:
    if place is None:
        return {}
    return {"queue": f"{place:06d}", "lane": " ".join(f"({lane})" for lane in lanes)}


def _lane_filter(lane: int) -> dict[str, Any]:
    return {
        "filter": "filter:tasks:data.lane",
        "operator": "contains",
        "type": "String",
        "value": f"({lane})",
    }
