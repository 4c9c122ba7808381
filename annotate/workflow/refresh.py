"""After a promotion: new predictions on tasks that nobody has touched. Deletes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from annotate.errors import StudioAnswerError
from annotate.labels import LabelScheme
from annotate.pipeline.registry import Model
from annotate.records import Article
from annotate.studio.client import Project, StudioClient
from annotate.studio.tasks import build_prediction
from annotate.workflow.models import load_pipeline
from annotate.workflow.pull import OpenTask
from annotate.workspace import Workspace

BATCH = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshResult:
    """What was refreshed; `unknown` counts open tasks whose text this workspace does not have."""

    model_version: str
    refreshed: int
    unknown: int
    switched: bool
    """Whether the project now shows another model version than before."""


def stale_tasks(open_tasks: Sequence[OpenTask], model: Model) -> list[OpenTask]:
    """Return the open tasks that lack predictions of this model; blind ones never get any."""
    return [task for task in open_tasks if not task.blind and model.version not in task.models]


def refresh_predictions(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    project: Project,
    stale: Sequence[OpenTask],
    articles: Mapping[tuple[str, str], Article],
    model: Model,
    *,
    switch: bool = True,
    on_refreshed: Callable[[int], None] | None = None,
) -> RefreshResult:
    """Add predictions of `model`, read them back, then make the project show them.

    The old ones stay: a prediction that is purged while somebody has its task open makes their
    submit fail. `articles` are by id and text hash. Where an open task could not be refreshed, or
    without `switch`, annotators go on seeing the version that they see now: with another one they
    would see nothing on that task.
    """
    known = [task for task in stale if (task.article_id, task.text_sha256) in articles]
    if known:
        pipeline = load_pipeline(workspace, model, scheme)
        for first in range(0, len(known), BATCH):
            batch = known[first : first + BATCH]
            texts = [articles[task.article_id, task.text_sha256] for task in batch]
            body = [
                {"task": task.task_id, **build_prediction(article, prediction, scheme)}
                for task, article, prediction in zip(
                    batch, texts, pipeline.predict(texts), strict=True
                )
            ]
            client.import_predictions(project.project_id, body)
            if on_refreshed is not None:
                on_refreshed(len(batch))
        _read_back(client, known, model)
    complete = len(known) == len(stale)
    switched = switch and complete and project.model_version != model.version
    if switched:
        client.set_model_version(project.project_id, model.version)
    return RefreshResult(
        model_version=model.version,
        refreshed=len(known),
        unknown=len(stale) - len(known),
        switched=switched,
    )


def _read_back(client: StudioClient, tasks: Sequence[OpenTask], model: Model) -> None:
    """Make sure that the predictions are there before annotators are pointed at them."""
    for task in (tasks[0], tasks[-1]):
        found = client.task(task.task_id).get("predictions") or []
        if model.version not in {prediction.get("model_version") for prediction in found}:
            raise StudioAnswerError(
                f"task {task.task_id} ({task.article_id}) has no prediction of {model.version} "
                "after the import; annotators still see the old ones"
            )
