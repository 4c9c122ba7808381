"""Predictions for the live backend: worker processes, replaced when another model is put to use.

A process of its own can be ended when a text takes too long, and leaves the interpreter that
answers health checks (Label Studio waits one second for those) free. Requests take turns of a few
articles, so that opening one task does not wait for a batch of hundreds.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from annotate.errors import AnnotateError, BackendRequestError, ModelError
from annotate.labels import LabelScheme
from annotate.pipeline.registry import NONE, Model
from annotate.records import Article, Prediction
from annotate.studio.backend_requests import AskedTask, TaskAnswer
from annotate.studio.tasks import build_prediction
from annotate.workflow.state.context import Context
from annotate.workflow.state.models import forget_failures, predict_all
from annotate.workflow.state.register import would_be_blind

if TYPE_CHECKING:
    from annotate.workflow.state.models import Loaded

_WATCH_SECONDS = 1.0
_LOAD_SECONDS = 120.0

_log = logging.getLogger("annotate.serve")


class Predictor:
    """Predicts with the model in use; `submit` may be called from any thread.

    `turn_seconds` is the longest that the articles of one turn may take together. `workers` are
    processes; each holds the pipeline.
    """

    def __init__(self, context: Context, *, turn_seconds: float, workers: int) -> None:
        self._context = context
        self._turn_seconds = turn_seconds
        self._count = workers
        self._turns = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="predict")
        self._lock = threading.Lock()
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._ended = threading.Event()
        self._refused: str | None = None
        self._told: str | None = None
        self._model = context.models.in_use()
        self._workers = self._load(self._model)
        for worker in self._workers:
            self._idle.put(worker)
        self._watcher = threading.Thread(target=self._watch, name="watch-model", daemon=True)
        self._watcher.start()

    @property
    def model_version(self) -> str:
        """The version that predicts now."""
        return self._model.version

    @property
    def predicts(self) -> bool:
        """Whether a model is in use at all."""
        return self._model.predicts

    def submit(self, tasks: Sequence[AskedTask]) -> Future[list[TaskAnswer]]:
        """Queue one turn; its future fails with `BackendRequestError` where the worker ended."""
        return self._turns.submit(self._turn, list(tasks))

    def close(self) -> None:
        """End the workers and whatever waits for them."""
        self._ended.set()
        self._turns.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            for worker in self._workers:
                worker.end()
        self._watcher.join(_WATCH_SECONDS)

    def follow(self) -> bool:
        """Load the model in use if it is another one now; return whether it was replaced.

        The old one serves until the new one is loaded. A model that cannot be loaded is tried once.
        """
        try:
            model = self._context.models.in_use()
            if model.version == self.model_version:
                self._refused = None
            if model.version in (self.model_version, self._refused):
                return False
            self._refused = model.version
            workers = self._load(model)
        except (AnnotateError, OSError) as error:
            if str(error) != self._told:
                _log.error("%s; %s goes on predicting", error, self.model_version)
            self._told = str(error)
            return False
        with self._lock:
            with suppress(Empty):  # those that are busy end after their turn
                while True:
                    self._idle.get_nowait().end()
            self._workers, self._model = workers, model
            for worker in workers:
                if self._ended.is_set():
                    worker.end()
                else:
                    self._idle.put(worker)
        _log.info(
            "%s from now on",
            f"predicting with {model.version}" if model.predicts else "predicting nothing",
        )
        return True

    def _load(self, model: Model) -> list[_Worker]:
        configured = self._context.models.configured if model.configured else None
        if configured is not None and not configured.live:
            raise ModelError(
                f"{model.version} is in use, which is too slow to be asked while somebody waits: "
                "annotate sync brings its predictions beforehand",
                hint="to have it asked live all the same, set prelabeller.live: true in "
                "annotate.yaml; or use another model: annotate models use NAME",
            )
        with ThreadPoolExecutor(self._count) as pool:
            loading = [pool.submit(_Worker, self._context, model) for _ in range(self._count)]
        failed = next((error for f in loading if (error := f.exception())), None)
        if failed is not None:
            for future in loading:
                if future.exception() is None:
                    future.result().end()
            raise failed
        return [future.result() for future in loading]

    def _watch(self) -> None:
        while not self._ended.wait(_WATCH_SECONDS):
            self.follow()

    def _turn(self, tasks: list[AskedTask]) -> list[TaskAnswer]:
        worker = self._idle.get()
        try:
            return worker.answer(tasks, seconds=self._turn_seconds)
        except _WorkerLostError as lost:
            if self._ended.is_set():
                raise BackendRequestError("the backend is being stopped", status=503) from None
            _log.error("the worker ended in the middle of %d tasks: %s", len(tasks), lost)
            worker = self._instead_of(worker)
            raise BackendRequestError(
                f"{lost}; ask again", status=504 if lost.late else 503
            ) from None
        finally:
            self._give_back(worker)

    def _instead_of(self, lost: _Worker) -> _Worker:
        """Return a new worker; the lost one itself where none can be started, to be tried again."""
        lost.end()
        try:
            fresh = _Worker(self._context, lost.model)
        except ModelError as error:
            _log.error("%s", error.message)
            return lost
        with self._lock:
            if lost in self._workers:
                self._workers[self._workers.index(lost)] = fresh
        return fresh

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if worker in self._workers and not self._ended.is_set():
                self._idle.put(worker)
            else:
                worker.end()


class _WorkerLostError(Exception):
    """The worker process gave no answer and is of no use any more."""

    def __init__(self, message: str, *, late: bool) -> None:
        super().__init__(message)
        self.late = late


class _Worker:
    """A process that holds one loaded pipeline; one thread at a time talks to it."""

    def __init__(self, context: Context, model: Model) -> None:
        self.model = model
        processes = multiprocessing.get_context("spawn")
        self._pipe, theirs = processes.Pipe()
        self._process = processes.Process(
            target=_work,
            args=(theirs, context, model),
            daemon=True,
            name="annotate-model",
        )
        self._process.start()
        theirs.close()
        try:
            problem = self._receive(_LOAD_SECONDS)
        except _WorkerLostError:
            self.end()
            raise ModelError(f"{model.version}: the pipeline could not be loaded") from None
        if problem is not None:
            self.end()
            raise ModelError(problem)

    def answer(self, tasks: Sequence[AskedTask], *, seconds: float) -> list[TaskAnswer]:
        try:
            self._pipe.send(tasks)
        except OSError:
            raise _WorkerLostError("the worker process has ended", late=False) from None
        answers: list[TaskAnswer] = self._receive(seconds)
        return answers

    def end(self) -> None:
        with suppress(OSError):
            self._pipe.close()
        self._process.kill()  # it holds nothing that could be lost
        self._process.join()

    def _receive(self, seconds: float) -> Any:
        try:
            if not self._pipe.poll(seconds):
                raise _WorkerLostError(f"no prediction within {seconds:.0f} s", late=True)
            return self._pipe.recv()
        except (EOFError, OSError):
            raise _WorkerLostError("the worker process ended", late=False) from None


def _work(pipe: Connection, context: Context, model: Model) -> None:
    """Load the pipeline, say so, and answer until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that serves
    try:
        pipeline = context.models.load(model)
    except AnnotateError as error:
        pipe.send(error.message)
        return
    pipe.send(None)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(answer_tasks(context, pipeline, pipe.recv()))


def answer_tasks(
    context: Context, pipeline: Loaded, tasks: Sequence[AskedTask]
) -> list[TaskAnswer]:
    """Return what each task gets: a checked prediction, nothing if blind, or the reason why not.

    Where no model is in use every task gets nothing: an empty prediction would be one. Blind is
    what either the task or the register calls a test article: a task's data can be changed on the
    server.
    """
    if pipeline.model_version == NONE:
        return [TaskAnswer(outcome="no model") for _ in tasks]
    blind = [
        task.split == "test" or would_be_blind(context.workspace, task.article) for task in tasks
    ]
    seen = [task.article for task, is_blind in zip(tasks, blind, strict=True) if not is_blind]
    predictions = iter(_predict(pipeline, seen))
    answers: list[TaskAnswer] = []
    for task, is_blind in zip(tasks, blind, strict=True):
        found = None if is_blind else next(predictions)
        if found is None:
            answers.append(TaskAnswer(outcome="blind"))
        elif isinstance(found, str):
            answers.append(TaskAnswer(outcome="refused", reason=found))
        else:
            answers.append(_checked(task.article, found, context.scheme))
    return answers


def _predict(pipeline: Loaded, articles: Sequence[Article]) -> list[Prediction | str]:
    """Return predictions; where the batch fails, one by one, and what fails says why."""
    try:
        return list(predict_all(pipeline, articles))
    except Exception:  # noqa: BLE001 - what one text does to a pipeline must not cost the others
        found: list[Prediction | str] = []
        for article in articles:
            try:
                found += predict_all(pipeline, [article])
            except AnnotateError as error:
                found.append(error.message)
            except Exception as error:  # noqa: BLE001 - its message could quote the text
                found.append(f"the pipeline fails on it ({type(error).__name__})")
        return found
    finally:
        forget_failures(pipeline)  # who asks again later means it


def _checked(article: Article, prediction: Prediction, scheme: LabelScheme) -> TaskAnswer:
    try:
        item = build_prediction(article, prediction, scheme)
    except AnnotateError as error:
        return TaskAnswer(outcome="refused", reason=error.message)
    return TaskAnswer(outcome="predicted", prediction=item)
