"""Who predicts the shards: an engine gives each one back when it is done, in any order."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from annotate.archive.spool import Laid
from annotate.archive.supervisor import AbortedError, Predicted, Supervisor
from annotate.archive.worker import Loader
from annotate.errors import ModelError

REPLACE_AFTER = 25_000
"""Articles after which a worker makes room for a new one.

What a zone of memory forgets leaves its place behind in spaCy's tables of words (preshed), which
double when they are full: after 50,000 articles a worker had grown by 17 MB (benchmarks/README.md).
"""

Read: TypeAlias = Callable[[int], Laid]
"""Returns the articles of a shard; it is called on this machine, and has to be picklable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How shards are predicted: the pipeline, the labels of its lines, and when it is renewed."""

    load: Loader
    labels: tuple[str, ...]
    replace_after: int = REPLACE_AFTER
    memory: int | None = None

    def supervisor(self) -> Supervisor:
        """Return a supervisor of a worker for this work."""
        return Supervisor(
            self.load, self.labels, replace_after=self.replace_after, memory=self.memory
        )


class Engine(Protocol):
    """Runs shards on processors, here or elsewhere."""

    def start(self, work: Work, *, shards: int) -> None:
        """Begin to load what `run` will need for at most so many shards; returns at once.

        What fails is told by `run`. Without a `run`, `close` ends what was begun.
        """

    def close(self) -> None:
        """End what was begun; after a `run` there is nothing left of it."""

    def run(self, shards: Iterable[int], read: Read, work: Work) -> Iterator[tuple[int, Predicted]]:
        """Yield every shard with what became of its articles, as they get done.

        Raises what the supervisor raises.
        """


class LocalEngine:
    """Worker processes of this machine, each looked after by a thread."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._begun: list[tuple[Supervisor, threading.Thread]] = []

    def start(self, work: Work, *, shards: int) -> None:
        """Begin to load the pipeline in worker processes, while somebody reads the articles."""
        for _ in range(min(self._workers, shards)):
            supervisor = work.supervisor()
            thread = threading.Thread(target=_load, args=(supervisor,), daemon=True)
            thread.start()
            self._begun.append((supervisor, thread))

    def close(self) -> None:
        """End the workers that were begun and have nothing to do."""
        for supervisor, _ in self._begun:
            supervisor.abort()
        for supervisor, thread in self._begun:
            thread.join()
            supervisor.close()
        self._begun = []

    def run(self, shards: Iterable[int], read: Read, work: Work) -> Iterator[tuple[int, Predicted]]:
        """Yield the shards as they get done; memory holds a few a worker."""
        waiting = iter(shards)
        handing = threading.Lock()
        stop = threading.Event()
        done: queue.Queue[tuple[int, Predicted] | BaseException | None] = queue.Queue(
            2 * self._workers
        )
        begun, self._begun = self._begun, []
        fresh = [(work.supervisor(), None) for _ in range(self._workers - len(begun))]
        supervisors = [*begun, *fresh]

        def look_after(supervisor: Supervisor, loading: threading.Thread | None) -> None:
            try:
                if loading is not None:
                    loading.join()  # a supervisor is for one thread at a time
                while not stop.is_set():
                    with handing:
                        shard = next(waiting, None)
                    if shard is None:
                        break
                    done.put((shard, supervisor.predict(read(shard))))
            except BaseException as error:  # noqa: BLE001 - it is raised where the results are read
                done.put(error)
            finally:
                supervisor.close()
                done.put(None)

        threads = [threading.Thread(target=look_after, args=s, daemon=True) for s in supervisors]
        for thread in threads:
            thread.start()
        try:
            yield from _until_all_ended(done, len(threads))
        finally:
            stop.set()
            for supervisor, _ in supervisors:
                supervisor.abort()
            _drain(done, threads)


def _load(supervisor: Supervisor) -> None:
    """Load the pipeline; whoever asks for a prediction is told why it cannot be."""
    with suppress(ModelError, AbortedError):
        supervisor.start()


def _until_all_ended(
    done: queue.Queue[tuple[int, Predicted] | BaseException | None], threads: int
) -> Iterator[tuple[int, Predicted]]:
    while threads:
        found = done.get()
        if found is None:
            threads -= 1
        elif isinstance(found, BaseException):
            raise found
        else:
            yield found


def _drain(
    done: queue.Queue[tuple[int, Predicted] | BaseException | None],
    threads: Sequence[threading.Thread],
) -> None:
    """Let threads end that wait for room in the queue."""
    for thread in threads:
        while thread.is_alive():
            try:
                done.get(timeout=0.1)
            except queue.Empty:
                continue
