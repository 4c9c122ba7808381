"""Pull: what people did on the server becomes a new export version, if anything changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from annotate.errors import PullStoppedError, StudioError
from annotate.exports.difference import ArticleChange, difference
from annotate.exports.lines import ADOPTED, ExportedArticle, Tombstone
from annotate.exports.pseudonyms import load_or_create_key, pseudonym
from annotate.exports.store import ExportStore, Version
from annotate.labels import LabelScheme
from annotate.studio.client import Project, StudioClient
from annotate.studio.results import StudioTask, is_ours, read_task
from annotate.workflow.push import check_project, find_project
from annotate.workspace import Workspace

MAX_REMOVED_SHARE = 0.01
MAX_REMOVED_ANNOTATIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task that nobody has touched: its predictions may be refreshed."""

    task_id: int
    article_id: str
    text_sha256: str
    blind: bool
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPlan:
    """What the server holds, and what of it the latest version does not."""

    project: Project
    changes: tuple[ExportedArticle | Tombstone, ...]
    described: tuple[ArticleChange, ...]
    tasks: int
    foreign: int
    """Tasks that annotate did not push; they are left alone."""
    annotations: int
    skipped: int
    drafts: int
    open_tasks: tuple[OpenTask, ...]
    watermark: str | None
    notes: Mapping[str, int]
    removed_articles: int
    removed_annotations: int
    held_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PullResult:
    """What a pull did; `version` is `None` where nothing had changed."""

    version: Version | None
    plan: PullPlan


def plan_pull(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    *,
    on_task: Callable[[int, int], None] | None = None,
) -> PullPlan:
    """Read every task of the project and compare it with the latest version.

    `on_task` is called with (tasks read, total). Raises `StudioError` where there is no project,
    or where the server's list is not as long as it says.
    """
    project = find_project(workspace, client)
    if project is None:
        raise StudioError(
            f"{client.url}: no project is called {workspace.settings.project!r}",
            hint="push articles first: annotate push",
        )
    check_project(project, scheme)
    key = load_or_create_key(workspace.state / "pseudonym.key")
    annotators = {user: pseudonym(email, key=key) for user, email in client.users().items()}
    tasks: list[StudioTask] = []
    foreign = read = 0
    for raw, total in client.tasks(project.project_id):
        read += 1
        if is_ours(raw):
            tasks.append(read_task(raw, scheme, annotators=annotators))
        else:
            foreign += 1
        if on_task is not None:
            on_task(read, total)
    store = ExportStore(workspace.exports)
    latest = store.latest()
    held = store.load(latest) if latest else {}
    now = with_adopted(join_tasks(tasks), held)
    changes: list[ExportedArticle | Tombstone] = [
        line for key_, line in now.items() if held.get(key_) != line
    ]
    gone = [key_ for key_ in held if key_ not in now]
    changes += [Tombstone(key_) for key_ in gone]
    notes: Counter[str] = Counter()
    for task in tasks:
        notes.update(task.notes)
    return PullPlan(
        project=project,
        changes=tuple(changes),
        described=tuple(difference(held, now)),
        tasks=read,
        foreign=foreign,
        annotations=sum(len(task.annotations) for task in tasks),
        skipped=sum(task.skipped for task in tasks),
        drafts=sum(task.drafts for task in tasks),
        open_tasks=tuple(
            OpenTask(
                task_id=task.task_id,
                article_id=task.article.article_id,
                text_sha256=task.article.text_sha256,
                blind=task.split == "test",
                models=task.models,
            )
            for task in tasks
            if not task.touched
        ),
        watermark=max((task.updated_at for task in tasks), default=None),
        notes=dict(notes),
        removed_articles=len(gone),
        removed_annotations=_removed_annotations(held, now),
        held_articles=len(held),
    )


def apply_pull(
    workspace: Workspace,
    scheme: LabelScheme,
    plan: PullPlan,
    *,
    accept_removals: bool = False,
) -> PullResult:
    """Write a new version if and only if something changed.

    Raises `PullStoppedError` where more human work would go than a slip explains, unless
    `accept_removals`.
    """
    if not plan.changes:
        return PullResult(version=None, plan=plan)
    many = plan.removed_articles > max(1.0, MAX_REMOVED_SHARE * plan.held_articles)
    if (many or plan.removed_annotations >= MAX_REMOVED_ANNOTATIONS) and not accept_removals:
        raise PullStoppedError(
            f"the server no longer has {plan.removed_articles} of {plan.held_articles} annotated "
            f"articles and {plan.removed_annotations} annotations of the latest version; "
            "nothing was written",
            hint="if this is meant: annotate pull --accept-removals; older versions stay as they "
            "are either way",
        )
    version = ExportStore(workspace.exports).add(
        plan.changes,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        scheme=scheme.fingerprint(),
        label_config_sha256=hashlib.sha256(workspace.label_config().encode()).hexdigest(),
        watermark=plan.watermark,
        project={"title": plan.project.title, "id": plan.project.project_id},
    )
    return PullResult(version=version, plan=plan)


def join_tasks(tasks: list[StudioTask]) -> dict[tuple[str, str], ExportedArticle]:
    """Return a line for every article revision that somebody has worked on.

    Annotations of several tasks of one revision are kept together.
    """
    grouped: dict[tuple[str, str], list[StudioTask]] = {}
    for task in tasks:
        if task.annotations or task.skipped:
            key = (task.article.article_id, task.article.text_sha256)
            grouped.setdefault(key, []).append(task)
    return {
        key: ExportedArticle(
            article=group[0].article,
            annotations=tuple(
                sorted(
                    (annotation for task in group for annotation in task.annotations),
                    key=lambda annotation: annotation.annotation_id,
                )
            ),
            group=group[0].group,
            split=group[0].split,
            blind=group[0].split == "test",
            tasks=tuple(sorted(task.task_id for task in group)),
            skipped=sum(task.skipped for task in group),
        )
        for key, group in sorted(grouped.items())
    }


def with_adopted(
    now: Mapping[tuple[str, str], ExportedArticle], held: Mapping[tuple[str, str], ExportedArticle]
) -> dict[tuple[str, str], ExportedArticle]:
    """Return `now` with the annotations that came from files: the server never had them."""
    joined = dict(now)
    for key, line in held.items():
        adopted = tuple(a for a in line.annotations if a.annotation_id.startswith(ADOPTED))
        if adopted:
            ours = joined.get(key, replace(line, annotations=(), tasks=(), skipped=0))
            annotations = sorted((*ours.annotations, *adopted), key=lambda a: a.annotation_id)
            joined[key] = replace(ours, annotations=tuple(annotations))
    return dict(sorted(joined.items()))


def _removed_annotations(
    held: Mapping[tuple[str, str], ExportedArticle], now: Mapping[tuple[str, str], ExportedArticle]
) -> int:
    still = {a.annotation_id for line in now.values() for a in line.annotations}
    before = {a.annotation_id for line in held.values() for a in line.annotations}
    return len(before - still)
