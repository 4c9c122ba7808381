"""What the server says of an article → a pending line, where the version says otherwise."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from annotate.errors import DamagedExportError
from annotate.exports.index import FoldIndex
from annotate.records import Article, ArticleKey, Link, Span
from annotate.studio.project_tasks import ProjectTasks
from annotate.studio.results import StudioTask
from annotate.workflow.mirror.inferring import inferred_by_marks, with_inferred
from annotate.workflow.mirror.joining import (
    join_tasks,
    says_the_same,
    with_adopted,
    with_remembered,
)
from annotate.workflow.mirror.site import Site
from annotate.workflow.state.seen import Seen

COPIED = "annotations that an import of the project's own export made twice, counted once"


def reading_fingerprint(site: Site) -> str:
    """Return a hash of what decides how the work on a task is read, besides the task.

    The labels; and where links are inferred, the code that infers them and what links may join.
    """
    labels = site.scheme.fingerprint()
    if not site.settings.infer_links:
        return labels
    joined = json.dumps([site.settings.links, site.settings.aliases], sort_keys=True)
    parts = (labels, site.models.choose("rules").version, joined)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class LineComposer:
    """Composes the lines of one project, and keeps in `seen` what people saw.

    `notes` counts what it had to remember.
    """

    def __init__(
        self,
        site: Site,
        tasks: ProjectTasks,
        index: FoldIndex,
        seen: Seen,
        notes: Counter[str],
    ) -> None:
        self._site = site
        self._mirror = site.mirror
        self._tasks = tasks
        self._index = index
        self._seen = seen
        self._notes = notes

    def compose(self, key: ArticleKey, read: Mapping[int, StudioTask]) -> None:
        """Set the pending line of an article revision from all of its tasks.

        Those that are not among the tasks just `read` are asked for. Where one of them cannot be
        read, what the version holds stays as it is.
        """
        ids = [task.task_id for task in self._mirror.tasks.of(key)]
        group = [read[task_id] for task_id in ids if task_id in read]
        if others := [task_id for task_id in ids if task_id not in read]:
            found = list(self._tasks.by_id(others))
            if any(task.problem is not None for task in found):
                return
            group += [task.ours for task in found if task.ours is not None]
        self._seen.put(prediction for task in group for prediction in task.seen)
        self._seen.put_unkept(key, (item for task in group for item in task.unkept))
        held = self._index.line(key)
        joined, copies = join_tasks(group)
        if copies:
            self._notes[COPIED] += copies
        line, remembered = with_remembered(with_adopted(joined, held), held)
        self._notes.update(remembered)
        if self._site.settings.infer_links:
            deleted = {number: links for task in group for number, links in task.deleted.items()}
            line, told = with_inferred(
                line, held, deleted, self._site.scheme, self._structure, self._before
            )
            self._notes.update(told)
        if says_the_same(line, held):
            self._mirror.pending.drop(key)
        else:
            self._mirror.pending.put(key, line)

    def compose_all_without_tasks(self) -> None:
        """After a full reading: what the version holds and no task does is gone."""
        with self._mirror.transaction():
            for key in list(self._index.keys()):
                if not self._mirror.tasks.of(key):
                    self.compose(key, {})

    @cached_property
    def _before(self) -> Mapping[str, tuple[Link, ...]]:
        """Return what a version has inferred under these very settings, if others came between."""
        versions = self._site.versions
        version = versions.last_read(reading_fingerprint(self._site))
        if version is None:
            return {}
        try:
            with versions.index_of(version) as index:
                return inferred_by_marks(index.lines())
        except DamagedExportError:  # nothing rests on it: these links are told as not inferred
            return {}

    def _structure(self, article: Article, spans: Sequence[Span]) -> tuple[Link, ...]:
        from annotate.pipeline.linking import structural_links

        return structural_links(article, spans, aliases=self._site.settings.aliases)
