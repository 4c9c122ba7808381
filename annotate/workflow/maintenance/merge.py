"""Merge: two versions that were written apart become one that holds the work of both."""

from __future__ import annotations

import heapq
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from annotate.errors import ExportError
from annotate.exports.lines import ExportedArticle, Tombstone
from annotate.exports.manifests import Version, same_project
from annotate.exports.merging import merge_lines
from annotate.records import ArticleKey
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan:
    """What joining two heads would change; nothing has been written."""

    leading: Version
    """The one that goes on: it is of this workspace's own key of pseudonyms, or the newest."""
    other: Version
    base: Version | None
    """The newest version that both grew from; `None`: nothing is known to have been removed."""
    other_key: bool
    """Whether pseudonyms were made with another key there: one person may stand under two."""
    taken: int
    """Articles of which only the other side says something new."""
    removed: tuple[str, ...]
    """Articles that the other side removed and the leading one left as they were."""
    told: tuple[tuple[str, str], ...]
    """(article id, what had to be chosen) where both sides changed an article."""

    made_before: frozenset[str] = frozenset()
    """In a dry run: ids that the joins before this one made on trial, and nobody will see again."""

    @property
    def names(self) -> tuple[str | None, str | None]:
        """Names of the leading version and the other one; `None` for what a trial made."""
        leading, other = (
            None if version.id in self.made_before else version.name
            for version in (self.leading, self.other)
        )
        return leading, other

    @property
    def joined(self) -> int:
        """Articles that both sides changed."""
        return len({article_id for article_id, _ in self.told})


def plan_merge(context: Context) -> MergePlan | None:
    """Look at two versions that no other one grew from, and at what joining them comes to.

    `None` where there is only one. Raises `DamagedExportError`, and `ExportError` where the two
    were pulled from different projects: whichever of them pulls next would take the other one's
    work for removed.
    """
    manifests = context.versions.store.manifests
    key = context.people.value()
    heads = sorted(  # the newest first of equals
        manifests.heads(), key=lambda head: key is not None and head.people == key, reverse=True
    )
    if len(heads) < 2:
        return None
    leading, other = heads[:2]
    one, two = (manifests.project_of(version) for version in (leading, other))
    if one is not None and two is not None and not same_project(one, two):
        raise ExportError(
            f"{other.name} and {leading.name} were pulled from different projects "
            f"({_named(other)}, {_named(leading)}) and are not joined",
            hint="give each project a directory of its own (project: in annotate.yaml), and bring "
            "work over as a file: annotate exports write, annotate exports read",
        )
    plan = MergePlan(
        leading=leading,
        other=other,
        base=manifests.common_ancestor(leading, other),
        other_key=None not in (leading.people, other.people) and leading.people != other.people,
        taken=0,
        removed=(),
        told=(),
    )
    return _counted(context, plan)


def try_merges(context: Context) -> list[MergePlan]:
    """Return what joining all heads comes to, one join after the other.

    It is tried on a copy of the manifests, in a directory for temporary files. Raises what
    `plan_merge` raises.
    """
    plans: list[MergePlan] = []
    with _on_trial(context) as trial:
        made: set[str] = set()
        while (plan := plan_merge(trial)) is not None:
            plans.append(replace(plan, made_before=frozenset(made)))
            made.add(apply_merge(trial, plan).id)
    return plans


@contextmanager
def _on_trial(context: Context) -> Iterator[Context]:
    """Give a context whose versions lie beside the workspace's, and go with the block."""
    exports = context.workspace.exports
    with tempfile.TemporaryDirectory(prefix="annotate-") as name:
        aside = Path(name) / exports.name
        (aside / "parts").mkdir(parents=True)
        for part in exports.glob("parts/*"):
            (aside / "parts" / part.name).symlink_to(part.resolve())
        if (exports / "versions").is_dir():
            shutil.copytree(exports / "versions", aside / "versions")
        settings = context.settings.model_copy(update={"exports": name})
        workspace = replace(context.workspace, settings=settings)
        yield Context(workspace, clock=context.clock, on_trial=True)


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
    taken = 0
    removed: list[str] = []
    told: list[tuple[str, str]] = []
    for key, line, notes in _changes(context, plan):
        taken += line is not None and not notes
        if line is None:
            removed.append(key.article_id)
        told += [(key.article_id, note) for note in notes]
    return replace(plan, taken=taken, removed=tuple(removed), told=tuple(told))


def _changes(
    context: Context, plan: MergePlan
) -> Iterator[tuple[ArticleKey, ExportedArticle | None, tuple[str, ...]]]:
    """Yield (key, line, what had to be chosen) where the merged version is not as the leading.

    Where something had to be chosen it is told even if the leading side's choice stands.
    """
    versions = context.versions
    for version in filter(None, (plan.leading, plan.other, plan.base)):
        versions.store.require_whole(version)
    with (
        versions.index_of(plan.leading) as ours,
        versions.index_of(plan.other) as theirs,
        versions.index_of(plan.base) as before,
    ):
        for key, _ in groupby(heapq.merge(ours.keys(), theirs.keys())):
            mine = ours.line(key)
            merged = merge_lines(mine, theirs.line(key), before.line(key))
            if merged.line != mine or merged.told:
                yield key, merged.line, merged.told


def _named(version: Version) -> str:
    return f"{version.project.get('id', '?')}: {version.project.get('title', '?')!r}"
