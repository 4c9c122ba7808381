"""Migrate: the embedded server's project moves from SQLite to PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from annotate.errors import StudioError, UsageError
from annotate.studio.client import Project, StudioClient
from annotate.studio.copying import open_task_copies
from annotate.studio.postgresql import PostgresDatabase
from annotate.studio.server import EmbeddedServer
from annotate.workflow.maintenance.restore import apply_restore, plan_restore
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.mirror.project import require_project
from annotate.workflow.mirror.reading import read_server
from annotate.workflow.mirror.sending import send
from annotate.workflow.mirror.site import Site
from annotate.workflow.state.context import Context
from annotate.workflow.state.server import EMBEDDED, connect, embedded_server
from annotate.workflow.state.switch import Switch, begin_switch, end_switch, read_switch
from annotate.workflow.sync.pull import apply_pull, plan_pull

_BATCH = 100
_IDENTITY = "migrating"  # what the workspace knows of the new server until it takes over


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateResult:
    """What moved; `kept` is where the old server's data stays."""

    annotated: int
    open: int
    kept: Path
    url: str


def migrate(
    context: Context,
    database: PostgresDatabase,
    *,
    leave_others: bool = False,
    on_step: Callable[[str], None],
) -> MigrateResult:
    """Pull all work, restore it on a second server, copy the open tasks, and change servers.

    The old server's data is kept beside the new one's; nothing is deleted. A change of servers that
    was interrupted is finished, and nothing else done. Raises `UsageError` where a draft is
    unsaved, where people worked on tasks that annotate did not push, or in other projects, unless
    `leave_others`, and `StudioError` where the new server does not hold the same.
    """
    workspace = context.workspace
    if (begun := read_switch(workspace)) is not None:
        on_step("changing servers")
        return _switch(context, begun)
    old_server = embedded_server(workspace)
    if old_server.database() is not None:
        raise UsageError(f"{old_server.directory}: its data is in PostgreSQL already")
    fresh = EmbeddedServer(workspace.state / "studio-new")
    port = context.settings.studio.port
    with (
        closing(connect(workspace)) as old_client,
        open_mirror(workspace.state, old_client.identity) as old_mirror,
    ):
        old = Site(workspace, old_client, old_mirror, clock=context.clock)
        on_step("pulling all work")
        plan = plan_pull(old, full=True)
        if plan.drafts:
            raise UsageError(
                f"{plan.drafts} tasks have unsaved drafts, which cannot be moved",
                hint="ask the annotators to submit or to discard them",
            )
        _refuse_what_stays(old, leave_others=leave_others)
        apply_pull(old, plan)
        on_step("starting Label Studio on PostgreSQL")
        started = fresh.start(port=port, database=database)
        login = fresh.credentials()
        if login is None or started.url is None:
            raise StudioError(f"{fresh.credentials_file} is missing")
        with (
            closing(StudioClient(started.url, login.token, identity=_IDENTITY)) as new_client,
            open_mirror(workspace.state, _IDENTITY) as new_mirror,
        ):
            new = Site(workspace, new_client, new_mirror, clock=context.clock)
            annotated, open_ = _move(old, new, plan.project.project_id, on_step)
    on_step("changing servers")
    fresh.stop()
    old_server.stop()
    stamp = context.clock().strftime("%Y%m%d-%H%M%S")
    begun = Switch(kept=f"studio-sqlite-{stamp}", annotated=annotated, open=open_)
    begin_switch(workspace, begun)
    return _switch(context, begun)


def _switch(context: Context, begun: Switch) -> MigrateResult:
    """Put the new server in the old one's place; after a kill anywhere the next run goes on."""
    workspace = context.workspace
    place, fresh = workspace.state / "studio", workspace.state / "studio-new"
    kept = workspace.state / begun.kept
    if place.exists() and fresh.exists():
        place.rename(kept)
    if fresh.exists():
        fresh.rename(place)
    with open_mirror(workspace.state, _IDENTITY) as mirror:
        moved = mirror.progress.project() is not None
    if moved:
        with open_mirror(workspace.state, EMBEDDED) as mirror:
            mirror.take_over(_IDENTITY)
    end_switch(workspace)
    status = embedded_server(workspace).start(port=context.settings.studio.port)
    return MigrateResult(
        annotated=begun.annotated, open=begun.open, kept=kept, url=status.url or ""
    )


def _refuse_what_stays(old: Site, *, leave_others: bool = False) -> None:
    """Refuse to leave people's work behind: what annotate did not push is in no version."""
    tasks = old.mirror.tasks
    foreign = [i for i in tasks.ids(worked_on=True) if (task := tasks.get(i)) and task.key is None]
    if foreign:
        raise UsageError(
            f"people worked on {len(foreign)} tasks that annotate did not push, which cannot be "
            f"moved (the first is task {foreign[0]})",
            hint="export them in Label Studio, to import them on the new server afterwards, and "
            "delete them here",
        )
    if leave_others:
        return
    own = require_project(old).project_id
    others = [p for p in old.client.projects() if p.project_id != own and p.annotations]
    if others:
        raise UsageError(
            f"people worked in other projects on this server ({_named(others)}), which are not "
            "moved",
            hint="take a review's decisions with annotate review pull (on the new server annotate "
            "review push makes open reviews anew); when nothing is missed: --leave-others, their "
            "data stays with the old server's",
        )


def _named(projects: Sequence[Project]) -> str:
    return ", ".join(f"{project.project_id}: {project.title!r}" for project in projects)


def _move(
    old: Site, new: Site, old_project: int, on_step: Callable[[str], None]
) -> tuple[int, int]:
    """Bring everything over; return the numbers of annotated and of open articles."""
    on_step("restoring annotated articles")
    restored = apply_restore(new, plan_restore(new))
    if restored.differences:
        raise StudioError(
            f"{restored.differences} articles are not the same on the new server; "
            "the old one goes on as before"
        )
    on_step("copying open tasks")
    opened = 0
    project = require_project(new)
    missing = (
        task
        for task in open_task_copies(old.client, old_project)
        if not new.mirror.tasks.of(task.key)
    )
    project_tasks = new.tasks(project.project_id)
    while batch := list(islice(missing, _BATCH)):
        send(
            new,
            "tasks",
            partial(project_tasks.import_tasks, batch),
            keys=[task.key for task in batch],
        )
        opened += len(batch)
    shown = old.client.project(old_project).model_version
    if shown:
        new.client.set_model_version(project.project_id, shown)
    read_server(new, project)
    if new.mirror.pending.keys():
        raise StudioError("the new server does not hold the same; the old one goes on")
    return restored.restored + restored.present, opened
