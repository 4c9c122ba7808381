"""Pull: what people did on the server becomes a new export version, if anything changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotate.errors import PullStoppedError
from annotate.exports.difference import ArticleChange, difference
from annotate.exports.lines import KEPT, ExportedArticle, Tombstone
from annotate.exports.store import Version
from annotate.studio.client import Project
from annotate.workflow.mirror.project import require_project
from annotate.workflow.mirror.reading import OnTask, Reading, read_server
from annotate.workflow.mirror.site import Site

MAX_REMOVED_SHARE = 0.01
MAX_REMOVED_ANNOTATIONS = 20
DESCRIBED = 1000
"""Changed articles that a plan describes one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullPlan:
    """What the server holds, and what of it the latest version does not."""

    project: Project
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
    healed: bool
    """Whether all tasks were read again: the server's counts did not fit what it listed."""
    notes: Mapping[str, int]
    unreadable: Mapping[int, str]
    """Tasks of ours that cannot be read, and why; what versions hold of them stays."""
    removed_articles: int
    removed_annotations: int
    held_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PullResult:
    """What a pull did; `version` is `None` where nothing had changed."""

    version: Version | None
    plan: PullPlan


def plan_pull(
    site: Site,
    *,
    full: bool = False,
    accept_removals: bool = False,
    on_task: OnTask | None = None,
) -> PullPlan:
    """Read what changed on the server and compare it with the latest version.

    What was read is kept in the workspace; no version is written. `full` reads every task again.
    Raises `StudioError` where there is no project or the server's lists are not as long as it says,
    and `PullStoppedError` where an older copy of the server was put back, unless `full` and
    `accept_removals`.
    """
    reading = read_server(
        site,
        require_project(site),
        full=full,
        allow_older=full and accept_removals,
        on_task=on_task,
    )
    return _plan(site, reading)


def apply_pull(site: Site, plan: PullPlan, *, accept_removals: bool = False) -> PullResult:
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
    version = site.versions.write(
        site.mirror.pending.lines(),
        about={"title": plan.project.title, "id": plan.project.project_id},
        watermark=plan.watermark,
    )
    with site.mirror.transaction():
        site.mirror.pending.forget()
        site.mirror.progress.set_base([sha256 for sha256, _ in version.parts])
    return PullResult(version=version, plan=plan)


def _plan(site: Site, reading: Reading) -> PullPlan:
    mirror = site.mirror
    changed = removed_articles = removed_annotations = 0
    described: list[ArticleChange] = []
    with site.versions.index() as index:
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
        held_articles = index.count()
    totals, states = mirror.tasks.totals(), mirror.tasks.states()
    newest = mirror.tasks.newest()
    return PullPlan(
        project=reading.project,
        changed=changed,
        described=tuple(described),
        tasks=totals.tasks,
        foreign=states.foreign,
        annotations=totals.annotations,
        skipped=totals.skipped,
        drafts=states.drafts,
        duplicates=len(mirror.tasks.duplicates()),
        watermark=newest.isoformat() if newest else None,
        read=reading.read,
        swept=reading.swept,
        clock_ran_back=reading.clock_ran_back,
        healed=reading.healed,
        notes=dict(reading.notes),
        unreadable={task.task_id: task.problem or "" for task in mirror.tasks.unreadable()},
        removed_articles=removed_articles,
        removed_annotations=removed_annotations,
        held_articles=held_articles,
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
