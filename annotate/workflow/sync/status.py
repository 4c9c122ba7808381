"""Status: where the work stands and what a sync would do, without changing anything."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from annotate.errors import AnnotateError
from annotate.exports.store import ExportStore
from annotate.pipeline.registry import Model
from annotate.studio.client import Project, StudioClient
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.mirror.project import find_project
from annotate.workflow.mirror.reading import totals_of
from annotate.workflow.state.server import EMBEDDED
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStatus:
    """How many tasks of this workspace's articles are in which state, as last read."""

    pushed: int
    blind: int
    done: int
    skipped: int
    in_work: int
    open: int
    foreign: int
    by_model: Mapping[str, int]
    """Tasks by the newest model version that pre-labelled them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSync:
    """What `annotate sync` would do now."""

    changed: int
    """Tasks that were touched on the server since the last pull."""
    vanished: int
    """By how many tasks the server has fewer, or (negative) more, than is known."""
    pending: int
    """Articles that were read and are not yet in a version."""
    new: int
    revisions: int
    stale: int
    """Open tasks that lack the predictions of the model in use."""
    unanswered: int
    """Articles that were sent and not answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything that `annotate status` tells; a part that cannot be had is an error's message."""

    articles: int
    model: str
    shown: str | None
    """Model version whose predictions annotators see."""
    server: str
    """The server's address, or why it cannot be reached."""
    reachable: bool
    project_id: int | None
    work: WorkStatus
    next: NextSync
    versions: int
    latest: str | None
    exports: str
    """`whole`, or what is wrong with the newest version."""
    disk_free: int
    """Bytes."""


def read_status(
    workspace: Workspace,
    client: StudioClient | AnnotateError,
    hashes: Mapping[str, str],
    model: Model,
) -> Status:
    """Look at workspace and server; `client` is why there is none where it cannot be reached.

    `hashes` are those of the workspace's articles, by id.
    """
    if isinstance(client, StudioClient):
        identity = client.identity
    else:  # what is known of the server still tells something
        identity = (workspace.settings.studio.url or EMBEDDED).rstrip("/")
    with open_mirror(workspace, identity, read_only=True) as mirror:
        project = None
        changed = vanished = 0
        server, reachable = str(client), False
        if isinstance(client, StudioClient):
            server = client.url
            try:
                project = find_project(workspace, client, mirror)
                reachable = True
            except AnnotateError as error:
                server = f"{client.url}: {error.message}"
            if project is not None:
                vanished = mirror.totals().tasks - totals_of(project).tasks
                changed = _changed(client, mirror, project)
        new = revisions = 0
        for article_id, text_sha256 in hashes.items():
            known_tasks = mirror.tasks_of(article_id)
            if not known_tasks:
                new += 1
            elif all(task.text_sha256 != text_sha256 for task in known_tasks):
                revisions += 1
        unanswered = {key for batch in mirror.journal.batches("tasks") for key in batch.keys}
        upcoming = NextSync(
            changed=changed,
            vanished=vanished,
            pending=len(mirror.pending.keys()),
            new=new,
            revisions=revisions,
            stale=mirror.count_untouched(model.version),
            unanswered=len(unanswered),
        )
        work = _work(mirror)
    store = ExportStore(workspace.exports)
    latest, exports = _exports(store)
    return Status(
        articles=len(hashes),
        model=model.version,
        shown=project.model_version if project else None,
        server=server,
        reachable=reachable,
        project_id=project.project_id if project else None,
        work=work,
        next=upcoming,
        versions=len(store.names()),
        latest=latest,
        exports=exports,
        disk_free=shutil.disk_usage(workspace.root).free,
    )


def _changed(client: StudioClient, mirror: Mirror, project: Project) -> int:
    """Count tasks that were touched after the last one that is known.

    A pull also looks for what was committed late; to tell about the work this is enough.
    """
    newest = mirror.newest()
    if newest is None and totals_of(project)[1:] == (0, 0):
        return 0  # pushed, and nobody has worked since
    changed = 0
    for stamp in client.stamps(project.project_id, since=newest):
        known = mirror.task(stamp.task_id)
        if known is None or (known.updated_at or stamp.updated_at) != stamp.updated_at:
            changed += 1
    return changed


def _work(mirror: Mirror) -> WorkStatus:
    ours = "article_id IS NOT NULL"
    return WorkStatus(
        pushed=mirror.count(ours),
        blind=mirror.count(f"{ours} AND split = 'test'"),
        done=mirror.count(f"{ours} AND annotations > 0"),
        skipped=mirror.count(f"{ours} AND annotations = 0 AND skipped > 0"),
        in_work=mirror.count(f"{ours} AND annotations = 0 AND skipped = 0 AND draft"),
        open=mirror.count(f"{ours} AND annotations = 0 AND skipped = 0 AND NOT draft"),
        foreign=mirror.count("article_id IS NULL"),
        by_model=mirror.by_model(),
    )


def _exports(store: ExportStore) -> tuple[str | None, str]:
    """Return the name of the newest version, and whether manifest and parts are there."""
    try:
        latest = store.latest()
        if latest is None:
            return None, "none yet"
        missing = store.missing_parts(latest)
    except AnnotateError as error:
        return None, error.message
    return latest.name, missing[0] if missing else "whole"
