"""Label Studio's JSON export of a project, for those who compare without the API."""

from __future__ import annotations

from typing import Any

from double.answers import Answer, Request, Routes
from double.shapes import annotation_json, bare_task_json, draft_json
from double.state import State


def json_export(state: State, project: int, *, everything: bool = False) -> list[dict[str, Any]]:
    """Return the tasks that have annotations, or all; predictions are ids alone."""
    return [
        {
            **{
                name: value
                for name, value in bare_task_json(task).items()
                if name not in ("is_labeled", "overlap", "file_upload")
            },
            "allow_skip": True,
            "annotations": [
                {
                    **_without_names(annotation_json(state, annotation)),
                    "prediction": {},
                    "result_count": annotation.result_count,
                    "unique_id": annotation.unique_id,
                }
                for annotation in task.annotations
            ],
            "drafts": [draft_json(state, draft) for draft in task.drafts],
            "predictions": [prediction.id for prediction in task.predictions],
        }
        for task in state.tasks_of(project)
        if everything or task.annotations
    ]


def _without_names(annotation: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in annotation.items() if k not in ("created_username", "created_ago")}


def _export(request: Request, number: int) -> Answer:
    if request.params.get("exportType") != "JSON":
        raise NotImplementedError("the double exports JSON alone")
    everything = request.params.get("download_all_tasks") == "true"
    project = request.project(number)
    return Answer(200, json_export(request.state, project.id, everything=everything))


ROUTES: Routes = [("GET", r"/api/projects/(\d+)/export", _export)]
