"""Pull: what people did on the server becomes a new export version, if anything changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from annotate.errors import PullStoppedError
from annotate.exports.difference import ArticleChange, difference
from annotate.exports.lines import ExportedArticle, Tombstone
from annotate.exports.manifests import Version
from annotate.origins import KEPT
from annotate.records import ArticleKey
from annotate.studio.client import Project
from annotate.workflow.mirror.composing import reading_fingerprint
from annotate.workflow.mirror.inferring import inferred_links
from annotate.workflow.mirror.project import require_project
from annotate.workflow.mirror.reading import OnTask, Reading, read_server
from annotate.workflow.mirror.site import Site
from annotate.workflow.sync.base import foreign_project, heal_version, require_versions, vanished

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
    replaced_annotations: int
    """Those of them whose number another annotation has now."""
    inferred: int
    """Links that nobody drew and the latest version lacks: they follow from the spans."""
    held_articles: int
    other_heads: tuple[str, ...]
    """Names of versions that the latest one did not grow from: `exports merge` joins them."""
    foreign_versions: str | None
    """The project from which the latest version was pulled, where it is another one."""
    beside: tuple[str, ...]
    """Directories with versions of other projects, named before the first version is written."""
    onto: Version | None
    """What stands for the latest version, which is damaged: the parts of it that are whole."""
    lost_parts: tuple[str, ...]
    """What is wrong with its other parts: what they said and the server does not is lost."""
    vanished: bool
    """The version that this workspace knew last is not among the versions any more."""
    held_in_lost: tuple[str, ...]
    """Where parts are lost or a version has vanished: articles on which it had the last word."""
    gone_with_lost: tuple[str, ...]
    """Those of them that neither the other parts nor the server have."""
    damaged: tuple[str, ...] = ()
    """What is wrong with the latest version, where nothing is to be built on it."""
    stop: PullStoppedError | None = None
    """Why no version can be written: more human work would go than a slip explains."""


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
    heal: bool = False,
    on_task: OnTask | None = None,
) -> PullPlan:
    """Read what changed on the server and compare it with the latest version.

    What was read is kept in the workspace; no version is written. `full` reads every task again.
    `heal` builds on those parts of a damaged latest version that are whole, and reads every task.
    A plan says also what stops it (`stop`), unless `accept_removals`.
    Raises `StudioError` where there is no project or the server's lists are not as long as it says,
    `DamagedExportError` where a part of the latest version is damaged and something would be built
    on it, unless `heal`, and `PullStoppedError` where an older copy of the server was put back,
    unless `full` and `accept_removals`, or where no version is left, unless `accept_removals`.
    """
    project = require_project(site)
    onto, lost = heal_version(site) if heal else (None, ())
    if onto is None:
        require_versions(site, accept_removals=accept_removals)
    full = full or onto is not None
    gone = onto is None and vanished(site, project)
    held = site.versions.remembered(onto or site.versions.latest()) if onto or gone else []
    reading = read_server(
        site,
        project,
        full=full,
        allow_older=full and accept_removals,
        onto=onto,
        on_task=on_task,
    )
    plan = _plan(site, reading, onto=onto, lost_parts=lost, vanished=gone, held_in_lost=held)
    latest = site.versions.latest() if onto is None else None
    if latest is not None and plan.changed:
        site.versions.store.require_whole(latest)
    elif latest is not None:
        damaged = tuple(site.versions.store.damaged_parts(latest).values())
        plan = replace(plan, damaged=damaged)
    return plan if accept_removals else replace(plan, stop=_removals(plan))


def _removals(plan: PullPlan) -> PullStoppedError | None:
    """Return why more human work would go than a slip explains, `None` where it would not."""
    older = "older versions stay as they are either way"
    if plan.foreign_versions and (plan.removed_articles or plan.removed_annotations):
        return PullStoppedError(
            f"the versions here were pulled from {plan.foreign_versions}, and this workspace pulls "
            f"from project {plan.project.project_id} ({plan.project.title!r}), which lacks "
            f"{plan.removed_annotations} of their annotations; nothing was written",
            hint="set studio.project_id, or give this project a directory of its own (project: in "
            f"annotate.yaml); if it takes the other one's place: annotate pull --accept-removals; "
            f"{older}",
        )
    if plan.replaced_annotations:
        return PullStoppedError(
            f"{plan.replaced_annotations} annotations of the latest version are other ones on the "
            "server now, under the same numbers: an older copy of it seems to have been put back "
            "and worked on; nothing was written",
            hint="annotate pull --dry-run names the articles; if this is meant: annotate pull "
            f"--accept-removals; {older}",
        )
    many = plan.removed_articles > max(1.0, MAX_REMOVED_SHARE * plan.held_articles)
    if many or plan.removed_annotations >= MAX_REMOVED_ANNOTATIONS:
        return PullStoppedError(
            f"the server no longer has {plan.removed_articles} of {plan.held_articles} annotated "
            f"articles and {plan.removed_annotations} annotations of the latest version; "
            "nothing was written",
            hint=f"if this is meant: annotate pull --accept-removals; {older}",
        )
    return None


def apply_pull(site: Site, plan: PullPlan) -> PullResult:
    """Write a new version if and only if something changed; raises what the plan says stops it."""
    if plan.stop is not None:
        raise plan.stop
    if not plan.changed and plan.onto is None:
        return PullResult(version=None, plan=plan)
    version = site.versions.write(
        site.mirror.pending.lines(),
        about={
            "title": plan.project.title,
            "id": plan.project.project_id,
            "created_at": plan.project.created_at,
        },
        watermark=plan.watermark,
        reading=reading_fingerprint(site),
        onto=plan.onto,
    )
    with site.mirror.transaction():
        site.mirror.pending.forget()
        site.mirror.progress.set_base([sha256 for sha256, _ in version.parts])
    return PullResult(version=version, plan=plan)


def _plan(
    site: Site,
    reading: Reading,
    *,
    onto: Version | None,
    lost_parts: tuple[str, ...],
    vanished: bool,
    held_in_lost: Sequence[ArticleKey],
) -> PullPlan:
    mirror = site.mirror
    changed = removed_articles = removed_annotations = replaced = inferred = 0
    described: list[ArticleChange] = []
    with site.versions.index(onto) as index:
        for line in mirror.pending.lines():
            changed += 1
            held = index.line(line.key)
            new = line if isinstance(line, ExportedArticle) else None
            gone, others = _removed(held, new)
            removed_annotations, replaced = removed_annotations + gone, replaced + others
            inferred += len(inferred_links(new) - inferred_links(held))
            removed_articles += held is not None and isinstance(line, Tombstone)
            if len(described) < DESCRIBED:
                described += difference(
                    {} if held is None else {line.key: held}, {} if new is None else {line.key: new}
                )
        held_articles = index.count()
        changing = mirror.pending.keys()
        nowhere = [key for key in held_in_lost if key not in changing and index.line(key) is None]
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
        replaced_annotations=replaced,
        inferred=inferred,
        held_articles=held_articles,
        other_heads=tuple(head.name for head in site.versions.other_heads()),
        foreign_versions=foreign_project(site, reading.project, onto),
        beside=() if held_articles else tuple(site.workspace.other_exports()),
        onto=onto,
        lost_parts=lost_parts,
        held_in_lost=tuple(key.article_id for key in held_in_lost),
        gone_with_lost=tuple(key.article_id for key in nowhere),
        vanished=vanished,
    )


def _removed(held: ExportedArticle | None, new: ExportedArticle | None) -> tuple[int, int]:
    """Count what of `held` the server no longer has, and of that, what is another one there now.

    A server that was put back counts on from an older number, so that a number is given again; the
    time of creation tells.
    """
    if held is None:
        return 0, 0
    there = {a.annotation_id: a.created_at for a in new.annotations} if new else {}
    theirs = [a for a in held.annotations if not a.annotation_id.startswith(KEPT)]
    replaced = sum(there.get(a.annotation_id, a.created_at) != a.created_at for a in theirs)
    return sum(a.annotation_id not in there for a in theirs) + replaced, replaced
