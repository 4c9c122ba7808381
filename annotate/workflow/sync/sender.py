"""Sending articles in batches: predictions of the next one are made while one is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from annotate.errors import StudioAnswerError, StudioNotSentError, StudioUnreachableError
from annotate.records import Article
from annotate.studio.tasks import NewTask, new_task
from annotate.workflow.mirror.sending import send
from annotate.workflow.mirror.site import Site
from annotate.workflow.sync.given import Source
from annotate.workflow.sync.push_plan import PushPlan, PushResult

BATCH = 250
"""Tasks a request: the fastest size that was measured (`docs/architecture.md`)."""

_LOST_IN_A_ROW = 3  # batches without an answer after which the rest is not sent


class ArticleSender:
    """Sends the articles that a plan names, and counts in its result what became of them."""

    def __init__(
        self,
        site: Site,
        pipeline: Source,
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
        shown = [self._plan.model.predicts and not p.blind for p in placed]
        open_ = (a for a, sees in zip(articles, shown, strict=True) if sees)
        predictions = self._pipeline.predict(open_)
        made = [next(predictions) if sees else None for sees in shown]
        return [
            new_task(
                article,
                prediction,
                self._scheme,
                group=p.group,
                split=p.split,
                revises=p.revises,
                never_shown=not p.blind and prediction is None,
            )
            for article, p, prediction in zip(articles, placed, made, strict=True)
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
            blind = task.split == "test"
            result.blind += blind
            result.predicted += task.model_version is not None
            result.without += task.model_version is None and not blind
            result.revisions += task.revises is not None
            result.spans += task.spans
