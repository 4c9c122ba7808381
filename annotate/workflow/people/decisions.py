"""The reviewers' decisions become ground truth in the next export version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from annotate.errors import StudioError
from annotate.exports.lines import REVIEWED, ExportedArticle
from annotate.exports.manifests import Version
from annotate.records import Annotation, ArticleKey
from annotate.workflow.mirror.project import check_project, find_review, review_title
from annotate.workflow.mirror.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPlan:
    """What the review project says and the latest version does not."""

    title: str
    changes: tuple[ExportedArticle, ...]
    decided: int
    open: int
    withdrawn: int
    """Articles whose decision the reviewer has deleted."""
    unknown: int
    """Decided articles that the latest version no longer holds."""


def plan_decisions(site: Site) -> DecisionPlan:
    """Read the review project; nothing is written.

    The annotation that was changed last decides. Raises `StudioError` where there is no review
    project, `SchemeMismatchError` where its labelling config is another one.
    """
    project = find_review(site)
    if project is None:
        raise StudioError(
            f"{site.client.url}: no project is called {review_title(site)!r}",
            hint="make it with: annotate review push",
        )
    check_project(project, site.scheme)
    submitted: dict[ArticleKey, list[Annotation]] = {}
    for found in site.tasks(project.project_id, annotators=site.annotators()).all():
        if found.ours is not None:
            submitted.setdefault(found.ours.key, []).extend(found.ours.annotations)
    changes: list[ExportedArticle] = []
    decided = withdrawn = unknown = 0
    with site.versions.index() as index:
        for article in sorted(submitted):
            decision = _decision(submitted[article])
            line = index.line(article)
            decided += decision is not None
            if line is None:
                unknown += decision is not None
                continue
            others = [a for a in line.annotations if not a.annotation_id.startswith(REVIEWED)]
            withdrawn += decision is None and len(others) < len(line.annotations)
            new = _with(line, [*others, *([decision] if decision else [])])
            if new != line:
                changes.append(new)
    return DecisionPlan(
        title=project.title,
        changes=tuple(changes),
        decided=decided,
        open=len(submitted) - decided,
        withdrawn=withdrawn,
        unknown=unknown,
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


def _decision(submitted: Iterable[Annotation]) -> Annotation | None:
    last = max(submitted, key=lambda a: (a.updated_at or "", a.annotation_id), default=None)
    if last is None:
        return None
    digest = hashlib.sha256(f"{last.article_id}\0{last.text_sha256}".encode()).hexdigest()
    return replace(
        last,
        annotation_id=f"{REVIEWED}{digest[:12]}",
        ground_truth=True,
        prediction_shown=None,  # no model made what the reviewer was shown
    )


def _with(line: ExportedArticle, annotations: Iterable[Annotation]) -> ExportedArticle:
    ordered = sorted(annotations, key=lambda annotation: annotation.annotation_id)
    return replace(line, annotations=tuple(ordered))
