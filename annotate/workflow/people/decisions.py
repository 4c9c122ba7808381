"""The reviewers' decisions become ground truth in the next export version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from annotate.errors import StudioError
from annotate.exports.lines import REVIEWED, ExportedArticle
from annotate.exports.pseudonyms import load_or_create_key, pseudonym
from annotate.exports.store import ExportStore, Version
from annotate.labels import LabelScheme
from annotate.records import Annotation
from annotate.studio.client import StudioClient
from annotate.studio.results import is_ours, read_task
from annotate.workflow.mirror.journal import Key
from annotate.workflow.mirror.project import check_project
from annotate.workflow.people.review import find_review, review_title
from annotate.workflow.sync.pull import index_file
from annotate.workspace import Workspace


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


def plan_decisions(workspace: Workspace, client: StudioClient, scheme: LabelScheme) -> DecisionPlan:
    """Read the review project; nothing is written.

    The annotation that was changed last decides. Raises `StudioError` where there is no review
    project, `SchemeMismatchError` where its labelling config is another one.
    """
    project = find_review(workspace, client)
    if project is None:
        raise StudioError(
            f"{client.url}: no project is called {review_title(workspace)!r}",
            hint="make it with: annotate review push",
        )
    check_project(project, scheme)
    key = load_or_create_key(workspace.state / "pseudonym.key")
    annotators = {user: pseudonym(email, key=key) for user, email in client.users().items()}
    submitted: dict[Key, list[Annotation]] = {}
    for raw in client.tasks(project.project_id):
        if is_ours(raw):
            task = read_task(raw, scheme, annotators=annotators)
            held = submitted.setdefault((task.article.article_id, task.article.text_sha256), [])
            held += task.annotations
    store = ExportStore(workspace.exports)
    latest = store.latest()
    changes: list[ExportedArticle] = []
    decided = withdrawn = unknown = 0
    with store.index(latest, index_file(workspace)) as index:
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


def apply_decisions(
    workspace: Workspace, scheme: LabelScheme, plan: DecisionPlan
) -> Version | None:
    """Write a version with the decisions, beside the annotations that they decide about.

    `None` where nothing had changed.
    """
    if not plan.changes:
        return None
    store = ExportStore(workspace.exports)
    latest = store.latest()
    return store.add(
        plan.changes,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        scheme=scheme.fingerprint(),
        label_config_sha256=hashlib.sha256(workspace.label_config().encode()).hexdigest(),
        watermark=latest.watermark if latest else None,
        project={"title": workspace.settings.project, "review": plan.title},
        cache=index_file(workspace),
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
