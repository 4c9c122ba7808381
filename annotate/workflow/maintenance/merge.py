"""Merge: two versions that were written apart become one that holds the work of both."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from annotate.exports.lines import ExportedArticle, Tombstone
from annotate.exports.manifests import Version
from annotate.exports.merging import as_adopted, merge_lines
from annotate.records import ArticleKey
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.state.context import Context
from annotate.workflow.state.server import server_identity

_Project = tuple[object, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan:
    """What joining two heads would change; nothing has been written."""

    leading: Version
    """The one that goes on: it is of this workspace's own project and key, or the newest."""
    other: Version
    base: Version | None
    """The newest version that both grew from; `None`: nothing is known to have been removed."""
    own: _Project | None
    """The project whose annotations keep their ids: the next pull finds them there."""
    other_project: bool
    """Whether one side pulled from another project, whose work is kept as that of files."""
    other_key: bool
    """Whether pseudonyms were made with another key there: one person may stand under two."""
    taken: int
    """Articles of which only the other side says something new."""
    removed: int
    """Articles that the other side removed and the leading one left as they were."""
    told: tuple[tuple[str, str], ...]
    """(article id, what had to be chosen) where both sides changed an article."""

    @property
    def joined(self) -> int:
        """Articles that both sides changed."""
        return len({article_id for article_id, _ in self.told})


def plan_merge(context: Context) -> MergePlan | None:
    """Look at two versions that no other one grew from, and at what joining them comes to.

    `None` where there is only one. Raises `DamagedExportError`.
    """
    manifests = context.versions.store.manifests
    pushed_to = _pushed_to(context)
    key = context.people.value()

    def ours(version: Version) -> tuple[bool, bool]:
        return (
            pushed_to is not None and _project(context, version) == pushed_to,
            key is not None and version.people == key,
        )

    heads = sorted(manifests.heads(), key=ours, reverse=True)  # the newest first of equals
    if len(heads) < 2:
        return None
    leading, other = heads[:2]
    base = manifests.common_ancestor(leading, other)
    own = pushed_to or _project(context, leading)
    projects = {_project(context, version) for version in (leading, other)} - {None, own}
    plan = MergePlan(
        leading=leading,
        other=other,
        base=base,
        own=own,
        other_project=bool(projects),
        other_key=None not in (leading.people, other.people) and leading.people != other.people,
        taken=0,
        removed=0,
        told=(),
    )
    return _counted(context, plan)


def apply_merge(context: Context, plan: MergePlan) -> Version:
    """Write the version that joins both; it stands even where nothing changes, for what it joins.

    Raises `DamagedExportError`.
    """
    return context.versions.write(
        (Tombstone(key) if line is None else line for key, line, _ in _changes(context, plan)),
        about={**dict(plan.leading.project), "merged": plan.other.name},
        joins=[plan.other.id],
        onto=plan.leading,
    )


def _counted(context: Context, plan: MergePlan) -> MergePlan:
    taken = removed = 0
    told: list[tuple[str, str]] = []
    for key, line, notes in _changes(context, plan):
        taken += line is not None and not notes
        removed += line is None
        told += [(key.article_id, note) for note in notes]
    return replace(plan, taken=taken, removed=removed, told=tuple(told))


def _changes(
    context: Context, plan: MergePlan
) -> Iterator[tuple[ArticleKey, ExportedArticle | None, tuple[str, ...]]]:
    """Yield (key, line, what had to be chosen) where the merged version is not as the leading."""
    versions = context.versions
    for version in filter(None, (plan.leading, plan.other, plan.base)):
        versions.store.require_whole(version)
    here, there = (
        _project(context, version) in (None, plan.own) for version in (plan.leading, plan.other)
    )
    with (
        versions.index_of(plan.leading) as ours,
        versions.index_of(plan.other) as theirs,
        versions.index_of(plan.base) as before,
    ):
        for key, _ in groupby(heapq.merge(ours.keys(), theirs.keys())):
            held, their, then = ours.line(key), theirs.line(key), before.line(key)
            mine = held if here else _of_another(held, their if there else None, then)
            if not there:
                their = _of_another(their, held if here else None, then)
            merged = merge_lines(mine, their, then)
            if merged.line != held:
                yield key, merged.line, merged.told


def _of_another(
    line: ExportedArticle | None, own: ExportedArticle | None, then: ExportedArticle | None
) -> ExportedArticle | None:
    """Return a line of another project; what our own side or the common version knows is ours."""
    if line is None or line == then:
        return line
    known = {
        (a.annotation_id, a.created_at)
        for side in (own, then)
        if side is not None
        for a in side.annotations
    }
    return as_adopted(line, known=known)


def _project(context: Context, version: Version) -> _Project | None:
    """Return which project a version's pulls were from, `None` where all of it is from files."""
    for ancestor in context.versions.store.manifests.lineage(version):
        if "id" in ancestor.project:
            return ancestor.project["id"], ancestor.project.get("created_at")
    return None


def _pushed_to(context: Context) -> _Project | None:
    identity = server_identity(context.workspace, None)
    with open_mirror(context.workspace.state, identity, read_only=True) as mirror:
        return mirror.progress.project()
