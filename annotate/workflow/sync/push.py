"""Push: articles that the server does not have become tasks, with predictions unless blind.

Memory holds two batches. Each is in the journal before it is sent; while one is under way the next
is made. A batch without an answer is looked for on the server, and sent again only when the server
can no longer commit it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from annotate.errors import (
    StudioAnswerError,
    StudioNotSentError,
    StudioUnreachableError,
)
from annotate.pipeline.registry import Model
from annotate.records import Article, ArticleKey
from annotate.studio.client import Project
from annotate.studio.instructions import instruction_html
from annotate.studio.project_tasks import NewTask, new_task
from annotate.studio.sdk_check import check_with_sdk
from annotate.workflow.mirror.project import find_project
from annotate.workflow.mirror.reading import OnTask, read_server
from annotate.workflow.mirror.sending import OnWait, send, settle, wait_for
from annotate.workflow.mirror.site import Site

if TYPE_CHECKING:
    from annotate.pipeline.prediction import Pipeline

BATCH = 250
"""Tasks a request: the fastest size that was measured (`docs/architecture.md`)."""

_LOST_IN_A_ROW = 3  # batches without an answer after which the rest is not sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What a task needs besides its article; `revises` is the task with the article's old text."""

    group: str
    split: str
    revises: int | None = None

    @property
    def blind(self) -> bool:
        """Whether annotators must see no predictions on it."""
        return self.split == "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushPlan:
    """What a push would do; nothing has been sent yet."""

    project: Project | None
    """`None`: it will be created."""
    title: str
    model: Model
    to_send: Mapping[ArticleKey, Placed]
    present: int
    unanswered: int
    """Articles of batches that were sent earlier, without an answer: they may yet appear."""
    same_text: tuple[tuple[str, str], ...] = ()

    @property
    def revisions(self) -> tuple[str, ...]:
        """Articles that the server has with another text."""
        return tuple(key[0] for key, placed in self.to_send.items() if placed.revises is not None)

    @property
    def blind(self) -> tuple[str, ...]:
        """Articles that annotators will see without predictions."""
        return tuple(key[0] for key, placed in self.to_send.items() if placed.blind)


@dataclass(slots=True, kw_only=True)
class PushResult:
    """What a push did."""

    project_id: int
    created_project: bool
    model_version: str
    present: int
    pushed: int = 0
    found: int = 0
    """Articles that were sent without an answer and then found on the server."""
    blind: int = 0
    revisions: int = 0
    spans: int = 0
    shown: str | None = None
    """Model version whose predictions annotators see; other ones are hidden until a sync."""
    bare: int = 0
    """Tasks whose predictions the server may have dropped; the next sync adds them."""
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def hidden(self) -> bool:
        """Whether annotators do not see the predictions that were pushed."""
        return self.pushed > self.blind + self.bare and self.shown != self.model_version


def plan_push(
    site: Site,
    articles: Iterable[Article],
    model: Model,
    *,
    same_text: tuple[tuple[str, str], ...] = (),
    read: bool = True,
    dry_run: bool = False,
    on_task: OnTask | None = None,
) -> PushPlan:
    """Compare the articles with the server; what changed there is read first, unless not `read`.

    `articles` are gone through once here, when new ones get their group and split (which a
    `dry_run` forgets), and once by `apply_push`. Raises `SchemeMismatchError` where the server's
    labelling config cannot hold what ours makes.
    """
    project = find_project(site)
    if project is None:
        check_with_sdk(site.workspace.label_config(), site.scheme)
    elif read:
        project = read_server(site, project, on_task=on_task).project
    # What the mirror knows is of the project that it was read from, and of no other one.
    known = project is not None and site.mirror.progress.project() == (
        project.project_id,
        project.created_at,
    )
    if known:
        settle(site)
    to_send, present = _compare(site, articles, known=known, dry_run=dry_run)
    waiting = site.mirror.journal.unanswered_articles() if known else set()
    return PushPlan(
        project=project,
        title=site.settings.project,
        model=model,
        to_send=to_send,
        present=present,
        unanswered=len(waiting & to_send.keys()),
        same_text=same_text,
    )


def apply_push(
    site: Site,
    plan: PushPlan,
    articles: Iterable[Article],
    *,
    pipeline: Pipeline | None = None,
    on_pushed: Callable[[int], None] | None = None,
    on_wait: OnWait | None = None,
) -> PushResult:
    """Create the project where it is missing and import what is new, 250 tasks a request.

    `pipeline` is the plan's model where the caller has it loaded. `on_pushed` is called with the
    number of tasks of every batch. Batches without an answer come last. Raises `StudioError`;
    running it again goes on from there.
    """
    client, mirror = site.client, site.mirror
    project = plan.project or client.create_project(
        plan.title, site.workspace.label_config(), instruction_html(site.workspace.guidelines())
    )
    mirror.adopt_project(project.project_id, project.created_at)
    result = PushResult(
        project_id=project.project_id,
        created_project=plan.project is None,
        model_version=plan.model.version,
        present=plan.present,
        shown=project.model_version,
    )
    if plan.to_send:
        pipeline = pipeline or site.models.load(plan.model)
        sender = _Sender(site, pipeline, plan, result, on_pushed)
        waiting = mirror.journal.unanswered_articles()
        sender.send(article for article in articles if article.key not in waiting)
        if doubtful := mirror.journal.unanswered_articles() & plan.to_send.keys():
            missing = wait_for(site, project, doubtful, on_wait)
            result.found = len(doubtful) - len(missing)
            sender.send(article for article in articles if article.key in missing)
        if lost := mirror.journal.unanswered_articles() & plan.to_send.keys():
            raise StudioUnreachableError(
                f"{client.url}: {len(lost)} articles were sent and not answered",
                hint="run the same command again: it looks for them before it sends again; if "
                "people at work hold imports back, PostgreSQL helps (docs/safety.md)",
            )
        result.left_out = dict(pipeline.left_out)
    if result.shown is None and result.pushed > result.blind + result.bare:
        client.set_model_version(project.project_id, plan.model.version)
        mirror.shown.show(plan.model.version, client.clock)
        result.shown = plan.model.version
    return result


def _compare(
    site: Site, articles: Iterable[Article], *, known: bool, dry_run: bool
) -> tuple[dict[ArticleKey, Placed], int]:
    """Return what the server lacks, and how many articles it has; unless `known` it has none."""
    to_send: dict[ArticleKey, Placed] = {}
    present = 0
    with site.register(dry_run=dry_run) as register:
        for entry in register.place(articles):
            key = ArticleKey(entry.article_id, entry.text_sha256)
            revisions = site.mirror.tasks.of_article(entry.article_id) if known else []
            if any(task.key == key for task in revisions):
                present += 1
                continue
            older = revisions[-1].task_id if revisions else None
            to_send[key] = Placed(group=entry.group, split=entry.split, revises=older)
        if not dry_run:
            register.save()
    return to_send, present


class _Sender:
    """Sends batches; predictions of the next one are made while one is under way."""

    def __init__(
        self,
        site: Site,
        pipeline: Pipeline,
        plan: PushPlan,
        result: PushResult,
        on_pushed: Callable[[int], None] | None,
    ) -> None:
        self._site = site
        self._scheme = site.scheme  # before the threads: it is read from a file at its first use
        self._tasks = site.tasks(result.project_id)
        self._pipeline = pipeline
        self._plan = plan
        self._result = result
        self._on_pushed = on_pushed
        self._lost = 0

    def send(self, articles: Iterable[Article]) -> None:
        """Import those of the articles that the plan names."""
        wanted = (article for article in articles if article.key in self._plan.to_send)
        with ThreadPoolExecutor(max_workers=1) as maker:
            coming = maker.submit(self._make, wanted)
            while tasks := coming.result():
                coming = maker.submit(self._make, wanted)
                self._import(tasks)

    def _make(self, wanted: Iterator[Article]) -> list[NewTask]:
        """Return the next batch, ready for the import; empty at the end."""
        articles = list(islice(wanted, BATCH))
        placed = [self._plan.to_send[article.key] for article in articles]
        open_ = (a for a, p in zip(articles, placed, strict=True) if not p.blind)
        predictions = self._pipeline.predict(open_)
        return [
            new_task(
                article,
                None if p.blind else next(predictions),
                self._scheme,
                group=p.group,
                split=p.split,
                revises=p.revises,
            )
            for article, p in zip(articles, placed, strict=True)
        ]

    def _import(self, tasks: list[NewTask]) -> None:
        def record(answer: tuple[list[int], bool]) -> None:
            ids, complete = answer
            # Where predictions are lacking, none is believed: a refresh looks and adds them.
            rows = [
                (task_id, task.key, task.split, task.model_version if complete else None)
                for task_id, task in zip(ids, tasks, strict=True)
            ]
            self._site.mirror.tasks.put_pushed(rows)

        try:
            _, complete = send(
                self._site,
                "tasks",
                lambda: self._tasks.import_tasks(tasks),
                keys=[task.key for task in tasks],
                record=record,
            )
        except StudioNotSentError:
            raise
        except (StudioUnreachableError, StudioAnswerError):
            self._lost += 1
            if self._lost >= _LOST_IN_A_ROW:
                raise
            return
        self._lost = 0
        self._count(tasks, complete=complete)
        if self._on_pushed is not None:
            self._on_pushed(len(tasks))

    def _count(self, tasks: list[NewTask], *, complete: bool) -> None:
        result = self._result
        result.pushed += len(tasks)
        if not complete:
            result.bare += sum(task.model_version is not None for task in tasks)
        for task in tasks:
            result.blind += task.model_version is None
            result.revisions += task.revises is not None
            result.spans += task.spans
