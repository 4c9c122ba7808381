"""Reading what changed on the server: by watermark, with totals that have to agree.

The server stamps a change before it commits it, so that a change may become visible after later
ones were read. Hence every pass lists again what was stamped in the two minutes before the last
pass, counts what was stamped before that, and compares the server's totals with what is known;
where they differ, all stamps are listed. The task that was touched last of all known ones is always
listed again: an older copy of the server has it with an older stamp, or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from annotate.errors import PullStoppedError, StudioAnswerError
from annotate.exports.index import FoldIndex
from annotate.exports.manifests import Version
from annotate.records import ArticleKey
from annotate.studio.client import Project
from annotate.studio.project_tasks import ProjectTasks, ServerTask
from annotate.studio.results import StudioTask
from annotate.studio.task_lists import Stamp
from annotate.workflow.mirror.composing import LineComposer, reading_fingerprint
from annotate.workflow.mirror.known import KnownTask, Totals
from annotate.workflow.mirror.project import check_project, totals_of
from annotate.workflow.mirror.site import Site
from annotate.workflow.state.seen import Seen

OVERLAP = timedelta(seconds=120)
"""What was stamped this long before a pass is listed again by the next one."""

_CHUNK = 100  # whole tasks in memory
_STAMPS = 1000  # stamps taken over in one transaction
_PASSES = 4
_CLOCK_SLACK = timedelta(seconds=5)

OnTask = Callable[[int, int], None]
"""Called with (tasks read, tasks to read)."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """What a reading did; `notes` counts what was inferred, dropped or carried along."""

    project: Project
    """As the server counts it at the end."""
    read: int = 0
    """Tasks that were read whole."""
    swept: bool = False
    """Whether all stamps were listed."""
    clock_ran_back: bool = False
    healed: bool = False
    """Whether all tasks were read again, because the server's counts did not fit its lists."""
    notes: Counter[str] = field(default_factory=Counter)


def read_server(
    site: Site,
    project: Project,
    *,
    full: bool = False,
    allow_older: bool = False,
    onto: Version | None = None,
    on_task: OnTask | None = None,
) -> Reading:
    """Bring the mirror up to date, and with it the lines that differ from the latest version.

    `full` reads every task again; `onto` stands for the latest version where that is damaged.
    Raises `SchemeMismatchError` where the server's labelling config cannot hold what ours makes,
    `PullStoppedError` where stamps run backwards (an older copy of the server was put back), unless
    `allow_older`, and `StudioAnswerError` where a quiet server's totals do not agree with what it
    lists.
    """
    check_project(project, site.scheme)
    site.mirror.adopt_project(project.project_id, project.created_at)
    latest = onto or site.versions.latest()
    parts = [sha256 for sha256, _ in latest.parts] if latest else []
    with site.versions.index(onto) as index, site.seen() as seen:
        reader = _Reader(site, project, index, seen, allow_older=allow_older, on_task=on_task)
        reader.follow_version(parts)
        reader.follow_scheme(reading_fingerprint(site))
        reader.read(full=full)
        return reader.reading


class _Reader:
    """One reading of one project."""

    def __init__(
        self,
        site: Site,
        project: Project,
        index: FoldIndex,
        seen: Seen,
        *,
        allow_older: bool,
        on_task: OnTask | None,
    ) -> None:
        self._client = site.client
        self._mirror = site.mirror
        self._tasks: ProjectTasks = site.tasks(project.project_id, annotators=site.annotators())
        self._project_id = project.project_id
        self.reading = Reading(project=project)
        self._composer = LineComposer(site, self._tasks, index, seen, self.reading.notes)
        self._index, self._seen = index, seen
        self._allow_older = allow_older
        self._on_task = on_task

    def read(self, *, full: bool) -> None:
        """Read until the server's totals are those of the mirror, or go on changing."""
        mirror = self._mirror
        if full:
            with mirror.transaction():
                mirror.unread.mark(mirror.tasks.ids())
        sweep = full_once = full
        project = self.reading.project
        for _ in range(_PASSES):
            before = totals_of(project)
            clock = self._client.clock
            self._find_unread(sweep=sweep)
            self._absorb()
            if full:
                self._composer.compose_all_without_tasks()
                full = False
            project = self._client.project(self._project_id)
            agreed = mirror.tasks.totals() == totals_of(project)
            if agreed or totals_of(project) != before:
                # What was stamped before this pass, less the overlap, need not be listed again.
                # A pass that a quiet server contradicts has seen too little to say so.
                mirror.progress.set_passes(settled=clock - OVERLAP, passed=clock)
            if agreed:
                break
            if totals_of(project) == before:  # it is quiet: something came or went unseen
                if sweep and not (full_once or self.reading.healed):
                    # Annotations can move from task to task without a stamp.
                    self.reading.healed = True
                    with mirror.transaction():
                        mirror.unread.mark(mirror.tasks.ids())
                elif sweep:
                    raise StudioAnswerError(
                        f"project {project.project_id}: the server counts "
                        f"{_told(totals_of(project))}, but lists {_told(mirror.tasks.totals())}",
                        hint="run the command again; if it stays so, look at the server's log",
                    )
                sweep = True
        mirror.tasks.put_drafts(self._client.tasks_with_drafts(self._project_id))
        self.reading.project = project

    def follow_version(self, parts: list[str]) -> None:
        """Where the latest version is not the one known, look again at what it changed.

        `parts` are those of the latest version.
        """
        base = self._mirror.progress.base()
        if base == parts:
            return
        with self._mirror.transaction():
            if base is not None and parts[: len(base)] == base:
                # It was added to (by a review, or from a file): its new parts say where.
                keys: Iterable[ArticleKey] = {
                    line.key for sha in parts[len(base) :] for line, _, _ in self._index.part(sha)
                }
            else:  # another history, or compacted: every line may differ
                keys = [*self._index.keys(), *self._mirror.pending.keys()]
                self._mirror.unread.mark(self._mirror.tasks.ids(worked_on=True))
            for key in keys:
                tasks = self._mirror.tasks.of(key)
                self._mirror.unread.mark(task.task_id for task in tasks)
                if not tasks:
                    self._composer.compose(key, {})
            self._mirror.progress.set_base(parts)

    def follow_scheme(self, fingerprint: str) -> None:
        """Where the labels are not those under which the tasks were read, read the work again.

        What was unknown then, and only carried along, may be understood now; so where links are to
        be inferred that were not, or are inferred otherwise.
        """
        progress = self._mirror.progress
        if progress.scheme() == fingerprint:
            return
        with self._mirror.transaction():
            if progress.scheme() is not None:
                self._mirror.unread.mark(self._mirror.tasks.ids(worked_on=True))
            progress.set_scheme(fingerprint)

    def _find_unread(self, *, sweep: bool) -> None:
        """Find out which tasks have to be read whole: those whose stamp is another one now."""
        tasks, unread = self._mirror.tasks, self._mirror.unread
        settled, passed = self._mirror.progress.passes()
        if passed is not None and self._client.clock < passed - _CLOCK_SLACK:
            self.reading.clock_ran_back = True
            sweep = True
        newest = tasks.newest()
        # The watermark: nothing older than this is listed. It never passes the newest stamp that
        # was read, so that this task is listed again, and an older copy of the server shows.
        since = None if sweep or settled is None else min(settled, newest or settled)
        self.reading.swept = self.reading.swept or (since is None and settled is not None)
        with self._mirror.transaction():
            unread.begin_pass()
        stamps = self._client.stamps(self._project_id, since=since)
        # The server is asked between the transactions: a slow one keeps no other writer waiting.
        while page := list(islice(stamps, _STAMPS)):
            with self._mirror.transaction():
                for stamp in page:
                    self._compare(stamp)
        with self._mirror.transaction():
            # What the server should have listed and did not is gone, or has an older stamp now.
            unread.mark_not_listed(tasks.ids(since=since))
        if since is not None:
            # Older stamps are only counted. A change that was committed late, under an old stamp,
            # makes the numbers differ; then everything is listed.
            there = self._client.count_touched(self._project_id, before=since)
            if there != tasks.count_touched(before=since, without=unread.all()):
                self._find_unread(sweep=True)

    def _compare(self, stamp: Stamp) -> None:
        """Mark a listed task as unread where its stamp is not the one that is known."""
        tasks, unread = self._mirror.tasks, self._mirror.unread
        unread.listed(stamp.task_id)
        known = tasks.get(stamp.task_id)
        # Stamps are compared for being different, not newer: clocks run back.
        if known is not None and known.updated_at == stamp.updated_at:
            return
        untouched = stamp.as_imported and not stamp.worked_on
        if known is not None and known.updated_at is None and untouched:
            # Pushed by us and as it was imported: what is known of it is true.
            tasks.put_stamp(stamp.task_id, stamp.updated_at)
            return
        unread.mark([stamp.task_id])

    def _absorb(self) -> None:
        """Read what is unread, 100 tasks at a time; each chunk is kept before the next one.

        In one transaction go: the rows, the lines that follow from them, and that they were read.
        A kill between two chunks loses nothing, one within a chunk makes it be read again.
        """
        mirror = self._mirror
        done, total = 0, mirror.unread.count()
        while ids := mirror.unread.first(_CHUNK):
            found = {task.task_id: task for task in self._tasks.by_id(ids)}
            with mirror.transaction(), self._seen.transaction():
                keys: set[ArticleKey] = set()
                ours: dict[int, StudioTask] = {}
                for task_id in ids:
                    known = mirror.tasks.get(task_id)
                    if known is not None and known.key is not None:
                        keys.add(known.key)  # the line may lose this task, or change with it
                    task = found.get(task_id)
                    if task is None:
                        mirror.tasks.remove(task_id)
                        continue
                    self._refuse_older(known, task)
                    mirror.tasks.put(_row(task, known))
                    if task.ours is not None:
                        ours[task_id] = task.ours
                        keys.add(task.ours.key)  # not the known one where a number was reused
                        self.reading.notes.update(task.ours.notes)
                mirror.unread.strike(ids)
                for key in sorted(keys):
                    self._composer.compose(key, ours)
            done += len(ids)
            self.reading.read += len(found)
            if self._on_task is not None:
                self._on_task(done, max(done, total))

    def _refuse_older(self, known: KnownTask | None, task: ServerTask) -> None:
        if known is None or known.updated_at is None or self._allow_older:
            return
        if known.updated_at - task.updated_at > OVERLAP:
            raise PullStoppedError(
                f"task {task.task_id} was last touched at {task.updated_at.isoformat()}, which is "
                f"before {known.updated_at.isoformat()}, when it was last read: an older copy of "
                "the server seems to have been put back; nothing was written",
                hint="if that is meant: annotate pull --full --accept-removals; the work that the "
                "copy lacks stays in the export versions (annotate restore)",
            )


def _row(task: ServerTask, known: KnownTask | None) -> KnownTask:
    """Return the row of a task; one that cannot be read keeps the article that it had."""
    ours = task.ours
    former = known if task.problem is not None else None
    return KnownTask(
        task_id=task.task_id,
        updated_at=task.updated_at,
        key=ours.key if ours else former.key if former else None,
        split=ours.split if ours else former.split if former else None,
        models=ours.models if ours else former.models if former else (),
        annotations=task.annotations,
        skipped=task.skipped,
        problem=task.problem,
    )


def _told(totals: Totals) -> str:
    return f"{totals.tasks} tasks with {totals.annotations} annotations and {totals.skipped} skips"
