"""Lists of tasks, as Label Studio's Data Manager gives them: whole, in outline, or stamps alone.

The server's JSON as it is: `project_tasks.py` makes records of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from annotate.errors import StudioAnswerError
from annotate.studio.transport import Transport

_PAGE = 100  # whole tasks, or ids in one URL; the server refuses URLs over some 17,000 characters
_OUTLINES_PAGE = 500  # each page costs the server a count of all that is left
_STAMPS_PAGE = 1000
_SAME_MOMENT = timedelta(milliseconds=5)  # an import sets both stamps within some microseconds
_ATTEMPTS = 4  # to get a page that is as long as the server says
_STAMP_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"  # the only one that the server's filters understand


class Stamp(NamedTuple):
    """A task without its content."""

    task_id: int
    updated_at: datetime
    worked_on: bool
    """Whether somebody has submitted or skipped it."""
    as_imported: bool
    """Whether nothing has touched it since it was made."""


class TaskLists(Transport):
    """The lists of a project's tasks; every one is as long as the server says, or an error."""

    def tasks(self, project_id: int) -> Iterator[dict[str, Any]]:
        """Yield every task, whole, by order of id."""
        yield from self._keyset(project_id, [], None, _PAGE)

    def outlines(self, project_id: int) -> Iterator[dict[str, Any]]:
        """Yield every task by order of id: its data and what became of it, without the work."""
        counts = ("total_annotations", "cancelled_annotations")
        fields = ("id", "data", "overlap", "is_labeled", *counts)
        yield from self._keyset(project_id, [], fields, _OUTLINES_PAGE)

    def tasks_by_id(self, project_id: int, task_ids: Sequence[int]) -> Iterator[dict[str, Any]]:
        """Yield those of the tasks that are still there, whole, by order of id."""
        for first in range(0, len(task_ids), _PAGE):
            wanted = list(task_ids[first : first + _PAGE])
            ids = {"filter": "filter:tasks:id", "operator": "in_list", "type": "List"}
            yield from self._keyset(project_id, [{**ids, "value": wanted}], None, _PAGE)

    def stamps(self, project_id: int, *, since: datetime | None = None) -> Iterator[Stamp]:
        """Yield id and `updated_at` of every task that was touched at `since` or later, by id."""
        items = [] if since is None else [_stamp_filter("greater_or_equal", since)]
        counts = ("total_annotations", "cancelled_annotations")
        fields = ("id", "created_at", "updated_at", *counts)
        for task in self._keyset(project_id, items, fields, _STAMPS_PAGE):
            updated_at = read_stamp(task["updated_at"])
            as_imported = updated_at - read_stamp(task["created_at"]) < _SAME_MOMENT
            work = any(task[name] for name in counts)
            yield Stamp(task["id"], updated_at, work, as_imported)

    def count_touched(self, project_id: int, *, before: datetime) -> int:
        """Return how many tasks were last touched before that time."""
        items = [_stamp_filter("less", before)]
        return self._list(project_id, items, ("id",), 1)[1]

    def tasks_with_drafts(self, project_id: int) -> list[int]:
        """Return the ids of tasks on which anybody has an unsaved draft.

        A task's own list of drafts holds those of the token's user alone.
        """
        drafts = {"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean"}
        items = [{**drafts, "value": True}]
        return [task["id"] for task in self._keyset(project_id, items, ("id",), _STAMPS_PAGE)]

    def _keyset(
        self,
        project_id: int,
        items: list[dict[str, Any]],
        include: Sequence[str] | None,
        page_size: int,
    ) -> Iterator[dict[str, Any]]:
        """Yield tasks by order of id; each page begins after the last id of the one before.

        Pages by number would pass over tasks when others change or vanish meanwhile. Every page is
        as long as the server says that it must be, or an error.
        """
        last = 0
        while True:
            after = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number"}
            wanted = [*items, {**after, "value": last}] if last else items
            for attempt in range(_ATTEMPTS):
                tasks, total = self._list(project_id, wanted, include, page_size)
                if len(tasks) == min(page_size, total):
                    break
                if attempt == _ATTEMPTS - 1:
                    raise StudioAnswerError(
                        f"project {project_id}: the list of tasks ended at {len(tasks)} of {total}",
                        hint="the project changed meanwhile; run the command again",
                    )
            yield from tasks
            if total <= page_size:
                return
            last = tasks[-1]["id"]

    def _list(
        self,
        project_id: int,
        items: list[dict[str, Any]],
        include: Sequence[str] | None,
        page_size: int,
    ) -> tuple[list[dict[str, Any]], int]:
        query = {
            "filters": {"conjunction": "and", "items": items},
            "ordering": ["tasks:id"],
        }
        params: dict[str, Any] = {
            "project": project_id,
            "query": json.dumps(query),
            "page": 1,
            "page_size": page_size,
            "fields": "all",
        }
        if include is not None:
            params |= {"fields": "task_only", "include": ",".join(include)}
        return self.request("GET", "api/tasks/", params=params, read=_page)


def _page(answer: Any) -> tuple[list[dict[str, Any]], int]:
    tasks = answer["tasks"]
    if not all(type(task["id"]) is int for task in tasks):
        raise TypeError
    return list(tasks), int(answer["total"])


def read_stamp(value: str) -> datetime:
    """Return a task's or annotation's time stamp as a time; raises `StudioAnswerError`."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError):
        raise StudioAnswerError(f"not a time stamp: {value!r}") from None


def _stamp_filter(operator: str, stamp: datetime) -> dict[str, Any]:
    return {
        "filter": "filter:tasks:updated_at",
        "operator": operator,
        "type": "Datetime",
        "value": stamp.astimezone(UTC).strftime(_STAMP_FORMAT),
    }
