"""Reading what changed on the server: by watermark, with totals that have to agree.

The server stamps a change before it commits it, so that a change may become visible after later
ones were read. Hence every pass lists again what was stamped in the two minutes before the last
pass, counts what was stamped before that, and compares the server's totals with what is known;
where they differ, all stamps are listed. The task that was touched last of all known ones is always
listed again: an older copy of the server has it with an older stamp, or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from annotate.errors import PullStoppedError, StudioAnswerError
from annotate.exports.index import FoldIndex
from annotate.exports.lines import KEPT, ExportedArticle
from annotate.labels import LabelScheme
from annotate.studio.client import Project, StudioClient, read_stamp
from annotate.studio.results import StudioTask, is_ours, read_task
from annotate.workflow.mirror.journal import Key
from annotate.workflow.mirror.mirror import KnownTask, Mirror, Totals

OVERLAP = timedelta(seconds=120)
"""What was stamped this long before a pass is listed again by the next one."""

_CHUNK = 100  # whole tasks in memory
_PASSES = 4
_CLOCK_SLACK = timedelta(seconds=5)


@dataclass(slots=True, kw_only=True)
class ReadReport:
    """What a reading did; `notes` counts what was inferred, dropped or carried along."""

    read: int = 0
    """Tasks that were read whole."""
    swept: bool = False
    """Whether all stamps were listed."""
    clock_ran_back: bool = False
    notes: Counter[str] = field(default_factory=Counter)


class ServerReader:
    """Brings the mirror of one project up to date, and the lines that differ with it."""

    def __init__(
        self,
        client: StudioClient,
        mirror: Mirror,
        index: FoldIndex,
        scheme: LabelScheme,
        *,
        annotators: Mapping[int, str],
        on_task: Callable[[int, int], None] | None = None,
    ) -> None:
        self._client = client
        self._mirror = mirror
        self._index = index
        self._scheme = scheme
        self._annotators = annotators
        self._on_task = on_task
        self._report = ReadReport()
        self._allow_older = False

    def read(
        self,
        project: Project,
        parts: list[str],
        *,
        full: bool = False,
        allow_older: bool = False,
    ) -> tuple[Project, ReadReport]:
        """Read until the server's totals are those of the mirror, or go on changing.

        `parts` are those of the latest export version. `full` reads every task again. Raises
        `PullStoppedError` where stamps run backwards (an older copy of the server was put back),
        unless `allow_older`, and `StudioAnswerError` where a quiet server's totals do not agree
        with what it lists.
        """
        self._allow_older = allow_older
        self._follow_version(parts)
        if full:
            with self._mirror.transaction():
                self._mirror.stale.mark_all()
        sweep = full
        for _ in range(_PASSES):
            before = totals_of(project)
            clock = self._client.clock
            self._mark(project.project_id, sweep=sweep)
            self._absorb(project.project_id)
            if full:
                self._compose_without_tasks()
                full = False
            project = self._client.project(project.project_id)
            agreed = self._mirror.totals() == totals_of(project)
            if agreed or totals_of(project) != before:
                self._mirror.set_passes(settled=clock - OVERLAP, passed=clock)
            if agreed:
                break
            if totals_of(project) == before:  # it is quiet: something came or went unseen
                if sweep:
                    raise StudioAnswerError(
                        f"project {project.project_id}: the server counts "
                        f"{_told(totals_of(project))}, but lists {_told(self._mirror.totals())}",
                        hint="run the command again; if it stays so, look at the server's log",
                    )
                sweep = True
        self._mirror.set_drafts(self._client.tasks_with_drafts(project.project_id))
        return project, self._report

    def _follow_version(self, parts: list[str]) -> None:
        """Where the latest version is not the one known, look again at what it changed."""
        base = self._mirror.base()
        if base == parts:
            return
        with self._mirror.transaction():
            if base is not None and parts[: len(base)] == base:
                new = parts[len(base) :]
                keys: Iterable[Key] = {
                    line.key for sha in new for line, _, _ in self._index.part(sha)
                }
            else:
                keys = [*self._index.keys(), *self._mirror.pending.keys()]
                self._mirror.stale.mark_all(worked_on=True)
            self._compose_again(keys)
            self._mirror.set_base(parts)

    def _mark(self, project_id: int, *, sweep: bool) -> None:
        """Find out which tasks have to be read whole."""
        mirror = self._mirror
        settled, passed = mirror.passes()
        if passed is not None and self._client.clock < passed - _CLOCK_SLACK:
            self._report.clock_ran_back = True
            sweep = True
        newest = mirror.newest()
        since = None if sweep or settled is None else min(settled, newest or settled)
        self._report.swept = self._report.swept or (since is None and settled is not None)
        with mirror.transaction():
            mirror.stale.begin()
            for stamp in self._client.stamps(project_id, since=since):
                mirror.stale.see(stamp.task_id)
                known = mirror.task(stamp.task_id)
                if known is not None and known.updated_at == stamp.updated_at:
                    continue
                untouched = stamp.as_imported and not stamp.worked_on
                if known is not None and known.updated_at is None and untouched:
                    mirror.set_stamp(stamp.task_id, stamp.updated_at)
                    continue
                mirror.stale.mark(stamp.task_id)
            mirror.stale.mark_unseen(since)
        if since is not None:
            there = self._client.count_touched(project_id, before=since)
            if there != mirror.count_settled(before=since):
                self._mark(project_id, sweep=True)

    def _absorb(self, project_id: int) -> None:
        """Read what is stale, 100 tasks at a time; each is kept before the next is asked for."""
        done, total = 0, self._mirror.stale.count()
        while ids := self._mirror.stale.first(_CHUNK):
            raws = {raw["id"]: raw for raw in self._client.tasks_by_id(project_id, ids)}
            with self._mirror.transaction():
                keys: set[Key] = set()
                tasks: dict[int, StudioTask] = {}
                for task_id in ids:
                    known = self._mirror.task(task_id)
                    if known is not None and known.key is not None:
                        keys.add(known.key)
                    raw = raws.get(task_id)
                    if raw is None:
                        self._mirror.remove(task_id)
                        continue
                    self._refuse_older(known, raw)
                    row, task = self._row(raw)
                    self._mirror.put(row)
                    if task is not None and row.key is not None:
                        tasks[task_id] = task
                        keys.add(row.key)
                        self._report.notes.update(task.notes)
                self._mirror.stale.strike(ids)
                for key in sorted(keys):
                    self._compose(project_id, key, tasks)
            done += len(ids)
            self._report.read += len(raws)
            if self._on_task is not None:
                self._on_task(done, max(done, total))

    def _row(self, raw: Mapping[str, Any]) -> tuple[KnownTask, StudioTask | None]:
        work = raw.get("annotations") or []
        skipped = sum(bool(a.get("was_cancelled")) for a in work)
        task = None
        if is_ours(raw):
            task = read_task(raw, self._scheme, annotators=self._annotators)
        row = KnownTask(
            task_id=raw["id"],
            updated_at=read_stamp(raw["updated_at"]),
            article_id=task.article.article_id if task else None,
            text_sha256=task.article.text_sha256 if task else None,
            split=task.split if task else None,
            models=task.models if task else (),
            annotations=len(work) - skipped,
            skipped=skipped,
        )
        return row, task

    def _refuse_older(self, known: KnownTask | None, raw: Mapping[str, Any]) -> None:
        if known is None or known.updated_at is None or self._allow_older:
            return
        back = known.updated_at - read_stamp(raw["updated_at"])
        if back > OVERLAP:
            raise PullStoppedError(
                f"task {raw['id']} was last touched at {raw['updated_at']}, which is before "
                f"{known.updated_at.isoformat()}, when it was last read: an older copy of the "
                "server seems to have been put back; nothing was written",
                hint="if that is meant: annotate pull --full --accept-removals; the work that the "
                "copy lacks stays in the export versions (annotate restore)",
            )

    def _compose(self, project_id: int, key: Key, tasks: Mapping[int, StudioTask]) -> None:
        """Set the pending line of an article revision from all of its tasks.

        Other numbers of its tasks alone (a restored server has them) are no difference.
        """
        ids = [task.task_id for task in self._mirror.tasks_of(*key)]
        others = [task_id for task_id in ids if task_id not in tasks]
        group = [tasks[task_id] for task_id in ids if task_id in tasks]
        if others:
            group += [
                read_task(raw, self._scheme, annotators=self._annotators)
                for raw in self._client.tasks_by_id(project_id, others)
                if is_ours(raw)
            ]
        held = self._index.line(key)
        line = with_adopted(join_tasks(group), held)
        if line == held or (line and held and replace(line, tasks=held.tasks) == held):
            self._mirror.pending.drop(key)
        else:
            self._mirror.pending.put(key, line)

    def _compose_again(self, keys: Iterable[Key]) -> None:
        """Look again at article revisions: their tasks are read, or they have none."""
        for key in keys:
            tasks = self._mirror.tasks_of(*key)
            for task in tasks:
                self._mirror.stale.mark(task.task_id)
            if not tasks:
                self._compose(0, key, {})

    def _compose_without_tasks(self) -> None:
        """After a full reading: what the version holds and no task does is gone."""
        with self._mirror.transaction():
            for key in list(self._index.keys()):
                if not self._mirror.tasks_of(*key):
                    self._compose(0, key, {})


def totals_of(project: Project) -> Totals:
    """Return what the server counts."""
    return Totals(project.tasks, project.annotations, project.skipped)


def join_tasks(group: list[StudioTask]) -> ExportedArticle | None:
    """Return the line of the tasks of one article revision, `None` if nobody worked on them.

    Annotations of several tasks are kept together.
    """
    worked = sorted(
        (task for task in group if task.annotations or task.skipped), key=lambda task: task.task_id
    )
    if not worked:
        return None
    first = worked[0]
    return ExportedArticle(
        article=first.article,
        annotations=tuple(
            sorted(
                (annotation for task in worked for annotation in task.annotations),
                key=lambda annotation: annotation.annotation_id,
            )
        ),
        group=first.group,
        split=first.split,
        blind=first.split == "test",
        tasks=tuple(task.task_id for task in worked),
        skipped=sum(task.skipped for task in worked),
    )


def with_adopted(
    line: ExportedArticle | None, held: ExportedArticle | None
) -> ExportedArticle | None:
    """Return `line` with what came from files and from reviewers: the project never had it."""
    adopted = tuple(a for a in held.annotations if a.annotation_id.startswith(KEPT)) if held else ()
    if held is None or not adopted:
        return line
    ours = line or replace(held, annotations=(), tasks=(), skipped=0)
    joined = sorted((*ours.annotations, *adopted), key=lambda a: a.annotation_id)
    return replace(ours, annotations=tuple(joined), corpus=held.corpus)


def _told(totals: Totals) -> str:
    return f"{totals.tasks} tasks with {totals.annotations} annotations and {totals.skipped} skips"
