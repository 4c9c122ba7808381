"""Migrate: the embedded server's project moves from SQLite to PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from annotate.errors import StudioError, UsageError
from annotate.labels import LabelScheme
from annotate.studio.client import StudioClient
from annotate.studio.postgresql import PostgresDatabase
from annotate.studio.server import EmbeddedServer
from annotate.workflow.maintenance.restore import apply_restore, plan_restore
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.state.server import EMBEDDED, connect, embedded_server
from annotate.workflow.sync.pull import apply_pull, plan_pull, read_server, require_project
from annotate.workspace import Workspace

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
    workspace: Workspace,
    scheme: LabelScheme,
    database: PostgresDatabase,
    *,
    on_step: Callable[[str], None],
) -> MigrateResult:
    """Pull all work, restore it on a second server, copy the open tasks, and change servers.

    The old server's data is kept beside the new one's; nothing is deleted. Raises `UsageError`
    where a draft is unsaved, and `StudioError` where the new server does not hold the same.
    """
    old_server = embedded_server(workspace)
    if old_server.database() is not None:
        raise UsageError(f"{old_server.directory}: its data is in PostgreSQL already")
    fresh = EmbeddedServer(workspace.state / "studio-new")
    with closing(connect(workspace)) as old:
        on_step("pulling all work")
        plan = plan_pull(workspace, old, scheme, full=True)
        if plan.drafts:
            raise UsageError(
                f"{plan.drafts} tasks have unsaved drafts, which cannot be moved",
                hint="ask the annotators to submit or to discard them",
            )
        apply_pull(workspace, scheme, plan)
        on_step("starting Label Studio on PostgreSQL")
        started = fresh.start(port=workspace.settings.studio.port, database=database)
        login = fresh.credentials()
        if login is None or started.url is None:
            raise StudioError(f"{fresh.credentials_file} is missing")
        with closing(StudioClient(started.url, login.token, identity=_IDENTITY)) as new:
            annotated, open_ = _move(workspace, scheme, old, new, plan.project.project_id, on_step)
    on_step("changing servers")
    fresh.stop()
    old_server.stop()
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    with open_mirror(workspace, EMBEDDED) as mirror:
        mirror.take_over(_IDENTITY)
    kept = workspace.state / f"studio-sqlite-{stamp}"
    old_server.directory.rename(kept)
    fresh.directory.rename(old_server.directory)
    status = embedded_server(workspace).start(port=workspace.settings.studio.port)
    return MigrateResult(annotated=annotated, open=open_, kept=kept, url=status.url or "")


def _move(
    workspace: Workspace,
    scheme: LabelScheme,
    old: StudioClient,
    new: StudioClient,
    old_project: int,
    on_step: Callable[[str], None],
) -> tuple[int, int]:
    on_step("restoring annotated articles")
    restored = apply_restore(workspace, new, scheme, plan_restore(workspace, new))
    if restored.differences:
        raise StudioError(
            f"{restored.differences} articles are not the same on the new server; "
            "the old one goes on as before"
        )
    on_step("copying open tasks")
    opened = 0
    with open_mirror(workspace, new.identity) as mirror:
        project = require_project(workspace, new, mirror)
        tasks = (
            _as_import(task) for task in _untouched(old, old_project) if not _there(mirror, task)
        )
        while batch := list(islice(tasks, _BATCH)):
            new.import_tasks(project.project_id, batch)
            opened += len(batch)
        shown = old.project(old_project).model_version
        if shown:
            new.set_model_version(project.project_id, shown)
        with read_server(workspace, new, scheme, mirror, project) as (project, _, _):
            if mirror.pending.keys():
                raise StudioError("the new server does not hold the same; the old one goes on")
    return restored.restored + restored.present, opened


def _untouched(client: StudioClient, project_id: int) -> Iterator[Mapping[str, Any]]:
    for task in client.tasks(project_id):
        if not task["annotations"]:
            yield task


def _there(mirror: Mirror, task: Mapping[str, Any]) -> bool:
    data = task["data"]
    return bool(mirror.tasks_of(str(data.get("article_id")), str(data.get("text_sha256"))))


def _as_import(task: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "data": task["data"],
        "predictions": [
            {name: prediction.get(name) for name in ("model_version", "score", "result")}
            for prediction in task["predictions"]
        ],
    }
