"""What people and machines put on a task: annotations, drafts, single predictions."""

from __future__ import annotations

import uuid
from typing import Any

from double.answers import Answer, Refusal, Request, Routes, invalid, required
from double.shapes import annotation_json, draft_json, prediction_json
from double.state import Annotation, Draft, Prediction, Task

_CHANGEABLE = ("result", "was_cancelled", "ground_truth", "lead_time")


def _touch(request: Request, task: Task) -> None:
    task.updated_at = request.stamp()
    task.updated_by = request.user.id


def _annotate(request: Request, number: int) -> Answer:
    task = request.task(number)
    body: dict[str, Any] = request.body or {}
    _check(request, body)
    annotation = Annotation(
        id=request.state.new_id("annotations"),
        task=task.id,
        project=task.project,
        result=body.get("result"),
        completed_by=body.get("completed_by", request.user.id),
        created_at=request.stamp(),
        updated_at=request.stamp(),
        unique_id=str(uuid.uuid4()),
        updated_by=request.user.id,
        was_cancelled=bool(body.get("was_cancelled")),
        ground_truth=bool(body.get("ground_truth")),
        lead_time=body.get("lead_time"),
        parent_prediction=body.get("parent_prediction"),
        parent_annotation=body.get("parent_annotation"),
    )
    draft = request.state.drafts.get(body.get("draft_id", 0))
    if draft is not None:
        annotation.draft_created_at = draft.created_at
        request.state.drop_draft(draft)
    annotation.count_regions()
    request.state.put_annotation(annotation)
    request.state.projects[task.project].summary.add(annotation.result)
    _one_ground_truth(task, annotation)
    task.locks.pop(request.user.id, None)
    task.judge()
    _touch(request, task)
    return Answer(201, annotation_json(request.state, annotation))


def _check(request: Request, body: dict[str, Any]) -> None:
    if isinstance(body.get("result"), str):
        raise Refusal(500, 'annotation "result" can\'t be parse from str to JSON')
    for name, held in (
        ("parent_prediction", request.state.predictions),
        ("parent_annotation", request.state.annotations),
    ):
        if body.get(name) is not None and body[name] not in held:
            raise invalid(name, f'Invalid pk "{body[name]}" - object does not exist.')


def _one_ground_truth(task: Task, annotation: Annotation) -> None:
    if annotation.ground_truth:
        for other in task.annotations:
            other.ground_truth = other is annotation


def _get_annotation(request: Request, number: int) -> Answer:
    annotation = request.find("annotations", "Annotation", number)
    return Answer(200, annotation_json(request.state, annotation))


def _change_annotation(request: Request, number: int) -> Answer:
    annotation = request.find("annotations", "Annotation", number)
    body = request.body or {}
    _check(request, body)
    task = request.state.tasks[annotation.task]
    summary = request.state.projects[task.project].summary
    if _annotations(request, task.project) == 1:
        summary.forget()
    else:
        summary.remove(annotation.result)
    for name in _CHANGEABLE:
        if name in body:
            setattr(annotation, name, body[name])
    annotation.count_regions()
    summary.add(annotation.result)
    annotation.updated_by = request.user.id
    annotation.updated_at = request.stamp()
    if body.get("ground_truth"):
        _one_ground_truth(task, annotation)
    task.judge()
    _touch(request, task)
    return Answer(200, annotation_json(request.state, annotation))


def _delete_annotation(request: Request, number: int) -> Answer:
    annotation = request.find("annotations", "Annotation", number)
    task = request.state.tasks[annotation.task]
    request.state.drop_annotation(annotation)
    forget_annotation(request, annotation)
    task.judge()
    _touch(request, task)
    return Answer(204)


def forget_annotation(request: Request, annotation: Annotation) -> None:
    """Take a deleted annotation out of the summary; where one alone is left, all is forgotten."""
    summary = request.state.projects[annotation.project].summary
    if _annotations(request, annotation.project) == 1:
        summary.forget()
    else:
        summary.remove(annotation.result)


def _annotations(request: Request, project: int) -> int:
    return sum(len(task.annotations) for task in request.state.tasks_of(project))


def _create_draft(request: Request, number: int) -> Answer:
    task = request.task(number)
    body = request.body or {}
    required(body, "result")
    draft = Draft(
        id=request.state.new_id("drafts"),
        task=task.id,
        user=request.user.id,
        result=body["result"],
        created_at=request.stamp(),
        updated_at=request.stamp(),
        lead_time=body.get("lead_time"),
        was_postponed=bool(body.get("was_postponed")),
    )
    request.state.put_draft(draft)
    request.state.projects[task.project].summary.add_draft(draft.result)
    return Answer(201, draft_json(request.state, draft))


def _list_drafts(request: Request, number: int) -> Answer:
    drafts = request.task(number).drafts
    return Answer(200, [draft_json(request.state, draft) for draft in drafts])


def _delete_draft(request: Request, number: int) -> Answer:
    request.state.drop_draft(request.find("drafts", "AnnotationDraft", number))
    return Answer(204)


def _create_prediction(request: Request) -> Answer:
    body = request.body or {}
    required(body, "task")
    task = request.task(body["task"])
    _touch(request, task)
    prediction = Prediction(
        id=request.state.new_id("predictions"),
        task=task.id,
        project=task.project,
        model_version=body.get("model_version"),
        score=body.get("score"),
        result=body.get("result"),
        created_at=request.stamp(),
        updated_at=request.stamp(),
    )
    request.state.put_prediction(prediction)
    task.total_predictions = len(task.predictions)
    return Answer(201, prediction_json(prediction))


def _change_prediction(request: Request, number: int) -> Answer:
    prediction = request.find("predictions", "Prediction", number)
    body = request.body or {}
    task = request.state.tasks[prediction.task]
    _touch(request, task)
    for name in ("result", "model_version", "score"):
        if name in body:
            setattr(prediction, name, body[name])
    prediction.updated_at = request.stamp()
    return Answer(200, prediction_json(prediction))


def _delete_prediction(request: Request, number: int) -> Answer:
    prediction = request.find("predictions", "Prediction", number)
    task = request.state.tasks[prediction.task]
    request.state.drop_prediction(prediction)
    task.total_predictions = len(task.predictions)
    _touch(request, task)
    return Answer(204)


ROUTES: Routes = [
    ("POST", r"/api/tasks/(\d+)/annotations/?", _annotate),
    ("GET", r"/api/annotations/(\d+)/?", _get_annotation),
    ("PATCH", r"/api/annotations/(\d+)/?", _change_annotation),
    ("DELETE", r"/api/annotations/(\d+)/?", _delete_annotation),
    ("POST", r"/api/tasks/(\d+)/drafts", _create_draft),
    ("GET", r"/api/tasks/(\d+)/drafts", _list_drafts),
    ("DELETE", r"/api/drafts/(\d+)/?", _delete_draft),
    ("POST", r"/api/predictions/?", _create_prediction),
    ("PATCH", r"/api/predictions/(\d+)/?", _change_prediction),
    ("DELETE", r"/api/predictions/(\d+)/?", _delete_prediction),
]
