"""Review: articles on which annotators differ go to a project of their own, for one decision.

A task there shows every mark that anybody made, once, and of those in dispute who made them.
Nothing is taken from the annotators' project; nothing is deleted in either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from annotate.errors import SchemeMismatchError
from annotate.exports.lines import ExportedArticle
from annotate.labels import LabelScheme
from annotate.origins import REVIEWED
from annotate.quality.agreement.raters import shared_article
from annotate.quality.review import UnionLink, UnionOfMarks, UnionSpan, union_of_marks
from annotate.records import ArticleKey, Link
from annotate.studio.client import Project
from annotate.studio.review_config import review_config, same_page
from annotate.studio.review_results import Flagged
from annotate.studio.review_tasks import (
    ALL_MARKS,
    ReviewTask,
    new_review_task,
    replace_marks,
    review_digest,
    review_tasks,
)
from annotate.studio.tasks import NewTask
from annotate.workflow.mirror.project import check_project, find_review, review_title
from annotate.workflow.mirror.site import Site
from annotate.workflow.people.decisions import is_reviewed

_BATCH = 100
_SHOWN = 40  # characters of the words that a link leads to

_INSTRUCTION = (
    "<h3>Review</h3><p>All marks of all annotators are here. What is underlined with dashes, and "
    "has a <b>?</b> behind it, is disputed; the list at the right says who made it, and who did "
    "not.</p>"
    "<p>– <b>Alt + .</b> goes to the next mark, the disputed ones first.</p>"
    "<p>– The key of its label keeps a mark.</p>"
    "<p>– The key of <b>drop</b> drops it; the key of a label keeps it after all.</p>"
    "<p>– Where a choice is disputed: choose, then keep the mark.</p>"
    "<p>– A disputed link is a mark of its own where it begins, and called by an arrow.</p>"
    "<p>Correct and add what you like, and submit. What still has a <b>?</b> is told when your "
    "work is fetched, and the article waits for you.</p>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutdatedDecision:
    """A decided article with marks that its reviewer has not judged, and its task's address."""

    article_id: str
    address: str
    marks: int


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
    label_config: str | None
    """What the project's labelling config will be, `None` where it is that already."""
    present: int
    decided: int
    undisputed: int
    """Articles of several annotators who all agree."""
    marks: int
    """Disputed marks of the articles to send."""
    taskless: tuple[str, ...] = ()
    """Articles with a reviewer's decision whose review task is gone; `reopen` sends them again."""
    outdated: tuple[OutdatedDecision, ...] = ()
    """Decided articles on which annotators have other marks now than the reviewer was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """What a review push did."""

    project_id: int | None
    sent: int
    changed: int


def plan_review(site: Site, *, reopen: bool = False) -> ReviewPlan:
    """Compare the latest export version with the review project.

    An article that has its ground truth is not sent again, but where its review task is gone and
    `reopen` says so: the next pull of the decisions withdraws what is not decided anew. Raises
    `UnknownExportError`, and `SchemeMismatchError` where the project's labelling config cannot hold
    what ours makes.
    """
    version = site.versions.find(None)
    project = find_review(site)
    tasks: dict[ArticleKey, ReviewTask] = {}
    config = review_config(site.workspace.label_config(), site.scheme)
    if project is not None:
        check_project(project, site.scheme)
        tasks = _tasks_by_article(site, project)
    to_send: list[ExportedArticle] = []
    to_change: dict[int, ExportedArticle] = {}
    outdated: list[OutdatedDecision] = []
    taskless: list[str] = []
    present = decided = undisputed = marks = 0
    for key, line in site.versions.load(version).items():
        union, held = _union(line), tasks.get(key)
        gone = held is None and is_reviewed(line)
        if gone and reopen and union:
            to_send.append(line)
            marks += union.disputed
        elif _decided(line, held):
            decided += 1
            taskless += [key.article_id] if gone else []
            if project and held and union:
                outdated += _outdated(site, project, line, held)
        elif union is None:
            continue
        elif not union.disputed:
            undisputed += 1
        elif held is None:
            to_send.append(line)
            marks += union.disputed
        else:
            present += 1
            if not held.touched and held.digest != review_digest(_task(line, site.scheme)):
                to_change[held.task_id] = line
    return ReviewPlan(
        project=project,
        title=review_title(site),
        export=version.name,
        to_send=tuple(to_send),
        to_change=to_change,
        label_config=None if project and same_page(project.label_config, config) else config,
        present=present,
        decided=decided,
        undisputed=undisputed,
        marks=marks,
        taskless=tuple(sorted(taskless)),
        outdated=tuple(outdated),
    )


def apply_review(
    site: Site, plan: ReviewPlan, *, on_article: Callable[[int], None] | None = None
) -> ReviewResult:
    """Make the project where there is something to review, and bring its tasks up to date.

    Interrupted, the same command goes on from there. Should a broken connection leave an article
    with two tasks, `review pull` takes the last decision of both. Raises `SchemeMismatchError`
    where the project's work would not fit our labelling config.
    """
    client, scheme = site.client, site.scheme
    project = plan.project
    if project is None:
        if not plan.to_send:
            return ReviewResult(project_id=None, sent=0, changed=0)
        config = review_config(site.workspace.label_config(), scheme)
        project = client.create_project(plan.title, config, _INSTRUCTION)
    elif plan.label_config is not None:
        _set_page(site, project, plan.label_config)
    project_tasks = site.tasks(project.project_id)
    for first in range(0, len(plan.to_send), _BATCH):
        lines = plan.to_send[first : first + _BATCH]
        project_tasks.import_tasks([_task(line, scheme) for line in lines])
        if on_article is not None:
            on_article(len(lines))
    for task_id, line in plan.to_change.items():
        replace_marks(client, project.project_id, task_id, _task(line, scheme))
        if on_article is not None:
            on_article(1)
    if project.model_version != ALL_MARKS and (plan.to_send or plan.to_change):
        client.set_model_version(project.project_id, ALL_MARKS)
    return ReviewResult(
        project_id=project.project_id, sent=len(plan.to_send), changed=len(plan.to_change)
    )


def _decided(line: ExportedArticle, task: ReviewTask | None) -> bool:
    """Tell whether an article has its ground truth.

    A review's whose task nobody has touched any more was withdrawn, pulled already or not.
    """
    withdrawn = task is not None and not task.touched
    return any(
        annotation.ground_truth
        and not (withdrawn and annotation.annotation_id.startswith(REVIEWED))
        for annotation in line.annotations
    )


def _tasks_by_article(site: Site, project: Project) -> dict[ArticleKey, ReviewTask]:
    """Return an article's review task; of several, one on which somebody has worked."""
    tasks: dict[ArticleKey, ReviewTask] = {}
    for found in review_tasks(site.client, project.project_id):
        if found.touched or found.key not in tasks:
            tasks[found.key] = found
    return tasks


def _outdated(
    site: Site, project: Project, line: ExportedArticle, held: ReviewTask
) -> list[OutdatedDecision]:
    marks = held.unjudged(_task(line, site.scheme), site.scheme)
    address = site.client.task_url(project.project_id, held.task_id)
    name = line.article.article_id
    return [OutdatedDecision(article_id=name, address=address, marks=marks)] if marks else []


def _union(line: ExportedArticle) -> UnionOfMarks | None:
    """Return the marks of an article's annotators together, `None` with fewer than two of them.

    Foreign corpora are left as they are.
    """
    if line.corpus is not None:
        return None
    article = line.article
    shared = shared_article(article.article_id, article.text, line.annotations, blind=line.blind)
    return None if shared is None else union_of_marks(shared)


def _set_page(site: Site, project: Project, label_config: str) -> None:
    """Give the review project the page of now: it may have been made by an earlier annotate."""
    reason = site.client.refuse_label_config(project.project_id, label_config)
    if reason is not None:
        raise SchemeMismatchError(
            f"project {project.project_id} ({project.title!r}) holds work that the labelling "
            f"config of now would lose: {reason}",
            hint="take its decisions first (annotate review pull), then give the project another "
            "title in Label Studio; annotate review push makes a new one",
        )
    site.client.set_label_config(project.project_id, label_config)


def _task(line: ExportedArticle, scheme: LabelScheme) -> NewTask:
    """Return the review task of an article."""
    union = _union(line) or UnionOfMarks(spans=(), links=())
    text = line.article.text
    words = {mark.span.id: text[mark.span.start : mark.span.end] for mark in union.spans}
    notes: dict[str | Link, str] = {}
    notes.update({mark.span.id: _whose_span(mark) for mark in union.spans if mark.disputed})
    notes.update(
        {
            mark.link: f"→ {_short(words[mark.link.tail_id])} · {_whose(mark)}"
            for mark in union.links
            if mark.disputed
        }
    )
    marks = Flagged(
        spans=tuple(mark.span for mark in union.spans),
        links=tuple(mark.link for mark in union.links),
        notes=notes,
        to_choose={mark.span.id: mark.to_choose for mark in union.spans if mark.to_choose},
    )
    return new_review_task(line.article, marks, scheme, group=line.group, split=line.split)


def _whose_span(mark: UnionSpan) -> str:
    """Say who drew a disputed span and who did not, and who chose what for it."""
    parts = [_whose(mark)] if mark.lacked_by else []
    for name, said in mark.choices.items():
        by: dict[str, list[str]] = {}
        for who, values in said.items():
            by.setdefault(" and ".join(values) or "nothing", []).append(who)
        chosen = (f"{values} ({', '.join(people)})" for values, people in by.items())
        parts.append(f"{name}: {', '.join(chosen)}")
    return " · ".join(parts)


def _whose(mark: UnionSpan | UnionLink) -> str:
    lacked = f" · not {', '.join(mark.lacked_by)}" if mark.lacked_by else ""
    return f"{', '.join(mark.drawn_by)}{lacked}"


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
