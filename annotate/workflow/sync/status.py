"""Status: where the work stands and what a sync would do, without changing anything."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.articles.reading import ReadArticles
from annotate.errors import AnnotateError, UsageError
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.mirror.project import find_project, totals_of
from annotate.workflow.mirror.site import Site
from annotate.workflow.state.context import Context
from annotate.workflow.state.server import connect, server_identity
from annotate.workflow.state.versions import Versions
from annotate.workflow.sync.refresh import shows_anew

if TYPE_CHECKING:  # importing the SDK takes more than a second
    from annotate.studio.client import Project


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
    moved: int
    """Articles that the server has under another id: a sync tells of them and leaves them."""
    revisions: int
    lacking: int
    """Open tasks that lack the predictions of the model in use."""
    switch: bool
    """Whether annotators would see the model in use, who see another one now."""
    unanswered: int
    """Articles that were sent and not answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything that `annotate status` tells; a part that cannot be had is an error's message."""

    articles: int
    left_out: tuple[str, ...]
    """Why files or lines of the workspace are no articles, one each."""
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

    @property
    def well(self) -> bool:
        """Whether the server can be reached and the newest version, if there is one, is whole."""
        return self.reachable and self.exports in ("whole", "none yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """What the server says; `project` is `None` where there is none or it cannot be reached."""

    told: str
    reachable: bool = False
    project: Project | None = None
    changed: int = 0
    vanished: int = 0


def read_status(context: Context, *, url: str | None = None) -> Status:
    """Look at workspace and server; where that cannot be reached, tell what is known of it.

    Raises only what is wrong with the workspace itself.
    """
    try:
        read = context.articles()
    except UsageError:  # no article files yet
        read = None
    try:
        client = connect(context.workspace, url=url)
    except AnnotateError as error:
        identity = server_identity(context.workspace, url)
        with open_mirror(context.workspace.state, identity, read_only=True) as mirror:
            return _status(context, mirror, read, _Server(told=str(error)))
    with (
        closing(client),
        open_mirror(context.workspace.state, client.identity, read_only=True) as mirror,
    ):
        server = _ask(Site(context.workspace, client, mirror))
        return _status(context, mirror, read, server)


def _ask(site: Site) -> _Server:
    url = site.client.url
    try:
        project = find_project(site)
    except AnnotateError as error:
        return _Server(told=f"{url}: {error.message}")
    if project is None:
        return _Server(told=url, reachable=True)
    return _Server(
        told=url,
        reachable=True,
        project=project,
        changed=_changed(site, project),
        vanished=site.mirror.tasks.totals().tasks - totals_of(project).tasks,
    )


def _changed(site: Site, project: Project) -> int:
    """Count tasks that were touched after the last one that is known.

    A pull also looks for what was committed late; to tell about the work this is enough.
    """
    newest = site.mirror.tasks.newest()
    if newest is None and totals_of(project)[1:] == (0, 0):
        return 0  # pushed, and nobody has worked since
    changed = 0
    for stamp in site.client.stamps(project.project_id, since=newest):
        known = site.mirror.tasks.get(stamp.task_id)
        if known is None or (known.updated_at or stamp.updated_at) != stamp.updated_at:
            changed += 1
    return changed


def _status(context: Context, mirror: Mirror, read: ReadArticles | None, server: _Server) -> Status:
    hashes = read.hashes if read else {}
    model = context.models.in_use().version
    new = moved = revisions = 0
    for article_id, text_sha256 in hashes.items():
        tasks = mirror.tasks.of_article(article_id)
        if not tasks and mirror.tasks.of_text(text_sha256):
            moved += 1
        elif not tasks:
            new += 1
        elif all(task.key != (article_id, text_sha256) for task in tasks):
            revisions += 1
    latest, exports = _exports(context.versions)
    project = server.project
    return Status(
        articles=len(hashes),
        left_out=tuple(item.reason for item in read.left_out) if read else (),
        model=model,
        shown=project.model_version if project else None,
        server=server.told,
        reachable=server.reachable,
        project_id=project.project_id if project else None,
        work=_work(mirror),
        next=NextSync(
            changed=server.changed,
            vanished=server.vanished,
            pending=len(mirror.pending.keys()),
            new=new,
            moved=moved,
            revisions=revisions,
            lacking=mirror.tasks.count_lacking(model),
            switch=project is not None and shows_anew(mirror, project.model_version, model),
            unanswered=len(mirror.journal.unanswered_articles()),
        ),
        versions=len(context.versions.store.manifests.names()),
        latest=latest,
        exports=exports,
        disk_free=shutil.disk_usage(context.workspace.root).free,
    )


def _work(mirror: Mirror) -> WorkStatus:
    states = mirror.tasks.states()
    return WorkStatus(
        pushed=states.ours,
        blind=states.blind,
        done=states.done,
        skipped=states.skipped,
        in_work=states.in_work,
        open=states.open,
        foreign=states.foreign,
        by_model=mirror.tasks.by_model(),
    )


def _exports(versions: Versions) -> tuple[str | None, str]:
    """Return the name of the newest version, and whether its parts are what the manifest says."""
    try:
        latest = versions.latest()
        if latest is None:
            return None, "none yet"
        damaged = list(versions.store.damaged_parts(latest).values())
    except AnnotateError as error:
        return None, error.message
    return latest.name, damaged[0] if damaged else "whole"
