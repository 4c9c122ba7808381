"""Restore: an export version becomes a project on an empty server, with everybody's work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from annotate.errors import (
    StudioNotSentError,
    StudioRefusedError,
    StudioUnreachableError,
    UsageError,
)
from annotate.exports.index import FoldIndex
from annotate.exports.lines import KEPT, ExportedArticle
from annotate.exports.pseudonyms import load_or_create_key, pseudonym
from annotate.exports.store import ExportStore, Version
from annotate.labels import LabelScheme
from annotate.studio.client import Project, StudioClient
from annotate.studio.instructions import instruction_html
from annotate.studio.restored import build_restored_task
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.mirror.project import check_project
from annotate.workflow.sync.pull import read_server
from annotate.workflow.sync.push import OnWait, unanswered, wait_for
from annotate.workspace import Workspace

BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePlan:
    """What a restore would do; nothing has been written yet."""

    version: Version
    title: str
    project: Project | None
    """A project that an interrupted restore of the same version began, else `None`."""
    articles: int
    annotations: int
    adopted: int
    """Annotations that came from files: no server ever had them, and they stay in the export."""
    absent: tuple[str, ...]
    """Pseudonyms of annotators who have no account there; their work is kept in their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreResult:
    """What a restore did; `differences` are article revisions that a pull would still change."""

    project_id: int
    restored: int
    present: int
    differences: int


def plan_restore(
    workspace: Workspace, client: StudioClient, *, export: str | None = None
) -> RestorePlan:
    """Look what an export version holds and whether the server has room for it.

    Raises `UnknownExportError`, `DamagedExportError`, and `UsageError` where the server has a
    project of that title with other tasks.
    """
    store = ExportStore(workspace.exports)
    version = store.find(export)
    title = workspace.settings.project
    project = None
    for found in client.projects():
        if found.title == title:
            for task in islice(client.tasks(found.project_id), 1):
                if (task["data"].get("restored") or {}).get("version") != version.id:
                    raise UsageError(
                        f"{client.url} has a project {title!r} (id {found.project_id}) with "
                        f"{found.tasks} tasks: a restore needs an empty server, or another title",
                        hint="set another project title in annotate.yaml, or rename that project",
                    )
            project = found
    articles = annotations = adopted = 0
    people: set[str] = set()
    with store.index(version, None) as index:
        for line in _lines(index):
            articles += 1
            annotations += len(line.annotations)
            people |= {annotation.annotator for annotation in line.annotations}
        adopted = index.counts().annotations - annotations
    return RestorePlan(
        version=version,
        title=title,
        project=project,
        articles=articles,
        annotations=annotations,
        adopted=adopted,
        absent=tuple(sorted(people - _users(workspace, client).keys())),
    )


def apply_restore(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    plan: RestorePlan,
    *,
    on_restored: Callable[[int], None] | None = None,
    on_wait: OnWait | None = None,
) -> RestoreResult:
    """Make the project, import every annotated article, and compare it with the version.

    An interrupted restore goes on from where it ended. The workspace follows the new project from
    then on.
    """
    users = _users(workspace, client)
    store = ExportStore(workspace.exports)
    restored = present = 0
    with open_mirror(workspace, client.identity) as mirror:
        project = plan.project or client.create_project(
            plan.title, workspace.label_config(), instruction_html(workspace.guidelines())
        )
        check_project(project, scheme)
        with read_server(workspace, client, scheme, mirror, project):
            pass
        if doubtful := unanswered(mirror):
            wait_for(workspace, client, scheme, mirror, project, doubtful, on_wait)
        with store.index(plan.version, None) as index:
            missing = (line for line in _lines(index) if not mirror.tasks_of(*line.key))
            while batch := list(islice(missing, BATCH)):
                _import(client, mirror, scheme, project, plan.version, batch, users)
                restored += len(batch)
                if on_restored is not None:
                    on_restored(len(batch))
        present = plan.articles - restored
        with read_server(workspace, client, scheme, mirror, project) as (project, _, _):
            differences = len(mirror.pending.keys())
    return RestoreResult(
        project_id=project.project_id,
        restored=restored,
        present=present,
        differences=differences,
    )


def _import(
    client: StudioClient,
    mirror: Mirror,
    scheme: LabelScheme,
    project: Project,
    version: Version,
    batch: list[ExportedArticle],
    users: dict[str, str],
) -> None:
    tasks = [
        build_restored_task(
            line.article,
            line.annotations,
            scheme,
            group=line.group,
            split=line.split,
            skipped=line.skipped,
            version=version.id,
            users=users,
        )
        for line in batch
    ]
    number = mirror.journal.open("tasks", client.clock, keys=[line.key for line in batch])
    try:
        client.import_tasks(project.project_id, tasks)
    except (StudioRefusedError, StudioNotSentError):
        mirror.journal.close(number)
        raise
    except StudioUnreachableError as error:
        raise StudioUnreachableError(
            error.message, hint="run the same command again: it goes on from there"
        ) from None
    with mirror.transaction():
        mirror.journal.close(number)


def _lines(index: FoldIndex) -> Iterator[ExportedArticle]:
    """Yield what a server once had, without what came from files."""
    for line in index.lines():
        own = tuple(a for a in line.annotations if not a.annotation_id.startswith(KEPT))
        if own or line.skipped:
            yield replace(line, annotations=own)


def _users(workspace: Workspace, client: StudioClient) -> dict[str, str]:
    """Return the e-mail addresses of the server's users by their pseudonyms."""
    key = load_or_create_key(workspace.state / "pseudonym.key")
    return {pseudonym(email, key=key): email for email in client.users().values()}
