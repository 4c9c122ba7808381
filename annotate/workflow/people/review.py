"""Review: articles on which annotators differ go to a project of their own, for one decision.

Every annotator's version is a prediction there, under their pseudonym, and what they all agree on
is one more. Nothing is taken from the annotators' project; nothing is deleted in either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from annotate.exports.lines import ExportedArticle
from annotate.labels import LabelScheme
from annotate.quality.agreement import SharedArticle, shared_article
from annotate.quality.review import agreed_marks, is_disputed
from annotate.records import ArticleKey, Prediction
from annotate.studio.client import Project
from annotate.studio.review_tasks import (
    ReviewTask,
    new_review_task,
    replace_versions,
    review_digest,
    review_tasks,
)
from annotate.studio.tasks import NewTask
from annotate.workflow.mirror.project import check_project, find_review, review_title
from annotate.workflow.mirror.site import Site

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


def plan_review(site: Site) -> ReviewPlan:
    """Compare the latest export version with the review project.

    An article that has its ground truth is not sent again. Raises `UnknownExportError`, and
    `SchemeMismatchError` where the project's labelling config cannot hold what ours makes.
    """
    version = site.versions.find(None)
    project = find_review(site)
    tasks: dict[ArticleKey, ReviewTask] = {}
    if project is not None:
        check_project(project, site.scheme)
        tasks = {task.key: task for task in review_tasks(site.client, project.project_id)}
    to_send: list[ExportedArticle] = []
    to_change: dict[int, ExportedArticle] = {}
    present = decided = undisputed = 0
    for key, line in site.versions.load(version).items():
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
            if not task.touched and task.digest != review_digest(_task(line, site.scheme)):
                to_change[task.task_id] = line
    return ReviewPlan(
        project=project,
        title=review_title(site),
        export=version.name,
        to_send=tuple(to_send),
        to_change=to_change,
        present=present,
        decided=decided,
        undisputed=undisputed,
    )


def apply_review(
    site: Site, plan: ReviewPlan, *, on_article: Callable[[int], None] | None = None
) -> ReviewResult:
    """Make the project where there is something to review, and bring its tasks up to date.

    Interrupted, the same command goes on from there. Should a broken connection leave an article
    with two tasks, `review pull` takes the last decision of both.
    """
    client, scheme = site.client, site.scheme
    project = plan.project
    if project is None:
        if not plan.to_send:
            return ReviewResult(project_id=None, sent=0, changed=0)
        project = client.create_project(plan.title, site.workspace.label_config(), _INSTRUCTION)
    project_tasks = site.tasks(project.project_id)
    for first in range(0, len(plan.to_send), _BATCH):
        lines = plan.to_send[first : first + _BATCH]
        project_tasks.import_tasks([_task(line, scheme) for line in lines])
        if on_article is not None:
            on_article(len(lines))
    for task_id, line in plan.to_change.items():
        replace_versions(client, project.project_id, task_id, _task(line, scheme))
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


def _task(line: ExportedArticle, scheme: LabelScheme) -> NewTask:
    """Return the review task of an article: what all agree on, and each annotator's version."""
    versions: list[Prediction] = []
    shared = _shared(line)
    if shared is not None:
        spans, links = agreed_marks(shared)
        named = [(AGREED, spans, links)]
        named += [(a.annotator, a.spans, a.links) for a in shared.annotations]
        versions = [
            Prediction(
                article_id=line.article.article_id,
                text_sha256=line.article.text_sha256,
                spans=spans,
                links=links,
                model_version=name,
            )
            for name, spans, links in named
        ]
    return new_review_task(line.article, versions, scheme, group=line.group, split=line.split)
