"""The Data Manager's actions on many tasks at once."""

from __future__ import annotations

import json
from typing import Any

from double.answers import Request
from double.backends_api import retrieve
from double.state import Project, Task
from double.work_api import forget_annotation


def delete_tasks(request: Request, project: Project, tasks: list[Task]) -> dict[str, Any]:
    everything = len(tasks) == len(request.state.tasks_of(project.id))
    for task in tasks:
        for annotation in task.annotations:
            forget_annotation(request, annotation)
        request.state.drop_task(task)
    return {
        "processed_items": len(tasks),
        "reload": everything,
        "detail": f"Deleted {len(tasks)} tasks",
    }


def delete_annotations(request: Request, project: Project, tasks: list[Task]) -> dict[str, Any]:
    """Delete annotations and drafts; the tasks are touched."""
    count = 0
    for task in tasks:
        for annotation in list(task.annotations):
            forget_annotation(request, annotation)
            request.state.drop_annotation(annotation)
            count += 1
            task.updated_at = request.stamp()
            task.updated_by = request.user.id
        for draft in list(task.drafts):
            request.state.drop_draft(draft)
        task.judge()
    return {"processed_items": count, "detail": f"Deleted {count} annotations"}


def delete_predictions(request: Request, project: Project, tasks: list[Task]) -> dict[str, Any]:
    """Delete all predictions; the tasks are not touched."""
    count = 0
    for task in tasks:
        for prediction in list(task.predictions):
            request.state.drop_prediction(prediction)
            count += 1
        task.total_predictions = 0
    return {"processed_items": count, "detail": f"Deleted {count} predictions"}


def remove_duplicates(request: Request, project: Project, tasks: list[Task]) -> dict[str, Any]:
    """Bring all annotations of tasks with the same data to one of them; no stamp is moved."""
    alike: dict[str, list[Task]] = {}
    for task in tasks:
        alike.setdefault(json.dumps(task.data), []).append(task)
    for group in alike.values():
        kept = next((task for task in group if task.annotations), group[0])
        for task in group:
            if task is kept:
                continue
            for annotation in task.annotations:
                annotation.task = kept.id
                kept.annotations.append(annotation)
            task.annotations = []
            request.state.drop_task(task)
        kept.annotations.sort(key=lambda annotation: annotation.id)
    for task in request.state.tasks_of(project.id):
        task.total_predictions = len(task.predictions)
        people = {a.completed_by for a in task.submitted}
        task.overlap = project.fields["maximum_annotations"]
        task.is_labeled = len(people) >= task.overlap
    return {}


def retrieve_predictions(request: Request, project: Project, tasks: list[Task]) -> dict[str, Any]:
    """Ask the live backend about the tasks; the number told is that of the tasks."""
    retrieve(request, project.id, tasks)
    return {"processed_items": len(tasks), "detail": f"Retrieved {len(tasks)} predictions"}


ACTIONS = {
    "delete_tasks": delete_tasks,
    "delete_tasks_annotations": delete_annotations,
    "delete_tasks_predictions": delete_predictions,
    "remove_duplicates": remove_duplicates,
    "retrieve_tasks_predictions": retrieve_predictions,
}
