"""Projects: listing, making, changing, deleting, and asking about another labelling config."""

from __future__ import annotations

from typing import Any

from double.answers import Answer, Refusal, Request, Routes, invalid
from double.label_configs import check_change, check_config
from double.shapes import project_json
from double.state import Project

_DEFAULTS: dict[str, Any] = {
    "title": "",
    "description": "",
    "label_config": "<View></View>",
    "expert_instruction": "",
    "show_instruction": False,
    "show_skip_button": True,
    "enable_empty_annotation": True,
    "show_annotation_history": False,
    "color": "#FFFFFF",
    "maximum_annotations": 1,
    "is_published": False,
    "model_version": "",
    "min_annotations_to_start_training": 0,
    "start_training_on_annotation_update": False,
    "show_collab_predictions": True,
    "sampling": "Sequential sampling",
    "show_ground_truth_first": False,
    "annotator_evaluation_enabled": False,
    "show_overlap_first": False,
    "overlap_cohort_percentage": 100,
    "evaluate_predictions_automatically": False,
    "skip_queue": "REQUEUE_FOR_OTHERS",
    "reveal_preannotations_interactively": False,
}
_UNKNOWN_VERSION = "Model version doesn't exist either as live model or as static predictions."


def _json(request: Request, project: Project) -> dict[str, Any]:
    return project_json(request.state, project, request.user, request.studio.counts(project))


def _list(request: Request) -> Answer:
    page = int(request.params.get("page", 1))
    size = int(request.params.get("page_size", 30))
    projects = sorted(request.state.projects.values(), key=lambda p: -p.id)
    first = (page - 1) * size
    if page < 1 or (first >= len(projects) and page > 1):
        raise Refusal(404, "Invalid page.")
    return Answer(
        200,
        {
            "count": len(projects),
            "next": _link(page + 1, size) if first + size < len(projects) else None,
            "previous": _link(page - 1, size) if page > 1 else None,
            "results": [_json(request, p) for p in projects[first : first + size]],
        },
    )


def _link(page: int, size: int) -> str:
    return f"http://double.test/api/projects/?page={page}&page_size={size}"


def _get(request: Request, number: int) -> Answer:
    return Answer(200, _json(request, request.project(number)))


def _create(request: Request) -> Answer:
    body = request.body or {}
    _check_title(body)
    if "label_config" in body:
        check_config(body["label_config"])
    fields = {name: body.get(name, default) for name, default in _DEFAULTS.items()}
    state = request.state
    project = Project(state.new_id("projects"), request.stamp(), request.user.id, fields)
    state.projects[project.id] = project
    return Answer(201, project_json(state, project, request.user, None))


def _check_title(body: dict[str, Any]) -> None:
    if "title" in body and len(body["title"]) < 3:
        raise invalid("title", "Ensure this field has at least 3 characters.")
    if "title" in body and len(body["title"]) > 50:
        raise invalid("title", "Ensure this field has no more than 50 characters.")


def _change(request: Request, number: int) -> Answer:
    project = request.project(number)
    body = request.body or {}
    _check_title(body)
    if "label_config" in body:
        check_change(
            project,
            body["label_config"],
            name="label_config",
            used=_used(request, project),
            strict=False,
        )
    if "model_version" in body:
        _check_model_version(request, project, body["model_version"])
    if (
        body.get("maximum_annotations", project.fields["maximum_annotations"])
        != (project.fields["maximum_annotations"])
    ):
        raise NotImplementedError("the double does not rearrange the overlap of tasks")
    project.fields.update({name: body[name] for name in body if name in _DEFAULTS})
    return Answer(200, _json(request, project))


def _check_model_version(request: Request, project: Project, version: str | None) -> None:
    if version in ("", project.fields["model_version"]):
        return
    known = {
        prediction.model_version
        for task in request.state.tasks_of(project.id)
        for prediction in task.predictions
    }
    if version is None or version not in known | _backend_titles(request, project):
        raise invalid("model_version", _UNKNOWN_VERSION)


def _backend_titles(request: Request, project: Project) -> set[str]:
    return {b["title"] for b in request.state.backends.values() if b["project"] == project.id}


def _used(request: Request, project: Project) -> bool:
    tasks = request.state.tasks_of(project.id)
    return any(task.annotations or task.drafts for task in tasks)


def _validate(request: Request, number: int) -> Answer:
    project = request.project(number)
    config = (request.body or {}).get("label_config")
    if not config:
        raise invalid("non_field_errors", "Label config is not set or is empty")
    check_change(
        project, config, name="non_field_errors", used=_used(request, project), strict=True
    )
    return Answer(200, {"config_essential_data_has_changed": None})


def _delete(request: Request, number: int) -> Answer:
    request.state.drop_project(request.project(number))
    return Answer(204)


def _delete_version(request: Request, number: int) -> Answer:
    """Delete a version's predictions; a task's count of them falls by one, whatever it had.

    The project shows nothing then, if it showed that version or whatever its backend has.
    """
    project = request.project(number)
    version = (request.body or {}).get("model_version")
    shown = project.fields["model_version"]
    if shown == version or shown in _backend_titles(request, project):
        project.fields["model_version"] = None
    deleted = 0
    for task in request.state.tasks_of(project.id):
        own = [p for p in task.predictions if not version or p.model_version == version]
        if own:
            task.total_predictions = len(task.predictions) - 1
        for prediction in own:
            request.state.drop_prediction(prediction)
        deleted += len(own)
    return Answer(200, {"deleted_predictions": deleted})


ROUTES: Routes = [
    ("GET", r"/api/projects/?", _list),
    ("POST", r"/api/projects/?", _create),
    ("GET", r"/api/projects/(\d+)/?", _get),
    ("PATCH", r"/api/projects/(\d+)/?", _change),
    ("DELETE", r"/api/projects/(\d+)/?", _delete),
    ("POST", r"/api/projects/(\d+)/validate/?", _validate),
    ("DELETE", r"/api/projects/(\d+)/model-versions/?", _delete_version),
]
