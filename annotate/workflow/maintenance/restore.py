"""Restore: an export version becomes a project on an empty server, with everybody's work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from annotate.errors import StudioNotSentError, StudioUnreachableError, UsageError
from annotate.exports.index import FoldIndex
from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.origins import KEPT
from annotate.studio.client import Project
from annotate.studio.copying import holds_other_tasks
from annotate.studio.instructions import instruction_html
from annotate.studio.restored import restored_task
from annotate.workflow.mirror.project import check_project
from annotate.workflow.mirror.reading import read_server
from annotate.workflow.mirror.sending import OnWait, send, wait_for
from annotate.workflow.mirror.site import Site

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


def plan_restore(site: Site, *, export: str | None = None) -> RestorePlan:
    """Look what an export version holds and whether the server has room for it.

    Raises `UnknownExportError`, `DamagedExportError`, and `UsageError` where the server has a
    project of that title with other tasks.
    """
    client = site.client
    version = site.versions.find(export)
    title = site.settings.project
    project = None
    for found in client.projects():
        if found.title == title:
            if holds_other_tasks(client, found.project_id, version=version.id):
                raise UsageError(
                    f"{client.url} has a project {title!r} (id {found.project_id}) with "
                    f"{found.tasks} tasks: a restore needs an empty server, or another title",
                    hint="set another project title in annotate.yaml, or rename that project",
                )
            project = found
    articles = annotations = 0
    people: set[str] = set()
    with site.versions.index_of(version) as index:
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
        absent=tuple(sorted(people - site.people.addresses(client.users()).keys())),
    )


def apply_restore(
    site: Site,
    plan: RestorePlan,
    *,
    on_restored: Callable[[int], None] | None = None,
    on_wait: OnWait | None = None,
) -> RestoreResult:
    """Make the project, import every annotated article, and compare it with the version.

    An interrupted restore goes on from where it ended. The workspace follows the new project from
    then on.
    """
    client, mirror = site.client, site.mirror
    users = site.people.addresses(client.users())
    restored = 0
    project = plan.project or client.create_project(
        plan.title, site.workspace.label_config(), instruction_html(site.workspace.guidelines())
    )
    check_project(project, site.scheme)
    read_server(site, project)
    if doubtful := mirror.journal.unanswered_articles():
        wait_for(site, project, doubtful, on_wait)
    with site.versions.index_of(plan.version) as index:
        missing = (line for line in _lines(index) if not mirror.tasks.of(line.key))
        while batch := list(islice(missing, BATCH)):
            _import(site, project, plan.version, batch, users)
            restored += len(batch)
            if on_restored is not None:
                on_restored(len(batch))
    read_server(site, project)
    return RestoreResult(
        project_id=project.project_id,
        restored=restored,
        present=plan.articles - restored,
        differences=len(mirror.pending.keys()),
    )


def _import(
    site: Site,
    project: Project,
    version: Version,
    batch: list[ExportedArticle],
    users: dict[str, str],
) -> None:
    tasks = [
        restored_task(
            line.article,
            line.annotations,
            site.scheme,
            group=line.group,
            split=line.split,
            skipped=line.skipped,
            version=version.id,
            users=users,
        )
        for line in batch
    ]
    project_tasks = site.tasks(project.project_id)
    try:
        send(
            site,
            "tasks",
            lambda: project_tasks.import_tasks(tasks),
            keys=[task.key for task in tasks],
        )
    except StudioNotSentError:
        raise
    except StudioUnreachableError as error:
        raise StudioUnreachableError(
            error.message, hint="run the same command again: it goes on from there"
        ) from None


def _lines(index: FoldIndex) -> Iterator[ExportedArticle]:
    """Yield what a server once had, without what came from files."""
    for line in index.lines():
        own = tuple(a for a in line.annotations if not a.annotation_id.startswith(KEPT))
        if own or line.skipped:
            yield replace(line, annotations=own)
