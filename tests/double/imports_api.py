"""The two imports: whole tasks in one transaction, and predictions for tasks that are there."""

from __future__ import annotations

import uuid
from typing import Any

from double.answers import Answer, Refusal, Request, Routes, UnknownPageRefusal, invalid
from double.label_configs import fits, parse
from double.state import Annotation, Prediction, Project, Task

_NAMES = {"Text": "['str', 'int', 'float', 'list']"}


def _import(request: Request, number: int) -> Answer:
    if number not in request.state.projects:
        raise UnknownPageRefusal
    project = request.project(number)
    items = _checked(request, project)
    made = [_make(request, project, item) for item in items]
    predictions = _add_predictions(request, project, made, items)
    annotations = _add_annotations(request, made, items)
    answer = {
        "task_count": len(made),
        "annotation_count": annotations,
        "prediction_count": predictions,
        "duration": 0.015,
        "file_upload_ids": [],
        "could_be_tasks_list": False,
        "found_formats": [],
        "data_columns": [],
    }
    if request.params.get("return_task_ids") == "true":
        answer["task_ids"] = [task.id for task in made]
    return Answer(201, answer)


def _checked(request: Request, project: Project) -> list[dict[str, Any]]:
    """Return the tasks of the body; one that cannot be rejects them all."""
    body = [request.body] if isinstance(request.body, dict) else request.body
    if not isinstance(body, list):
        raise _refused("load_tasks: No data found in DATA or in FILES")
    if not body:
        raise _refused("load_tasks: No tasks added")
    config = parse(project.fields["label_config"])
    errors = [_problem(number, item, config.objects) for number, item in enumerate(body)]
    if any(errors):
        raise _refused(*(error or {} for error in errors))
    items = [item if "data" in item else {"data": item} for item in body]
    for item in items:
        for annotation in item.get("annotations") or []:
            annotation["completed_by"] = _author(request, annotation.get("completed_by"))
    return items


def _problem(number: int, item: Any, objects: tuple[tuple[str, str, str], ...]) -> str | None:
    said = f"Error at item {number}: "
    wrapped = isinstance(item, dict) and "data" in item
    data = item["data"] if wrapped else item
    root = (
        'item["data"] = task root with values]'
        if wrapped
        else "item as is = task root with values] "
    )
    for _, kind, key in objects:
        if kind == "Text" and key not in data:
            return f'{said}"{key}" key is expected in task data [assume: {root} :: {item}'
        if kind == "Text" and not isinstance(data[key], str | int | float | list):
            return (
                f"{said}data[{key!r}]={data[key]!r} is of type {type(data[key]).__name__!r}, but "
                f"the object tag {kind} expects the following types: {_NAMES[kind]} "
                f"[assume: {root} :: {item}"
            )
    for name, kind in (("predictions", "Prediction"), ("annotations", "Annotation")):
        if wrapped and name in item:
            if not isinstance(item[name], list):
                return f"{said}Task[{name}] must be list :: {item}"
            if any("result" not in work for work in item[name]):
                return f'{said}{kind} must have "result" fields :: {item}'
    return None


def _author(request: Request, named: Any) -> int:
    users = request.state.users.values()
    if named is None:
        return request.user.id
    if isinstance(named, dict):
        for user in users:
            if user.email == named.get("email"):
                return user.id
        raise _refused(f"Unknown annotator's email {named.get('email')}")
    if named not in {user.id for user in users}:
        raise _refused(
            f"Import data contains completed_by={named} which is not a valid annotator's email or ID"
        )
    return int(named)


def _refused(*errors: Any) -> Refusal:
    return invalid("non_field_errors", *errors)


def _make(request: Request, project: Project, item: dict[str, Any]) -> Task:
    work = item.get("annotations") or []
    overlap = project.fields["maximum_annotations"]
    inner = max((task.inner_id for task in request.state.tasks_of(project.id)), default=0)
    task = Task(
        id=request.state.new_id("tasks", imported=True),
        project=project.id,
        data=item["data"],
        meta=item.get("meta") or {},
        created_at=request.stamp(),
        updated_at=request.stamp(),
        inner_id=inner + 1,
        overlap=overlap,
        # unlike later, whoever skipped counts too
        is_labeled=len({a["completed_by"] for a in work}) >= overlap,
    )
    request.state.put_task(task)
    return task


def _add_annotations(request: Request, made: list[Task], items: list[dict[str, Any]]) -> int:
    count = 0
    for task, item in zip(made, items, strict=True):
        for given in item.get("annotations") or []:
            annotation = Annotation(
                id=request.state.new_id("annotations", imported=True),
                task=task.id,
                project=task.project,
                result=given["result"],
                completed_by=given["completed_by"],
                created_at=request.stamp(),
                updated_at=request.stamp(),
                unique_id=str(uuid.uuid4()),
                was_cancelled=given.get("was_cancelled", False),
                ground_truth=given.get("ground_truth", True),
                lead_time=given.get("lead_time"),
                import_id=given.get("id"),
            )
            request.state.put_annotation(annotation)
            count += 1
    return count


def _add_predictions(
    request: Request, project: Project, made: list[Task], items: list[dict[str, Any]]
) -> int:
    """Add the predictions of new tasks, unchecked; the last one's version may become shown."""
    if "lose predictions" in request.faults:
        return 0
    last = None
    count = 0
    for task, item in zip(made, items, strict=True):
        for given in item.get("predictions") or []:
            last = given.get("model_version", "undefined")
            _put(request, task, given, last)
            count += 1
    if last is not None and not project.fields["model_version"]:
        project.fields["model_version"] = last
    return count


def _put(request: Request, task: Task, given: dict[str, Any], version: str | None) -> None:
    try:
        score = None if given.get("score") is None else float(given["score"])
    except ValueError:
        score = None
    prediction = Prediction(
        id=request.state.new_id("predictions"),
        task=task.id,
        project=task.project,
        model_version=version,
        score=score,
        result=given["result"],
        created_at=request.stamp(),
        updated_at=request.stamp(),
    )
    request.state.put_prediction(prediction)
    task.total_predictions = len(task.predictions)


def _import_predictions(request: Request, number: int) -> Answer:
    """Add predictions to tasks: those that the validator dislikes are dropped without a word."""
    project = request.project(number)
    config = parse(project.fields["label_config"])
    tasks = {task.id: task for task in request.state.tasks_of(project.id)}
    for given in request.body:
        if given.get("task") not in tasks:
            raise _refused(
                f'{given} contains invalid "task" field: corresponding task ID couldn\'t be '
                f"retrieved from project {project.fields['title']} (id={project.id}) tasks"
            )
    good = [given for given in request.body if fits(config, given.get("result"))]
    for given in good:
        _put(request, tasks[given["task"]], given, given.get("model_version", "undefined"))
    return Answer(201, {"created": len(good)})


ROUTES: Routes = [
    ("POST", r"/api/projects/(\d+)/import", _import),
    ("POST", r"/api/projects/(\d+)/import/predictions", _import_predictions),
]
