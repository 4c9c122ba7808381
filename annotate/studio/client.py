"""What annotate asks of Label Studio: projects, tasks, predictions, annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from annotate.errors import StudioAnswerError, StudioRefusedError
from annotate.studio.addresses import project_address, task_address
from annotate.studio.task_lists import TaskLists

_TRIED_VERSIONS = ("1.23.",)
_PAGE = 100
_UNKNOWN_VERSION = "Model version doesn't exist"


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


class StudioClient(TaskLists):
    """What annotate asks of one Label Studio. Raises `StudioError` and its children alone."""

    def untried_version(self) -> str | None:
        """Return the server's version if annotate was not tried with it."""
        found = self.request("GET", "api/version/", read=_release)
        return None if found.startswith(_TRIED_VERSIONS) else found

    def users(self) -> dict[int, str]:
        """Return the e-mail address of every user by id."""
        return {user: email for user, email, _ in self._users()}

    def last_active(self) -> dict[int, str]:
        """Return when the server last heard of each user, by id."""
        return {user: stamp for user, _, stamp in self._users() if stamp}

    def invite_link(self) -> str:
        """Return the address where a new annotator makes an account of their own."""
        address = self.request("GET", "api/invite", read=lambda answer: str(answer["invite_url"]))
        return urljoin(f"{self.url}/", address)

    def project_url(self, project_id: int) -> str:
        """Return the address of a project's list of tasks, for people."""
        return project_address(self.url, project_id)

    def task_url(self, project_id: int, task_id: int) -> str:
        """Return the address of one task's page, for people."""
        return task_address(self.url, project_id, task_id)

    def _users(self) -> list[tuple[int, str, str | None]]:
        return self.request("GET", "api/users/", read=_users)

    def projects(self) -> list[Project]:
        """Return every project that the token may see."""
        found: list[Project] = []
        page = 1
        while True:
            listed, more, count = self.request(
                "GET",
                "api/projects/",
                params={"page": page, "page_size": _PAGE},
                read=lambda answer: (
                    [_project(value) for value in answer["results"]],
                    bool(answer.get("next")),
                    int(answer["count"]),
                ),
            )
            found += listed
            if not more:
                if len(found) != count:
                    raise StudioAnswerError(f"{self.url}: listed {len(found)} of {count} projects")
                return found
            page += 1

    def project(self, project_id: int) -> Project:
        """Return a project by id."""
        return self.request("GET", f"api/projects/{project_id}/", read=_project)

    def create_project(self, title: str, label_config: str, instruction: str | None) -> Project:
        """Create a project whose annotators see predictions and, as a dialog, the instruction."""
        body = {
            "title": title,
            "label_config": label_config,
            "expert_instruction": instruction or "",
            "show_instruction": bool(instruction),
            "show_collab_predictions": True,
        }
        return self.request("POST", "api/projects/", json=body, read=_project)

    def delete_empty_project(self, project_id: int) -> bool:
        """Delete a project that has no task; return whether it was one."""
        if self.project(project_id).tasks:
            return False
        self.request("DELETE", f"api/projects/{project_id}/")
        return True

    def set_model_version(self, project_id: int, model_version: str) -> bool:
        """Choose the version whose predictions annotators see.

        Returns `False` where no task has a prediction of it: the server refuses such a version, and
        goes on showing what it showed.
        """
        body = {"model_version": model_version}
        try:
            self.request("PATCH", f"api/projects/{project_id}/", json=body)
        except StudioRefusedError as error:
            if _UNKNOWN_VERSION not in error.message:
                raise
            return False
        return True

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

    def delete_predictions(self, task_id: int, model_versions: Sequence[str]) -> int:
        """Delete a task's predictions of these versions; return how many there were."""
        deleted = 0
        for prediction in self.task(task_id).get("predictions") or []:
            if prediction.get("model_version") in model_versions:
                try:
                    self.delete_prediction(prediction["id"])
                except StudioRefusedError:  # somebody else was faster
                    continue
                deleted += 1
        return deleted

    def delete_task(self, task_id: int) -> None:
        """Delete a task with everything on it."""
        self.request("DELETE", f"api/tasks/{task_id}/")

    def import_tasks(self, project_id: int, tasks: Sequence[Mapping[str, Any]]) -> list[int]:
        """Import tasks in one transaction and return their ids in order.

        Never sent twice: after `StudioUnreachableError` they may or may not be there.
        """
        return self.import_counted(project_id, tasks)[0]

    def import_counted(
        self, project_id: int, tasks: Sequence[Mapping[str, Any]]
    ) -> tuple[list[int], int]:
        """Do the same, and return how many predictions the server has made as well.

        It answers 201 and names all tasks even where it has dropped their predictions: so it was
        seen to do when two imports came at one moment.
        """
        ids, predictions = self.request(
            "POST",
            f"api/projects/{project_id}/import",
            json=list(tasks),
            params={"return_task_ids": "true", "commit_to_project": "true"},
            read=lambda answer: (
                [int(task_id) for task_id in answer.get("task_ids") or []],
                int(answer.get("prediction_count") or 0),
            ),
        )
        if len(ids) != len(tasks):
            raise StudioAnswerError(
                f"project {project_id}: imported {len(ids)} of {len(tasks)} tasks"
            )
        return ids, predictions

    def import_predictions(self, project_id: int, predictions: Sequence[Mapping[str, Any]]) -> None:
        """Add predictions to tasks (each names its `task`); the server drops bad ones silently."""
        created = self.request(
            "POST",
            f"api/projects/{project_id}/import/predictions",
            json=list(predictions),
            read=lambda answer: answer.get("created"),
        )
        if created != len(predictions):
            raise StudioAnswerError(
                f"project {project_id}: {created} of {len(predictions)} predictions were taken"
            )

    def set_task(self, task_id: int, **fields: Any) -> None:
        """Change fields of a task (`data` whole, `overlap`); what people did on it stays."""
        self.request("PATCH", f"api/tasks/{task_id}/", json=fields)

    def task(self, task_id: int) -> dict[str, Any]:
        """Return one task, whole."""
        return self.request("GET", f"api/tasks/{task_id}/", read=_object)

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
        return self.request(
            "POST",
            f"api/tasks/{task_id}/annotations/",
            json=body,
            read=lambda answer: int(answer["id"]),
        )


def _release(answer: Any) -> str:
    return str(answer.get("label-studio-os-package", {}).get("version") or answer["release"])


def _users(answer: Any) -> list[tuple[int, str, str | None]]:
    users = answer if isinstance(answer, list) else answer["results"]
    return [(int(u["id"]), str(u["email"]), u.get("last_activity")) for u in users]


def _object(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise TypeError
    return answer


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
