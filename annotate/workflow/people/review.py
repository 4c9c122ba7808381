"""Review: articles on which annotators differ go to a project of their own, for one decision.

Every annotator's version is a prediction there, under their pseudonym, and what they all agree on
is one more. Nothing is taken from the annotators' project; nothing is deleted in either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotate.errors import StudioError
from annotate.exports.lines import ExportedArticle
from annotate.exports.store import ExportStore
from annotate.jsonl import dumps
from annotate.labels import LabelScheme
from annotate.quality.agreement import SharedArticle, shared_article
from annotate.quality.review import agreed_marks, is_disputed
from annotate.records import Prediction
from annotate.studio.client import Project, StudioClient
from annotate.studio.results import is_ours
from annotate.studio.tasks import build_prediction, task_data
from annotate.workflow.mirror.journal import Key
from annotate.workflow.mirror.project import check_project
from annotate.workspace import Workspace

AGREED = "agreed"
"""Model version of the prediction that holds what all annotators agree on."""

_BATCH = 100

_INSTRUCTION = (
    "<h3>Review</h3><p>Open an article from the list: beside the annotations stands the version of "
    "each annotator, and under <b>agreed</b> what they all marked alike. Copy the version that is "
    "nearest to right, correct it, submit. What you submit becomes the article's ground truth.</p>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPlan:
    """What a review push would do; nothing has been sent yet."""

    project: Project | None
    """`None`: it will be created."""
    title: str
    export: str
    to_send: tuple[ExportedArticle, ...]
    to_change: Mapping[int, ExportedArticle]
    """Open review tasks whose annotators have changed their minds."""
    present: int
    decided: int
    undisputed: int
    """Articles of several annotators who all agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """What a review push did."""

    project_id: int | None
    sent: int
    changed: int


def review_title(workspace: Workspace) -> str:
    """Return the title of the review project, within the 50 characters of Label Studio."""
    return f"{workspace.settings.project[:43].rstrip()} review"


def find_review(workspace: Workspace, client: StudioClient) -> Project | None:
    """Return the review project; raises `StudioError` where several have its title."""
    title = review_title(workspace)
    fitting = [project for project in client.projects() if project.title == title]
    if len(fitting) > 1:
        raise StudioError(
            f"{client.url}: {len(fitting)} projects are called {title!r}",
            hint="give all but one another title",
        )
    return fitting[0] if fitting else None


def plan_review(workspace: Workspace, client: StudioClient, scheme: LabelScheme) -> ReviewPlan:
    """Compare the latest export version with the review project.

    An article that has its ground truth is not sent again. Raises `UnknownExportError`, and
    `SchemeMismatchError` where the project's labelling config cannot hold what ours makes.
    """
    store = ExportStore(workspace.exports)
    version = store.find(None)
    project = find_review(workspace, client)
    tasks: dict[Key, Mapping[str, Any]] = {}
    if project is not None:
        check_project(project, scheme)
        for raw in client.tasks(project.project_id):
            if is_ours(raw):
                tasks[raw["data"]["article_id"], raw["data"]["text_sha256"]] = raw
    to_send: list[ExportedArticle] = []
    to_change: dict[int, ExportedArticle] = {}
    present = decided = undisputed = 0
    for key, line in store.load(version).items():
        shared = _shared(line)
        if any(annotation.ground_truth for annotation in line.annotations):
            decided += 1
        elif shared is None:
            continue
        elif not is_disputed(shared):
            undisputed += 1
        elif key not in tasks:
            to_send.append(line)
        else:
            present += 1
            task = tasks[key]
            touched = task.get("annotations") or task.get("draft_exists")
            if not touched and task["data"].get("review") != _digest(
                _versions(shared, line, scheme)
            ):
                to_change[task["id"]] = line
    return ReviewPlan(
        project=project,
        title=review_title(workspace),
        export=version.name,
        to_send=tuple(to_send),
        to_change=to_change,
        present=present,
        decided=decided,
        undisputed=undisputed,
    )


def apply_review(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    plan: ReviewPlan,
    *,
    on_article: Callable[[int], None] | None = None,
) -> ReviewResult:
    """Make the project where there is something to review, and bring its tasks up to date.

    Interrupted, the same command goes on from there. Should a broken connection leave an article
    with two tasks, `review pull` takes the last decision of both.
    """
    project = plan.project
    if project is None:
        if not plan.to_send:
            return ReviewResult(project_id=None, sent=0, changed=0)
        project = client.create_project(plan.title, workspace.label_config(), _INSTRUCTION)
    for first in range(0, len(plan.to_send), _BATCH):
        lines = plan.to_send[first : first + _BATCH]
        client.import_tasks(project.project_id, [_task(line, scheme) for line in lines])
        if on_article is not None:
            on_article(len(lines))
    for task_id, line in plan.to_change.items():
        _change(client, project, task_id, _task(line, scheme))
        if on_article is not None:
            on_article(1)
    if project.model_version != AGREED and (plan.to_send or plan.to_change):
        client.set_model_version(project.project_id, AGREED)
    return ReviewResult(
        project_id=project.project_id, sent=len(plan.to_send), changed=len(plan.to_change)
    )


def _shared(line: ExportedArticle) -> SharedArticle | None:
    """Return the work of an article's annotators; foreign corpora are left as they are."""
    if line.corpus is not None:
        return None
    return shared_article(
        line.article.article_id, line.article.text, line.annotations, blind=line.blind
    )


def _versions(
    article: SharedArticle, line: ExportedArticle, scheme: LabelScheme
) -> list[dict[str, Any]]:
    """Return the predictions of a review task: what all agree on, and each annotator's version."""
    spans, links = agreed_marks(article)
    versions = [(AGREED, spans, links)]
    versions += [(a.annotator, a.spans, a.links) for a in article.annotations]
    return [
        build_prediction(
            line.article,
            Prediction(
                article_id=line.article.article_id,
                text_sha256=line.article.text_sha256,
                spans=spans,
                links=links,
                model_version=name,
            ),
            scheme,
        )
        for name, spans, links in versions
    ]


def _task(line: ExportedArticle, scheme: LabelScheme) -> dict[str, Any]:
    shared = _shared(line)
    versions = _versions(shared, line, scheme) if shared is not None else []
    data = task_data(line.article, scheme, group=line.group, split=line.split)
    return {"data": {**data, "review": _digest(versions)}, "predictions": versions}


def _digest(versions: Sequence[Mapping[str, Any]]) -> str:
    return hashlib.sha256(dumps(list(versions)).encode()).hexdigest()[:12]


def _change(client: StudioClient, project: Project, task_id: int, task: Mapping[str, Any]) -> None:
    """Replace the versions on an open task in place: nobody's open page must lose a prediction."""
    held = {p["model_version"]: p["id"] for p in client.task(task_id).get("predictions") or []}
    versions = {version["model_version"]: version for version in task["predictions"]}
    for name, prediction_id in held.items():
        client.set_prediction_result(prediction_id, versions.get(name, {"result": []})["result"])
    new = [{"task": task_id, **versions[name]} for name in versions if name not in held]
    if new:
        client.import_predictions(project.project_id, new)
    client.set_task(task_id, data=task["data"])
