"""Status: where the work stands and what a sync would do, without changing anything.

What a sync would do is found out by the sync's own planners, on copies in memory of what the
workspace knows: so the status says what `annotate sync` would do, or why it would stop.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate.articles.reading import ReadArticles
from annotate.errors import AnnotateError
from annotate.pipeline.registry import Model
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.mirror.project import find_project, same_title
from annotate.workflow.mirror.reading import OnTask
from annotate.workflow.mirror.site import Site
from annotate.workflow.state.context import Context
from annotate.workflow.state.server import connect, server_identity
from annotate.workflow.state.versions import Versions
from annotate.workflow.sync.sync import SyncPlan, plan_sync

if TYPE_CHECKING:  # importing the SDK takes more than a second
    from annotate.studio.client import StudioClient


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStatus:
    """How many tasks of this workspace's articles are in which state."""

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
class Status:
    """Everything that `annotate status` tells."""

    read: ReadArticles | None
    """The articles; `None` where they cannot be read, which stops a sync."""
    model: str | None
    """Model in use; `None` where it cannot be found, which stops a sync."""
    asks: str | None
    """Host that it asks for predictions, where it asks anybody."""
    without_predictions: str | None
    """Where no model is in use: why, and what follows from it."""
    shown: str | None
    """Model version whose predictions annotators see."""
    server: str
    """The server's address, or why it cannot be reached."""
    reachable: bool
    project_id: int | None
    work: WorkStatus
    as_of: str | None
    """When the work was looked at, if not now (UTC); `never` before the first pull."""
    plan: SyncPlan | None
    """What `annotate sync` would do; `None` where it would stop before it could tell."""
    stop: AnnotateError | None
    """Why it would stop."""
    versions: int
    latest: str | None
    exports: str
    """`whole`, `none yet`, or what is wrong with the newest version."""
    twins: tuple[int, ...]
    """Other projects of this title on the server."""
    other_heads: tuple[str, ...]
    """Versions that the latest one did not grow from."""
    beside: tuple[str, ...]
    """Directories with versions of other projects."""
    disk_free: int
    """Bytes."""

    @property
    def well(self) -> bool:
        """Whether a sync would come to its end, and the newest version is whole."""
        return self.stop is None and self.exports in ("whole", "none yet")


@dataclass(slots=True, kw_only=True)
class _Found:
    """What was found so far; whoever stops leaves the rest as it is."""

    told: str = ""
    reachable: bool = False
    now: bool = False
    read: ReadArticles | None = None
    model: Model | None = None
    shown: str | None = None
    project_id: int | None = None
    twins: tuple[int, ...] = ()
    plan: SyncPlan | None = None
    stop: AnnotateError | None = field(default=None)


def read_status(
    context: Context,
    *,
    url: str | None = None,
    client: StudioClient | None = None,
    on_task: OnTask | None = None,
) -> Status:
    """Look at workspace and server as a sync would, in the same order; nothing is changed.

    Where something stops it, the work is told as of the last pull. `on_task` is called with (tasks
    read, tasks to read); `client` is one that is connected already. Raises only what is wrong with
    the files of the workspace's own state.
    """
    found = _Found()
    with ExitStack() as stack:
        mirror: Mirror | None = None
        try:
            found.read = context.articles()
        except AnnotateError as error:
            found.stop = error
        try:
            if client is None:
                client = connect(context.workspace, url=url)
                stack.callback(client.close)
            found.told, found.reachable = client.url, True
            mirror = stack.enter_context(
                open_mirror(context.workspace.state, client.identity, on_trial=True)
            )
            _ask(Site(context.workspace, client, mirror, on_trial=True), found, on_task)
        except AnnotateError as error:
            found.stop = found.stop or error
            found.told = found.told or str(error)
        if mirror is None:
            identity = server_identity(context.workspace, url)
            mirror = stack.enter_context(
                open_mirror(context.workspace.state, identity, on_trial=True)
            )
        return _status(context, mirror, found)


def _ask(site: Site, found: _Found, on_task: OnTask | None) -> None:
    model = site.models.in_use()
    found.model = model
    project = find_project(site)
    if project is not None:
        found.project_id, found.shown = project.project_id, project.model_version
        alike = (other.project_id for other in same_title(site))
        found.twins = tuple(sorted(id_ for id_ in alike if id_ != project.project_id))
    if found.read is None:
        return
    found.plan = plan_sync(
        site, found.read.articles, model, same_text=found.read.same_text, on_task=on_task
    )
    found.now = True
    found.stop = found.plan.stop


def _status(context: Context, mirror: Mirror, found: _Found) -> Status:
    if found.model is None:
        try:
            found.model = context.models.in_use()
        except AnnotateError as error:
            found.stop = found.stop or error
    latest, exports = _exports(context.versions)
    states = mirror.tasks.states()
    _, passed = mirror.progress.passes()
    return Status(
        read=found.read,
        model=None if found.model is None else found.model.version,
        asks=None if found.model is None else found.model.asks,
        without_predictions=None if found.model is None else found.model.without_predictions(),
        shown=found.shown,
        server=found.told,
        reachable=found.reachable,
        project_id=found.project_id,
        work=WorkStatus(
            pushed=states.ours,
            blind=states.blind,
            done=states.done,
            skipped=states.skipped,
            in_work=states.in_work,
            open=states.open,
            foreign=states.foreign,
            by_model=mirror.tasks.by_model(),
        ),
        as_of=None if found.now else passed.isoformat(timespec="seconds") if passed else "never",
        plan=found.plan,
        stop=found.stop,
        versions=len(context.versions.store.manifests.names()),
        latest=latest,
        exports=exports,
        twins=found.twins,
        other_heads=tuple(head.name for head in context.versions.other_heads()),
        beside=tuple(context.workspace.other_exports()),
        disk_free=shutil.disk_usage(context.workspace.root).free,
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
