"""Records → the JSON of Label Studio's answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from double.label_configs import parse
from double.state import Annotation, Draft, Prediction, Project, State, Task, User

_AGO = "0\N{NO-BREAK SPACE}minutes"


def stamp(value: datetime | None) -> str | None:
    """Return a stamp as Label Studio writes it; whole seconds have no fraction."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def user_json(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "first_name": "",
        "last_name": "",
        "username": "" if user.id == 1 else user.email.partition("@")[0],
        "email": user.email,
        "last_activity": stamp(user.joined),
        "custom_hotkeys": {},
        "avatar": None,
        "initials": user.email[:2],
        "phone": "",
        "active_organization": 1,
        "active_organization_meta": {"title": "Label Studio", "email": "annotate@localhost"},
        "allow_newsletters": None if user.id == 1 else False,
        "date_joined": stamp(user.joined),
    }


def project_json(state: State, project: Project, user: User, counts: Any) -> dict[str, Any]:
    """Return a project; `counts` are its numbers, `None` for the answer to its creation."""
    author = state.users.get(project.created_by)
    fields = project.fields
    return {
        "id": project.id,
        **fields,
        "organization": 1,
        "created_by": author
        and {
            "id": author.id,
            "first_name": "",
            "last_name": "",
            "email": author.email,
            "avatar": None,
        },
        "created_at": stamp(project.created_at),
        **(counts or dict.fromkeys(project_counts([]))),
        **_queue(state, project, user),
        **parse(fields["label_config"]).as_json(),
        "config_has_control_tags": bool(parse(fields["label_config"]).controls),
        "config_suitable_for_bulk_annotation": False,
        "task_data_login": None,
        "task_data_password": None,
        "is_draft": False,
        "pinned_at": None,
        "state": None,
    }


def project_counts(tasks: list[Task]) -> dict[str, int]:
    annotations = [annotation for task in tasks for annotation in task.annotations]
    submitted = [a for a in annotations if not a.was_cancelled]
    return {
        "task_number": len(tasks),
        "total_annotations_number": len(submitted),
        "skipped_annotations_number": len(annotations) - len(submitted),
        "ground_truth_number": sum(a.ground_truth for a in annotations),
        "useful_annotation_number": sum(
            not a.ground_truth and a.result is not None for a in submitted
        ),
        "num_tasks_with_annotations": sum(bool(task.submitted) for task in tasks),
        "total_predictions_number": sum(len(task.predictions) for task in tasks),
        "finished_task_number": sum(task.is_labeled for task in tasks),
    }


def _queue(state: State, project: Project, user: User) -> dict[str, int]:
    done = left = 0
    for task in state.tasks_of(project.id):
        mine = any(a.completed_by == user.id for a in task.annotations)
        done += mine
        left += not mine and not task.is_labeled
    return {"queue_total": done + left, "queue_done": done}


def prediction_json(prediction: Prediction) -> dict[str, Any]:
    return {
        "id": prediction.id,
        "result": prediction.result,
        "model_version": prediction.model_version,
        "created_ago": _AGO,
        "score": prediction.score,
        "cluster": None,
        "neighbors": None,
        "mislabeling": 0.0,
        "created_at": stamp(prediction.created_at),
        "updated_at": stamp(prediction.updated_at),
        "model": None,
        "model_run": None,
        "task": prediction.task,
        "project": prediction.project,
    }


def annotation_json(
    state: State, annotation: Annotation, *, whole_user: bool = False
) -> dict[str, Any]:
    """Return an annotation; a single task names the whole user, lists the id alone."""
    author = state.users.get(annotation.completed_by or 0)
    by: Any = annotation.completed_by
    if whole_user and author is not None:
        by = {
            "id": author.id,
            "first_name": "",
            "last_name": "",
            "avatar": None,
            "email": author.email,
            "initials": author.email[:2],
        }
    return {
        "id": annotation.id,
        "result": annotation.result,
        "created_username": f" {author.email}, {author.id}" if author else "",
        "created_ago": _AGO,
        "completed_by": by,
        "was_cancelled": annotation.was_cancelled,
        "ground_truth": annotation.ground_truth,
        "created_at": stamp(annotation.created_at),
        "updated_at": stamp(annotation.updated_at),
        "draft_created_at": stamp(annotation.draft_created_at),
        "lead_time": annotation.lead_time,
        "import_id": annotation.import_id,
        "last_action": None,
        "bulk_created": False,
        "task": annotation.task,
        "project": annotation.project,
        "updated_by": annotation.updated_by,
        "parent_prediction": annotation.parent_prediction,
        "parent_annotation": annotation.parent_annotation,
        "last_created_by": None,
    }


def draft_json(state: State, draft: Draft) -> dict[str, Any]:
    email = state.users[draft.user].email
    return {
        "id": draft.id,
        "user": email,
        "created_username": f"{email}, {draft.user}",
        "created_ago": _AGO,
        "result": draft.result,
        "lead_time": draft.lead_time,
        "was_postponed": draft.was_postponed,
        "import_id": None,
        "created_at": stamp(draft.created_at),
        "updated_at": stamp(draft.updated_at),
        "task": draft.task,
        "annotation": None,
    }


def bare_task_json(task: Task) -> dict[str, Any]:
    """Return a task's own fields, as the answer to a change has them."""
    return {
        "id": task.id,
        "data": task.data,
        "meta": task.meta,
        "created_at": stamp(task.created_at),
        "updated_at": stamp(task.updated_at),
        "is_labeled": task.is_labeled,
        "overlap": task.overlap,
        "inner_id": task.inner_id,
        "total_annotations": len(task.submitted),
        "cancelled_annotations": len(task.skipped),
        "total_predictions": task.total_predictions,
        "comment_count": 0,
        "unresolved_comment_count": 0,
        "last_comment_updated_at": None,
        "project": task.project,
        "updated_by": task.updated_by,
        "file_upload": None,
        "comment_authors": [],
    }


def task_json(state: State, task: Task, user: User, *, single: bool) -> dict[str, Any]:
    """Return a task of the Data Manager, whole; drafts are the user's alone."""
    times = [a.lead_time for a in task.annotations if a.lead_time is not None]
    shown = state.projects[task.project].fields["model_version"]
    scores = [
        p.score
        for p in task.predictions
        if p.score is not None and shown in (None, p.model_version)
    ]
    people = {a.completed_by for a in task.annotations if a.completed_by is not None}
    own = [draft for draft in task.drafts if draft.user == user.id]
    versions = dict.fromkeys(p.model_version for p in task.predictions if p.model_version)
    return {
        **bare_task_json(task),
        "predictions": [prediction_json(prediction) for prediction in task.predictions],
        "annotations": [annotation_json(state, a, whole_user=single) for a in task.annotations],
        "drafts": [draft_json(state, draft) for draft in own],
        "annotators": sorted(people),
        "completed_at": stamp(completed_at(task)),
        "annotations_results": "" if single else _results(task.annotations),
        "predictions_results": "" if single else _results(task.predictions),
        "predictions_score": sum(scores) / len(scores) if scores else None,
        "storage_filename": None,
        "annotations_ids": ",".join(str(a.id) for a in task.annotations),
        "predictions_model_versions": ",".join(versions),
        "avg_lead_time": sum(times) / len(times) if times else None,
        "draft_exists": bool(task.drafts),
        "updated_by": [{"user_id": task.updated_by}] if task.updated_by else [],
    }


def completed_at(task: Task) -> datetime | None:
    """Return when the newest annotation of a finished task was made, a skipped one included."""
    newest = max(task.annotations, key=lambda a: a.id, default=None)
    return newest.created_at if newest is not None and task.is_labeled else None


def _results(work: Any) -> str:
    return " ".join(str(item.result).replace("'", "") for item in work)
