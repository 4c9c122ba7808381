"""The labelling stream, and the way to the other actions of the Data Manager."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from double.answers import Answer, Refusal, Request, Routes
from double.backends_api import retrieve
from double.bulk_actions import ACTIONS
from double.queries import select
from double.shapes import bare_task_json, draft_json, prediction_json
from double.state import Project, Task

_LOCK = timedelta(days=1)


def _action(request: Request) -> Answer:
    name = request.params["id"]
    project = request.project(request.params["project"])
    body = request.body or {}
    tasks = select(request.state.tasks_of(project.id), body)
    chosen = body.get("selectedItems") or {}
    if chosen.get("all") is False and chosen.get("included"):
        tasks = [task for task in tasks if task.id in chosen["included"]]
    elif chosen.get("all") is True and chosen.get("excluded"):
        tasks = [task for task in tasks if task.id not in chosen["excluded"]]
    if name == "next_task":
        return Answer(200, _next_task(request, project, tasks))
    if name in _KNOWN:
        raise NotImplementedError(f"the double does not know the action {name}")
    if name not in ACTIONS:
        raise Refusal(500, f"Can't find '{name}' in registered actions")
    return Answer(200, ACTIONS[name](request, project, tasks))


def _next_task(request: Request, project: Project, tasks: list[Task]) -> dict[str, Any]:
    user, now = request.user.id, request.studio.now
    body = request.body or {}
    as_displayed = any(body.get(name) for name in ("filters", "ordering", "selectedItems"))
    left = [task for task in tasks if _is_left(task, user)]
    task, queue = None, ""
    if as_displayed:
        task, queue = next(iter(left), None), "Data manager queue"
    else:
        if project.fields["maximum_annotations"] > 1:
            raise NotImplementedError("the double has no stream of several annotations a task")
        task, queue = _locked(left, user, now), "Task lock"
        if task is None:
            free = (task for task in left if not _taken(task, user, now))
            task, queue = next(free, None), "Sequence queue"
    if task is None:
        raise Refusal(404, f"There are no tasks for {request.user.email}")
    held = [until for until, _ in task.locks.values() if until > now]
    if queue != "Task lock" and len(held) < task.overlap:
        own = task.locks.get(user, (None, str(uuid.uuid4())))[1]
        task.locks[user] = (now + _LOCK, own)
    return _shown(request, project, task, queue)


def _is_left(task: Task, user: int) -> bool:
    mine = any(a.completed_by == user for a in task.annotations)
    postponed = any(draft.user == user and draft.was_postponed for draft in task.drafts)
    return not (mine or postponed or task.is_labeled)


def _locked(tasks: list[Task], user: int, now: Any) -> Task | None:
    return next((t for t in tasks if user in t.locks and t.locks[user][0] > now), None)


def _taken(task: Task, user: int, now: Any) -> bool:
    """Tell whether as many others work on a task as may; what they skipped is free again."""
    others = sum(until > now for who, (until, _) in task.locks.items() if who != user)
    done = sum(not a.was_cancelled or a.completed_by == user for a in task.annotations)
    return others + done >= task.overlap


def _shown(request: Request, project: Project, task: Task, queue: str) -> dict[str, Any]:
    """Return the task as the stream does: with the predictions of the project's version alone."""
    version = project.fields["model_version"]
    for backend in request.state.backends.values():
        if backend["project"] == project.id and backend["title"] == version:
            version = retrieve(request, project.id, [task])
    visible = project.fields["show_collab_predictions"] and version is not None
    own = [draft for draft in task.drafts if draft.user == request.user.id]
    return {
        **bare_task_json(task),
        "predictions": [
            prediction_json(p) for p in task.predictions if visible and p.model_version == version
        ],
        "annotations": [],
        "drafts": [draft_json(request.state, draft) for draft in own],
        "updated_by": [{"user_id": task.updated_by}] if task.updated_by else [],
        "unique_lock_id": task.locks.get(request.user.id, (None, None))[1],
        "queue": queue,
    }


_KNOWN = ("predictions_to_annotations",)

ROUTES: Routes = [("POST", r"/api/dm/actions/?", _action)]
