"""Push: articles that the server does not have become tasks, with predictions unless blind.

Memory holds two batches. Each is in the journal before it is sent; while one is under way the next
is made. A batch without an answer is looked for on the server, and sent again only when the server
can no longer commit it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from annotate.errors import (
    StudioAnswerError,
    StudioNotSentError,
    StudioRefusedError,
    StudioUnreachableError,
)
from annotate.labels import LabelScheme
from annotate.pipeline.registry import Model
from annotate.records import Article
from annotate.studio.client import Project, StudioClient, check_with_sdk
from annotate.studio.instructions import instruction_html
from annotate.studio.tasks import build_task
from annotate.workflow.journal import Key
from annotate.workflow.mirror import Mirror, open_mirror
from annotate.workflow.models import load_pipeline
from annotate.workflow.project import find_project
from annotate.workflow.pull import read_server
from annotate.workflow.register import open_register
from annotate.workspace import Workspace

if TYPE_CHECKING:
    from annotate.pipeline.prediction import Pipeline

BATCH = 250
"""Tasks a request: the fastest size that was measured (`docs/architecture.md`)."""

_POLL_SECONDS = 2.0
_LOST_IN_A_ROW = 3  # batches without an answer after which the rest is not sent

OnWait = Callable[[float], None]
"""Called with the seconds that a batch without an answer is still waited for."""


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
    to_send: Mapping[Key, Placed]
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
    left_out: dict[str, int] = field(default_factory=dict)


def plan_push(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    articles: Iterable[Article],
    model: Model,
    *,
    same_text: tuple[tuple[str, str], ...] = (),
    read: bool = True,
    dry_run: bool = False,
    on_task: Callable[[int, int], None] | None = None,
) -> PushPlan:
    """Compare the articles with the server; what changed there is read first, unless not `read`.

    `articles` are gone through once here, when new ones get their group and split (which a
    `dry_run` forgets), and once by `apply_push`. Raises `SchemeMismatchError` where the server's
    labelling config cannot hold what ours makes.
    """
    with open_mirror(workspace, client.identity) as mirror:
        project = find_project(workspace, client, mirror)
        if project is None:
            check_with_sdk(workspace.label_config(), scheme)
        elif read:
            with read_server(workspace, client, scheme, mirror, project, on_task=on_task) as (
                project,
                _,
                _,
            ):
                pass
        known = mirror.project() if project else None
        if project is not None and known == (project.project_id, project.created_at):
            _settle(workspace, client, mirror)
        else:
            known = None
        to_send, present = _compare(workspace, mirror if known else None, articles, dry_run=dry_run)
        waiting = unanswered(mirror) if known else set()
        return PushPlan(
            project=project,
            title=workspace.settings.project,
            model=model,
            to_send=to_send,
            present=present,
            unanswered=len(waiting & to_send.keys()),
            same_text=same_text,
        )


def _compare(
    workspace: Workspace, mirror: Mirror | None, articles: Iterable[Article], *, dry_run: bool
) -> tuple[dict[Key, Placed], int]:
    """Return what the server lacks, and how many articles it has."""
    to_send: dict[Key, Placed] = {}
    present = 0
    with open_register(workspace, dry_run=dry_run) as register:
        for entry in register.place(articles):
            key = (entry.article_id, entry.text_sha256)
            revisions = mirror.tasks_of(entry.article_id) if mirror else []
            if any(task.key == key for task in revisions):
                present += 1
                continue
            older = revisions[-1].task_id if revisions else None
            to_send[key] = Placed(group=entry.group, split=entry.split, revises=older)
        if not dry_run:
            register.save()
    return to_send, present


def apply_push(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
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
    with open_mirror(workspace, client.identity) as mirror:
        project = plan.project or client.create_project(
            plan.title, workspace.label_config(), instruction_html(workspace.guidelines())
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
            pipeline = pipeline or load_pipeline(workspace, plan.model, scheme)
            sender = _Sender(client, mirror, pipeline, scheme, plan, result, on_pushed)
            waiting = unanswered(mirror)
            sender.send(a for a in articles if _key(a) not in waiting)
            doubtful = unanswered(mirror) & plan.to_send.keys()
            if doubtful:
                missing = wait_for(workspace, client, scheme, mirror, project, doubtful, on_wait)
                result.found = len(doubtful) - len(missing)
                sender.send(a for a in articles if _key(a) in missing)
            if lost := unanswered(mirror) & plan.to_send.keys():
                raise StudioUnreachableError(
                    f"{client.url}: {len(lost)} articles were sent and not answered",
                    hint="run the same command again: it looks for them before it sends again; if "
                    "people at work hold imports back, PostgreSQL helps (docs/safety.md)",
                )
            result.left_out = dict(pipeline.left_out)
        if result.shown is None and result.pushed > result.blind:
            client.set_model_version(project.project_id, plan.model.version)
            mirror.show(plan.model.version, client.clock)
            result.shown = plan.model.version
    return result


class _Sender:
    """Sends batches; predictions of the next one are made while one is under way."""

    def __init__(
        self,
        client: StudioClient,
        mirror: Mirror,
        pipeline: Pipeline,
        scheme: LabelScheme,
        plan: PushPlan,
        result: PushResult,
        on_pushed: Callable[[int], None] | None,
    ) -> None:
        self._client = client
        self._mirror = mirror
        self._pipeline = pipeline
        self._scheme = scheme
        self._plan = plan
        self._result = result
        self._on_pushed = on_pushed
        self._lost = 0

    def send(self, articles: Iterable[Article]) -> None:
        """Import those of the articles that the plan names."""
        wanted = (article for article in articles if _key(article) in self._plan.to_send)
        with ThreadPoolExecutor(max_workers=1) as maker:
            coming = maker.submit(self._make, wanted)
            while tasks := coming.result():
                coming = maker.submit(self._make, wanted)
                self._import(tasks)

    def _make(self, wanted: Iterator[Article]) -> list[dict[str, Any]]:
        """Return the next batch, ready for the import; empty at the end."""
        articles = list(islice(wanted, BATCH))
        placed = [self._plan.to_send[_key(article)] for article in articles]
        open_ = (a for a, p in zip(articles, placed, strict=True) if not p.blind)
        predictions = self._pipeline.predict(open_)
        return [
            build_task(
                article,
                None if p.blind else next(predictions),
                self._scheme,
                group=p.group,
                split=p.split,
                revises=p.revises,
            )
            for article, p in zip(articles, placed, strict=True)
        ]

    def _import(self, tasks: list[dict[str, Any]]) -> None:
        keys = [(task["data"]["article_id"], task["data"]["text_sha256"]) for task in tasks]
        journal = self._mirror.journal
        batch = journal.open("tasks", self._client.clock, keys=keys)
        try:
            ids = self._client.import_tasks(self._result.project_id, tasks)
        except (StudioRefusedError, StudioNotSentError):
            journal.close(batch)
            raise
        except (StudioUnreachableError, StudioAnswerError):
            self._lost += 1
            if self._lost >= _LOST_IN_A_ROW:
                raise
            return
        self._lost = 0
        version = self._plan.model.version
        rows = [
            (task_id, key, task["data"]["split"], version if task.get("predictions") else None)
            for task_id, key, task in zip(ids, keys, tasks, strict=True)
        ]
        with self._mirror.transaction():
            self._mirror.record_pushed(rows)
            journal.close(batch)
        self._count(tasks)
        if self._on_pushed is not None:
            self._on_pushed(len(tasks))

    def _count(self, tasks: list[dict[str, Any]]) -> None:
        result = self._result
        result.pushed += len(tasks)
        for task in tasks:
            predictions = task.get("predictions", [])
            result.blind += not predictions
            result.revisions += task["data"]["revises"] is not None
            result.spans += sum(i["type"] == "labels" for p in predictions for i in p["result"])


def wait_for(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    mirror: Mirror,
    project: Project,
    doubtful: set[Key],
    on_wait: OnWait | None,
) -> set[Key]:
    """Look for what was sent without an answer until it cannot appear any more.

    Returns what never came. `on_wait` is called with the seconds that are left.
    """
    while True:
        with read_server(workspace, client, scheme, mirror, project):
            left = _settle(workspace, client, mirror)
        if not unanswered(mirror) & doubtful:
            return {key for key in doubtful if not mirror.tasks_of(*key)}
        if on_wait is not None:
            on_wait(left)
        client.wait(min(_POLL_SECONDS, left))


def _settle(workspace: Workspace, client: StudioClient, mirror: Mirror) -> float:
    """Strike batches that arrived or cannot arrive any more; return the seconds left for the rest.

    The server's clock counts: an import that the client gave up was seen to be committed after
    more than six minutes.
    """
    longest = timedelta(seconds=workspace.settings.studio.commit_wait)
    left = 0.0
    for batch in mirror.journal.batches("tasks"):
        age = client.clock - batch.sent_at
        if age < longest and not all(mirror.tasks_of(*key) for key in batch.keys):
            left = max(left, (longest - age).total_seconds())
        else:
            with mirror.transaction():
                mirror.journal.close(batch.number)
    return left


def unanswered(mirror: Mirror) -> set[Key]:
    """Return what was sent and may still appear on the server."""
    return {key for batch in mirror.journal.batches("tasks") for key in batch.keys}


def _key(article: Article) -> Key:
    return (article.article_id, article.text_sha256)
