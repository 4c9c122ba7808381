"""Pull: what people did on the server becomes a new export version, if anything changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from annotate.errors import PullStoppedError, StudioError
from annotate.exports.difference import ArticleChange, difference
from annotate.exports.index import FoldIndex
from annotate.exports.lines import KEPT, ExportedArticle, Tombstone
from annotate.exports.pseudonyms import load_or_create_key, pseudonym
from annotate.exports.store import ExportStore, Version
from annotate.labels import LabelScheme
from annotate.studio.client import Project, StudioClient
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.mirror.project import check_project, find_project
from annotate.workflow.mirror.reading import ReadReport, ServerReader
from annotate.workspace import Workspace

MAX_REMOVED_SHARE = 0.01
MAX_REMOVED_ANNOTATIONS = 20
DESCRIBED = 1000
"""Changed articles that a plan describes one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPlan:
    """What the server holds, and what of it the latest version does not."""

    project: Project
    server: str
    changed: int
    """Article revisions of which the latest version says something else, or nothing."""
    described: tuple[ArticleChange, ...]
    """The first of them."""
    tasks: int
    foreign: int
    """Tasks that annotate did not push; they are left alone."""
    annotations: int
    skipped: int
    drafts: int
    duplicates: int
    """Article revisions that have several tasks; their work is joined in the export."""
    watermark: str | None
    read: int
    """Tasks that were read whole."""
    swept: bool
    clock_ran_back: bool
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
    full: bool = False,
    accept_removals: bool = False,
    on_task: Callable[[int, int], None] | None = None,
) -> PullPlan:
    """Read what changed on the server and compare it with the latest version.

    What was read is kept in the workspace; no version is written. `full` reads every task again.
    `on_task` is called with (tasks read, tasks to read). Raises `StudioError` where there is no
    project or the server's lists are not as long as it says, and `PullStoppedError` where an older
    copy of the server was put back, unless `full` and `accept_removals`.
    """
    with open_mirror(workspace, client.identity) as mirror:
        project = require_project(workspace, client, mirror)
        with read_server(
            workspace,
            client,
            scheme,
            mirror,
            project,
            full=full,
            allow_older=full and accept_removals,
            on_task=on_task,
        ) as (project, report, index):
            return _plan(client, project, mirror, index, report)


def require_project(workspace: Workspace, client: StudioClient, mirror: Mirror) -> Project:
    """Return the workspace's project; raises `StudioError` where there is none."""
    project = find_project(workspace, client, mirror)
    if project is None:
        raise StudioError(
            f"{client.url}: no project is called {workspace.settings.project!r}",
            hint="push articles first: annotate push",
        )
    return project


@contextmanager
def read_server(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    mirror: Mirror,
    project: Project,
    *,
    full: bool = False,
    allow_older: bool = False,
    on_task: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[Project, ReadReport, FoldIndex]]:
    """Bring the mirror up to date; the block gets the project as it is now, and the index.

    Raises what `ServerReader.read` raises, and `SchemeMismatchError`.
    """
    check_project(project, scheme)
    mirror.adopt_project(project.project_id, project.created_at)
    key = load_or_create_key(workspace.state / "pseudonym.key")
    annotators = {user: pseudonym(email, key=key) for user, email in client.users().items()}
    store = ExportStore(workspace.exports)
    latest = store.latest()
    with store.index(latest, index_file(workspace)) as index:
        reader = ServerReader(client, mirror, index, scheme, annotators=annotators, on_task=on_task)
        parts = [sha256 for sha256, _ in latest.parts] if latest else []
        project, report = reader.read(project, parts, full=full, allow_older=allow_older)
        yield project, report, index


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
    if not plan.changed:
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
    with open_mirror(workspace, plan.server) as mirror:
        version = ExportStore(workspace.exports).add(
            mirror.pending.lines(),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            scheme=scheme.fingerprint(),
            label_config_sha256=hashlib.sha256(workspace.label_config().encode()).hexdigest(),
            watermark=plan.watermark,
            project={"title": plan.project.title, "id": plan.project.project_id},
            cache=index_file(workspace),
        )
        with mirror.transaction():
            mirror.pending.clear()
            mirror.set_base([sha256 for sha256, _ in version.parts])
    return PullResult(version=version, plan=plan)


def _plan(
    client: StudioClient, project: Project, mirror: Mirror, index: FoldIndex, report: ReadReport
) -> PullPlan:
    changed = removed_articles = removed_annotations = 0
    described: list[ArticleChange] = []
    for line in mirror.pending.lines():
        changed += 1
        held = index.line(line.key)
        new = line if isinstance(line, ExportedArticle) else None
        removed_annotations += _removed(held, new)
        removed_articles += held is not None and isinstance(line, Tombstone)
        if len(described) < DESCRIBED:
            described += difference(
                {} if held is None else {line.key: held}, {} if new is None else {line.key: new}
            )
    totals = mirror.totals()
    newest = mirror.newest()
    return PullPlan(
        project=project,
        server=client.identity,
        changed=changed,
        described=tuple(described),
        tasks=totals.tasks,
        foreign=mirror.count("article_id IS NULL"),
        annotations=totals.annotations,
        skipped=totals.skipped,
        drafts=mirror.count("draft"),
        duplicates=len(mirror.duplicates()),
        watermark=newest.isoformat() if newest else None,
        read=report.read,
        swept=report.swept,
        clock_ran_back=report.clock_ran_back,
        notes=dict(report.notes),
        removed_articles=removed_articles,
        removed_annotations=removed_annotations,
        held_articles=index.count(),
    )


def _removed(held: ExportedArticle | None, new: ExportedArticle | None) -> int:
    if held is None:
        return 0
    still = {a.annotation_id for a in new.annotations} if new else set()
    return sum(
        a.annotation_id not in still
        for a in held.annotations
        if not a.annotation_id.startswith(KEPT)
    )


def index_file(workspace: Workspace) -> Path:
    """Return the file of the index of what the latest version holds."""
    return workspace.state / "exports.sqlite3"
