"""Who predicts the shards: an engine gives each one back when it is done, in any order."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from annotate.archive.spool import Laid
from annotate.archive.supervisor import Predicted, Supervisor
from annotate.archive.worker import Loader

Read: TypeAlias = Callable[[int], Laid]
"""Returns the articles of a shard; it is called on this machine, and has to be picklable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How shards are predicted: the pipeline, the labels of its lines, and when it is renewed."""

    load: Loader
    labels: tuple[str, ...]
    replace_after: int | None = None
    memory: int | None = None

    def supervisor(self) -> Supervisor:
        """Return a supervisor of a worker for this work."""
        return Supervisor(
            self.load, self.labels, replace_after=self.replace_after, memory=self.memory
        )


class Engine(Protocol):
    """Runs shards on processors, here or elsewhere."""

    def run(self, shards: Iterable[int], read: Read, work: Work) -> Iterator[tuple[int, Predicted]]:
        """Yield every shard with what became of its articles, as they get done.

        Raises what the supervisor raises.
        """


class LocalEngine:
    """Worker processes of this machine, each looked after by a thread."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def run(self, shards: Iterable[int], read: Read, work: Work) -> Iterator[tuple[int, Predicted]]:
        """Yield the shards as they get done; memory holds a few a worker."""
        waiting = iter(shards)
        handing = threading.Lock()
        stop = threading.Event()
        done: queue.Queue[tuple[int, Predicted] | BaseException | None] = queue.Queue(
            2 * self._workers
        )
        supervisors = [work.supervisor() for _ in range(self._workers)]

        def look_after(supervisor: Supervisor) -> None:
            try:
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

        threads = [threading.Thread(target=look_after, args=(s,), daemon=True) for s in supervisors]
        for thread in threads:
            thread.start()
        try:
            yield from _until_all_ended(done, len(threads))
        finally:
            stop.set()
            for supervisor in supervisors:
                supervisor.abort()
            _drain(done, threads)


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
