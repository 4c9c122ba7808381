"""The reviewers' decisions become ground truth in the next export version."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from annotate.errors import StudioError
from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.origins import REVIEWED
from annotate.records import Annotation, Article, ArticleKey, Link, Span
from annotate.studio.review_results import Undecided
from annotate.studio.reviewed_tasks import ReviewedTask, reviewed_tasks
from annotate.workflow.mirror.inferring import with_inferred
from annotate.workflow.mirror.project import check_project, find_review, review_title
from annotate.workflow.mirror.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMark:
    """A mark of a submitted article on which the reviewer has not decided; offsets in code points.

    `kind` is its label, a link's kind, or the choice of a label.
    """

    kind: str
    start: int
    end: int
    words: str
    reason: str
    """`disputed`, or why what was decided cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenArticle:
    """An article that was submitted with marks undecided: it waits at this address."""

    article_id: str
    address: str
    marks: tuple[OpenMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPlan:
    """What the review project says and the latest version does not."""

    title: str
    changes: tuple[ExportedArticle, ...]
    decided: int
    """Those without a task among them."""
    taskless: tuple[str, ...]
    """Decided articles whose review task is gone: what the version holds stays."""
    open: int
    """Articles without a decision, submitted ones with undecided marks among them."""
    begun: int
    """Open articles on which somebody has begun and saved nothing."""
    undecided: tuple[OpenArticle, ...]
    withdrawn: int
    """Articles whose decision the reviewer has deleted."""
    unknown: int
    """Decided articles that the latest version no longer holds."""
    unreadable: tuple[str, ...]
    """Why tasks cannot be read: what the version holds of their articles stays."""
    inferred: int
    """Links of the changed decisions that nobody drew."""
    notes: Mapping[str, int]


@dataclass(slots=True)
class _Submitted:
    """What was submitted for one article, on all of its tasks."""

    annotations: list[Annotation] = field(default_factory=list)
    undecided: dict[str, tuple[Undecided, ...]] = field(default_factory=dict)
    deleted: dict[str, tuple[Link, ...] | None] = field(default_factory=dict)
    begun: bool = False
    task_id: int = 0

    def add(self, found: ReviewedTask) -> None:
        if found.task is None:
            return
        self.annotations += found.task.annotations
        self.undecided |= found.undecided
        self.deleted |= found.task.deleted
        self.begun |= found.task.draft
        if found.task.annotations or not self.task_id:
            self.task_id = found.task_id


def plan_decisions(site: Site) -> DecisionPlan:
    """Read the review project; nothing is written.

    Of the annotations in which everything is decided the one that was changed last counts. Where
    the newest one leaves marks undecided, they are told; the article keeps the decision that it
    has, if it has one, and gets no other. Links are inferred as in everybody's work. Raises
    `StudioError` where there is no review project, `SchemeMismatchError` where its labelling config
    is another one.
    """
    project = find_review(site)
    if project is None:
        raise StudioError(
            f"{site.client.url}: no project is called {review_title(site)!r}",
            hint="make it with: annotate review push",
        )
    check_project(project, site.scheme)
    submitted: dict[ArticleKey, _Submitted] = {}
    articles: dict[ArticleKey, Article] = {}
    unreadable: list[str] = []
    unread: set[str] = set()
    notes: Counter[str] = Counter()
    for found in reviewed_tasks(
        site.client, project.project_id, site.scheme, annotators=site.annotators()
    ):
        if found.task is None:
            unreadable.append(found.problem or "")
            unread.add(found.article_id)
            continue
        submitted.setdefault(found.task.key, _Submitted()).add(found)
        articles[found.task.key] = found.task.article
        notes.update(found.task.notes)
    changes: list[ExportedArticle] = []
    waiting: list[OpenArticle] = []
    decided = withdrawn = unknown = begun = inferred = 0
    with site.versions.index() as index:
        for key in sorted(submitted):
            work, line = submitted[key], index.line(key)
            marks = _open_marks(work, articles[key])
            if marks:
                waiting.append(
                    OpenArticle(
                        article_id=key.article_id,
                        address=site.client.task_url(project.project_id, work.task_id),
                        marks=marks,
                    )
                )
            decision = _decision(work)
            decided += decision is not None
            begun += decision is None and work.begun
            if line is None:
                unknown += decision is not None
                continue
            if decision is None and work.annotations:
                continue  # half decided: what the version holds stays
            others = [a for a in line.annotations if not a.annotation_id.startswith(REVIEWED)]
            withdrawn += decision is None and len(others) < len(line.annotations)
            if decision is not None:
                decision = _completed(site, line, decision, work)
            new = _with(line, [*others, *([decision] if decision else [])])
            if new != line:
                changes.append(new)
                inferred += sum(link.inferred for link in decision.links) if decision else 0
        taskless = sorted(
            line.key.article_id
            for line in index.lines()
            if line.key not in submitted and line.key.article_id not in unread and is_reviewed(line)
        )
    return DecisionPlan(
        title=project.title,
        changes=tuple(changes),
        decided=decided + len(taskless),
        taskless=tuple(taskless),
        open=len(submitted) - decided,
        begun=begun,
        undecided=tuple(waiting),
        withdrawn=withdrawn,
        unknown=unknown,
        unreadable=tuple(unreadable),
        inferred=inferred,
        notes=notes,
    )


def apply_decisions(site: Site, plan: DecisionPlan) -> Version | None:
    """Write a version with the decisions, beside the annotations that they decide about.

    `None` where nothing had changed.
    """
    if not plan.changes:
        return None
    return site.versions.write(
        plan.changes, about={"title": site.settings.project, "review": plan.title}
    )


def is_reviewed(line: ExportedArticle) -> bool:
    """Tell whether a version holds a reviewer's decision about an article."""
    return any(a.annotation_id.startswith(REVIEWED) for a in line.annotations)


def _newest(annotations: Iterable[Annotation]) -> Annotation | None:
    return max(annotations, key=lambda a: (a.updated_at or "", a.annotation_id), default=None)


def _open_marks(work: _Submitted, article: Article) -> tuple[OpenMark, ...]:
    """Return what the annotation that was changed last leaves undecided, as the text goes."""
    last = _newest(work.annotations)
    found = work.undecided.get(last.annotation_id, ()) if last is not None else ()
    return tuple(
        OpenMark(
            kind=mark.kind,
            start=mark.start,
            end=mark.end,
            words=" ".join(article.text[mark.start : mark.end].split()),
            reason=mark.reason,
        )
        for mark in sorted(found, key=lambda mark: (mark.start, -mark.end, mark.kind))
    )


def _decision(work: _Submitted) -> Annotation | None:
    return _newest(a for a in work.annotations if not work.undecided.get(a.annotation_id))


def _completed(
    site: Site, line: ExportedArticle, decision: Annotation, work: _Submitted
) -> Annotation:
    """Return a decision as a version holds it, with the links that structure gives."""
    if site.settings.infer_links:
        from annotate.pipeline.linking import structural_links

        def structure(article: Article, spans: Sequence[Span]) -> tuple[Link, ...]:
            return structural_links(article, spans, aliases=site.settings.aliases)

        alone = replace(line, annotations=(decision,))
        whole, _ = with_inferred(alone, None, work.deleted, site.scheme, structure, {})
        (decision,) = whole.annotations if whole is not None else (decision,)
    digest = hashlib.sha256(f"{decision.article_id}\0{decision.text_sha256}".encode()).hexdigest()
    return replace(
        decision,
        annotation_id=f"{REVIEWED}{digest[:12]}",
        ground_truth=True,
        prediction_shown=None,  # no model made what the reviewer was shown
    )


def _with(line: ExportedArticle, annotations: Iterable[Annotation]) -> ExportedArticle:
    ordered = sorted(annotations, key=lambda annotation: annotation.annotation_id)
    return replace(line, annotations=tuple(ordered))
