"""Tasks: the Data Manager's list, one task, changing and deleting one."""

from __future__ import annotations

import json
from typing import Any

from double.answers import Answer, Refusal, Request, Routes
from double.backends_api import retrieve
from double.queries import page_of, select
from double.shapes import annotation_json, bare_task_json, prediction_json, task_json
from double.state import Task

_WHOLE_ALONE = (
    "predictions",
    "annotations",
    "completed_at",
    "predictions_score",
    "avg_lead_time",
    "draft_exists",
)
"""What `fields=task_only` leaves out."""

_EMPTIED = {
    "drafts": [],
    "annotators": [],
    "annotations_results": "",
    "predictions_results": "",
    "annotations_ids": "",
    "predictions_model_versions": "",
}
"""What it has, and tells nothing by."""


def _list(request: Request) -> Answer:
    params = request.params
    query = _query(request)
    if "project" not in query:
        return Answer(404, {"detail": "Neither project nor view id specified"})
    project = request.project(query["project"])
    tasks = select(request.state.tasks_of(project.id), query)
    shown = [_shown(request, task, params) for task in page_of(tasks, params)]
    return Answer(
        200,
        {
            "total_annotations": sum(len(task.submitted) for task in tasks),
            "total_predictions": sum(task.total_predictions for task in tasks),
            "total": len(tasks),
            "tasks": shown,
        },
    )


def _query(request: Request) -> dict[str, Any]:
    """Return the query of the address, or that of the view that it names."""
    params = request.params
    if "view" in params:
        view = request.find("views", "View", params["view"])
        return {**view["data"], "project": view["project"]}
    try:
        query = json.loads(params.get("query", "{}"))
    except ValueError:
        raise Refusal(500, "Unexpected character found when decoding 'null'") from None
    return {**query, "project": params["project"]} if "project" in params else query


def _shown(request: Request, task: Task, params: dict[str, str]) -> dict[str, Any]:
    whole = task_json(request.state, task, request.user, single=False)
    if params.get("fields") != "all":
        whole = {name: value for name, value in whole.items() if name not in _WHOLE_ALONE}
        whole |= _EMPTIED
    if include := params.get("include"):
        wanted = include.split(",")
        if {"annotations", "predictions", "drafts"} & set(wanted):
            raise NotImplementedError("the double does not know what becomes of lists in lists")
        whole = {name: value for name, value in whole.items() if name in wanted}
    return whole


def _get(request: Request, number: int) -> Answer:
    task = request.task(number)
    fields = request.state.projects[task.project].fields
    if fields["show_collab_predictions"] and not task.predictions:
        retrieve(request, task.project, [task])
    return Answer(200, task_json(request.state, task, request.user, single=True))


def _change(request: Request, number: int) -> Answer:
    task = request.task(number)
    body = request.body or {}
    unknown = body.keys() - {"data", "meta", "overlap"}
    if unknown or not isinstance(body.get("data", {}), dict):
        raise NotImplementedError(f"the double does not change {sorted(unknown)} of a task")
    for name, value in body.items():
        setattr(task, name, value)
    task.updated_at = request.stamp()
    return Answer(
        200,
        {
            **bare_task_json(task),
            "annotations": [annotation_json(request.state, a) for a in task.annotations],
            "predictions": [prediction_json(prediction) for prediction in task.predictions],
        },
    )


def _delete(request: Request, number: int) -> Answer:
    request.state.drop_task(request.task(number))
    return Answer(204)


ROUTES: Routes = [
    ("GET", r"/api/tasks/", _list),
    ("GET", r"/api/tasks/(\d+)/?", _get),
    ("PATCH", r"/api/tasks/(\d+)/?", _change),
    ("DELETE", r"/api/tasks/(\d+)/?", _delete),
]
