"""What the double holds: records and ids."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from double.summary import Summary


@dataclass
class User:
    id: int
    email: str
    token: str
    joined: datetime


@dataclass
class Prediction:
    id: int
    task: int
    project: int
    model_version: str | None
    score: float | None
    result: Any
    created_at: datetime
    updated_at: datetime


@dataclass
class Annotation:
    id: int
    task: int
    project: int
    result: Any
    completed_by: int | None
    created_at: datetime
    updated_at: datetime
    unique_id: str
    result_count: int = 0
    """Regions when it was last saved singly; an import does not count them."""
    updated_by: int | None = None
    was_cancelled: bool = False
    ground_truth: bool = False
    lead_time: float | None = None
    import_id: int | None = None
    parent_prediction: int | None = None
    parent_annotation: int | None = None
    draft_created_at: datetime | None = None

    def count_regions(self) -> None:
        self.result_count = len({item.get("id") for item in self.result or []})


@dataclass
class Draft:
    id: int
    task: int
    user: int
    result: Any
    created_at: datetime
    updated_at: datetime
    lead_time: float | None = None
    was_postponed: bool = False


@dataclass
class Task:
    id: int
    project: int
    data: dict[str, Any]
    meta: Any
    created_at: datetime
    updated_at: datetime
    inner_id: int
    overlap: int
    is_labeled: bool = False
    total_predictions: int = 0
    updated_by: int | None = None
    annotations: list[Annotation] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    locks: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    """User → (until when, the lock's own id)."""

    @property
    def submitted(self) -> list[Annotation]:
        return [a for a in self.annotations if not a.was_cancelled]

    @property
    def skipped(self) -> list[Annotation]:
        return [a for a in self.annotations if a.was_cancelled]

    def judge(self) -> None:
        """Set `is_labeled` as after a single change: by the number of people, skips left out."""
        people = {a.completed_by for a in self.submitted if a.result is not None}
        self.is_labeled = len(people) >= self.overlap


@dataclass
class Project:
    id: int
    created_at: datetime
    created_by: int
    fields: dict[str, Any]
    """What can be set over the API."""
    summary: Summary = field(default_factory=Summary)


@dataclass
class State:
    users: dict[int, User] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    annotations: dict[int, Annotation] = field(default_factory=dict)
    predictions: dict[int, Prediction] = field(default_factory=dict)
    drafts: dict[int, Draft] = field(default_factory=dict)
    views: dict[int, dict[str, Any]] = field(default_factory=dict)
    webhooks: dict[int, dict[str, Any]] = field(default_factory=dict)
    backends: dict[int, dict[str, Any]] = field(default_factory=dict)
    sequences: Counter[str] = field(default_factory=Counter)
    reuse_ids: bool = True
    """As on SQLite: an import gives tasks and annotations the highest id that is there, plus one."""

    reserved: list[int] = field(default_factory=list)
    """Ids for the tasks of the import that is being committed, where it has them already."""

    def new_id(self, kind: str, *, imported: bool = False) -> int:
        if imported and kind == "tasks" and self.reserved:
            return self.reserved.pop(0)
        if imported and self.reuse_ids and kind in ("tasks", "annotations"):
            number = max(getattr(self, kind), default=0) + 1
        else:
            number = self.sequences[kind] + 1
        self.sequences[kind] = max(self.sequences[kind], number)
        return number

    def tasks_of(self, project: int) -> list[Task]:
        """Return a project's tasks by order of id."""
        found = [task for task in self.tasks.values() if task.project == project]
        return sorted(found, key=lambda task: task.id)

    def put_task(self, task: Task) -> None:
        self.tasks[task.id] = task

    def put_annotation(self, annotation: Annotation) -> None:
        self.annotations[annotation.id] = annotation
        self.tasks[annotation.task].annotations.append(annotation)

    def put_prediction(self, prediction: Prediction) -> None:
        self.predictions[prediction.id] = prediction
        self.tasks[prediction.task].predictions.append(prediction)

    def put_draft(self, draft: Draft) -> None:
        self.drafts[draft.id] = draft
        self.tasks[draft.task].drafts.append(draft)

    def drop_annotation(self, annotation: Annotation) -> None:
        del self.annotations[annotation.id]
        self.tasks[annotation.task].annotations.remove(annotation)

    def drop_prediction(self, prediction: Prediction) -> None:
        """Delete it; annotations that began with it forget that, and nothing of it shows on them."""
        del self.predictions[prediction.id]
        task = self.tasks[prediction.task]
        task.predictions.remove(prediction)
        for annotation in task.annotations:
            if annotation.parent_prediction == prediction.id:
                annotation.parent_prediction = None

    def drop_draft(self, draft: Draft) -> None:
        del self.drafts[draft.id]
        task = self.tasks[draft.task]
        task.drafts.remove(draft)
        self.projects[task.project].summary.remove_draft(draft.result)

    def drop_task(self, task: Task) -> None:
        for annotation in list(task.annotations):
            self.drop_annotation(annotation)
        for prediction in list(task.predictions):
            self.drop_prediction(prediction)
        for draft in list(task.drafts):
            self.drop_draft(draft)
        del self.tasks[task.id]

    def drop_project(self, project: Project) -> None:
        for task in self.tasks_of(project.id):
            self.drop_task(task)
        for kind in (self.views, self.webhooks, self.backends):
            for key in [key for key, held in kind.items() if held["project"] == project.id]:
                del kind[key]
        del self.projects[project.id]
