"""What annotate asks of Label Studio: projects, tasks, predictions, annotations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from label_studio_sdk.label_interface.interface import LabelInterface

from annotate.errors import LabelConfigError, StudioAnswerError, StudioRefusedError
from annotate.labels import LabelScheme
from annotate.studio.transport import Transport

_TRIED_VERSIONS = ("1.23.",)
_PAGE = 100  # whole tasks, or ids in one URL; the server refuses URLs over some 17,000 characters
_STAMPS_PAGE = 1000
_SAME_MOMENT = timedelta(milliseconds=5)  # an import sets both stamps within some microseconds
_ATTEMPTS = 4  # to get a page that is as long as the server says
_STAMP_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"  # the only one that the server's filters understand


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project on the server, as far as annotate looks at it."""

    project_id: int
    title: str
    label_config: str
    model_version: str | None
    created_at: str
    tasks: int
    annotations: int
    """Submitted annotations; skipped tasks are not among them."""
    skipped: int


class Stamp(NamedTuple):
    """A task without its content."""

    task_id: int
    updated_at: datetime
    worked_on: bool
    """Whether somebody has submitted or skipped it."""
    as_imported: bool
    """Whether nothing has touched it since it was made."""


class StudioClient(Transport):
    """What annotate asks of one Label Studio. Raises `StudioError` and its children alone."""

    def untried_version(self) -> str | None:
        """Return the server's version if annotate was not tried with it."""
        answer = self.request("GET", "api/version/")
        found = str(answer.get("label-studio-os-package", {}).get("version") or answer["release"])
        return None if found.startswith(_TRIED_VERSIONS) else found

    def users(self) -> dict[int, str]:
        """Return the e-mail address of every user by id."""
        return {user["id"]: user["email"] for user in self._users()}

    def last_active(self) -> dict[int, str]:
        """Return when the server last heard of each user, by id."""
        active = {user["id"]: user.get("last_activity") for user in self._users()}
        return {user: stamp for user, stamp in active.items() if stamp}

    def _users(self) -> list[dict[str, Any]]:
        users = self.request("GET", "api/users/")
        return list(users if isinstance(users, list) else users.get("results", []))

    def projects(self) -> list[Project]:
        """Return every project that the token may see."""
        found: list[Project] = []
        page = 1
        while True:
            answer = self.request("GET", "api/projects/", params={"page": page, "page_size": _PAGE})
            found += [_project(value) for value in answer["results"]]
            if not answer.get("next"):
                if len(found) != answer["count"]:
                    raise StudioAnswerError(
                        f"{self.url}: listed {len(found)} of {answer['count']} projects"
                    )
                return found
            page += 1

    def project(self, project_id: int) -> Project:
        """Return a project by id."""
        return _project(self.request("GET", f"api/projects/{project_id}/"))

    def create_project(self, title: str, label_config: str, instruction: str | None) -> Project:
        """Create a project whose annotators see predictions and, as a dialog, the instruction."""
        body = {
            "title": title,
            "label_config": label_config,
            "expert_instruction": instruction or "",
            "show_instruction": bool(instruction),
            "show_collab_predictions": True,
        }
        return _project(self.request("POST", "api/projects/", json=body))

    def set_model_version(self, project_id: int, model_version: str) -> None:
        """Choose the version whose predictions annotators see."""
        body = {"model_version": model_version}
        self.request("PATCH", f"api/projects/{project_id}/", json=body)

    def refuse_label_config(self, project_id: int, label_config: str) -> str | None:
        """Return why the server would lose work under another labelling config, `None` if not.

        Setting it would not be refused: the server lets labels go that are in use.
        """
        try:
            self.request(
                "POST",
                f"api/projects/{project_id}/validate/",
                json={"label_config": label_config},
            )
        except StudioRefusedError as error:
            return error.message
        return None

    def set_label_config(self, project_id: int, label_config: str) -> None:
        """Replace the labelling config; ask `refuse_label_config` first."""
        self.request("PATCH", f"api/projects/{project_id}/", json={"label_config": label_config})

    def set_annotation_result(
        self, annotation_id: int, result: Sequence[Mapping[str, Any]]
    ) -> None:
        """Replace what an annotation holds; its author stays."""
        body = {"result": list(result)}
        self.request("PATCH", f"api/annotations/{annotation_id}/", json=body)

    def set_prediction_result(
        self, prediction_id: int, result: Sequence[Mapping[str, Any]]
    ) -> None:
        """Replace what a prediction holds."""
        body = {"result": list(result)}
        self.request("PATCH", f"api/predictions/{prediction_id}/", json=body)

    def delete_prediction(self, prediction_id: int) -> None:
        """Delete a prediction; whoever has its task open cannot submit any more."""
        self.request("DELETE", f"api/predictions/{prediction_id}/")

    def delete_task(self, task_id: int) -> None:
        """Delete a task with everything on it."""
        self.request("DELETE", f"api/tasks/{task_id}/")

    def import_tasks(self, project_id: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Import tasks in one transaction and return their ids in order.

        Never sent twice: after `StudioUnreachableError` they may or may not be there.
        """
        answer = self.request(
            "POST",
            f"api/projects/{project_id}/import",
            json=list(tasks),
            params={"return_task_ids": "true", "commit_to_project": "true"},
        )
        ids = [int(task_id) for task_id in answer.get("task_ids") or []]
        if len(ids) != len(tasks):
            raise StudioAnswerError(
                f"project {project_id}: imported {len(ids)} of {len(tasks)} tasks"
            )
        return ids

    def import_predictions(self, project_id: int, predictions: Sequence[Mapping[str, Any]]) -> None:
        """Add predictions to tasks (each names its `task`); the server drops bad ones silently."""
        answer = self.request(
            "POST", f"api/projects/{project_id}/import/predictions", json=list(predictions)
        )
        if answer.get("created") != len(predictions):
            raise StudioAnswerError(
                f"project {project_id}: {answer.get('created')} of {len(predictions)} "
                "predictions were taken"
            )

    def tasks(self, project_id: int) -> Iterator[dict[str, Any]]:
        """Yield every task, whole, by order of id."""
        yield from self._keyset(project_id, [], None, _PAGE)

    def outlines(self, project_id: int) -> Iterator[dict[str, Any]]:
        """Yield every task by order of id: its data and what became of it, without the work."""
        counts = ("total_annotations", "cancelled_annotations")
        fields = ("id", "data", "overlap", "is_labeled", *counts)
        yield from self._keyset(project_id, [], fields, _PAGE)

    def set_task(self, task_id: int, **fields: Any) -> None:
        """Change fields of a task (`data` whole, `overlap`); what people did on it stays."""
        self.request("PATCH", f"api/tasks/{task_id}/", json=fields)

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
        return int(self._list(project_id, items, ("id",), 1)["total"])

    def tasks_with_drafts(self, project_id: int) -> list[int]:
        """Return the ids of tasks on which anybody has an unsaved draft.

        A task's own list of drafts holds those of the token's user alone.
        """
        drafts = {"filter": "filter:tasks:draft_exists", "operator": "equal", "type": "Boolean"}
        items = [{**drafts, "value": True}]
        return [task["id"] for task in self._keyset(project_id, items, ("id",), _STAMPS_PAGE)]

    def task(self, task_id: int) -> dict[str, Any]:
        """Return one task, whole."""
        answer: dict[str, Any] = self.request("GET", f"api/tasks/{task_id}/")
        return answer

    def annotate(
        self,
        task_id: int,
        result: Sequence[Mapping[str, Any]],
        *,
        lead_time: float | None = None,
        parent_prediction: int | None = None,
        cancelled: bool = False,
    ) -> int:
        """Submit an annotation as the token's user; return its id."""
        body: dict[str, Any] = {
            "result": list(result),
            "was_cancelled": cancelled,
            "ground_truth": False,
            "lead_time": lead_time,
        }
        if parent_prediction is not None:
            body["parent_prediction"] = parent_prediction
        answer = self.request("POST", f"api/tasks/{task_id}/annotations/", json=body)
        return int(answer["id"])

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
                answer = self._list(project_id, wanted, include, page_size)
                tasks, total = answer["tasks"], answer["total"]
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
    ) -> Any:
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
        return self.request("GET", "api/tasks/", params=params)


def check_with_sdk(label_config: str, scheme: LabelScheme) -> None:
    """Compare our reading of a labelling config with the SDK's; raises `LabelConfigError`."""
    try:
        interface: Any = LabelInterface(label_config)
        control = interface.get_tag(scheme.from_name)
    except Exception as error:
        raise LabelConfigError(f"Label Studio's SDK cannot read the config: {error}") from error
    theirs = tuple(control.labels)
    if set(theirs) != set(scheme.span_labels) or list(control.to_name) != [scheme.to_name]:
        raise LabelConfigError(
            f"Label Studio's SDK reads other labels ({', '.join(theirs)}) than annotate "
            f"({', '.join(scheme.span_labels)})"
        )


def _project(value: Mapping[str, Any]) -> Project:
    return Project(
        project_id=value["id"],
        title=value["title"],
        label_config=value["label_config"],
        model_version=value.get("model_version") or None,
        created_at=value["created_at"],
        tasks=value.get("task_number") or 0,
        annotations=value.get("total_annotations_number") or 0,
        skipped=value.get("skipped_annotations_number") or 0,
    )


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
