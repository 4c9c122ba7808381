"""One worker and who looks after it: a text that kills it is found, and another worker goes on."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from annotate.archive.spool import Laid
from annotate.archive.worker import Answer, Loader, LoadFailure, Refusal, serve
from annotate.errors import ModelError
from annotate.records import Article

_LOADS = 5  # that fail one after the other


@dataclass(slots=True, kw_only=True)
class Predicted:
    """What became of the articles of a shard, in their order."""

    lines: list[bytes] = field(default_factory=list)
    spans: Counter[str] = field(default_factory=Counter)
    links: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    without: list[tuple[str, str]] = field(default_factory=list)
    memory: int = 0
    """The most bytes that a worker held after some of them."""
    deaths: int = 0

    def add(self, answer: Answer) -> None:
        """Append what became of the articles that follow."""
        self.lines += answer.lines
        self.spans += answer.spans
        self.links += answer.links
        self.left_out += answer.left_out
        self.without += answer.without
        self.memory = max(self.memory, answer.memory)


class AbortedError(Exception):
    """Somebody has aborted the supervisor."""


class Supervisor:
    """Predicts with one worker process at a time, started when there is something to do.

    A worker is replaced after `replace_after` articles, and when it holds more than `memory` bytes.
    Not for several threads at once.
    """

    def __init__(
        self,
        load: Loader,
        labels: Sequence[str],
        *,
        replace_after: int | None = None,
        memory: int | None = None,
    ) -> None:
        self._load = load
        self._labels = tuple(labels)
        self._replace_after = replace_after
        self._memory = memory
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._done = 0
        self._aborted = False

    @property
    def worker(self) -> int | None:
        """The worker's process id, or `None` while there is none."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start a worker, and wait until it has loaded the pipeline.

        Raises `ModelError` where it cannot be loaded; `predict` starts one by itself.
        """
        if self._aborted:
            raise AbortedError
        if self._connection is None:
            self._start()

    def predict(self, laid: Laid) -> Predicted:
        """Return what becomes of a shard's articles; those that no worker survives have no line.

        A range of which the worker dies is tried once more, then in halves, down to the one text:
        a worker that somebody kills takes no article with it. Raises `ModelError` where the
        pipeline cannot be loaded.
        """
        if self._aborted:
            raise AbortedError
        predicted = Predicted(without=list(laid.doubled))
        ranges = [(laid.articles, 0)]  # the last one is next
        while ranges:
            some, deaths = ranges.pop()
            if not some:
                continue
            answer = self._ask(some)
            if self._aborted:
                raise AbortedError
            if isinstance(answer, Answer):
                predicted.add(answer)
                self._renew(answer, len(some))
                continue
            if isinstance(answer, Refusal):
                reason = answer.reason
            else:
                reason = f"kills the worker: {answer}"
                predicted.deaths += 1
                if not deaths:
                    ranges.append((some, 1))
                    continue
            if len(some) == 1:
                predicted.without.append((some[0].article_id, reason))
            else:
                middle = len(some) // 2
                ranges += [(some[middle:], 0), (some[:middle], 0)]
        return predicted

    def abort(self) -> None:
        """Kill the worker, whatever it is doing; `predict` then raises `AbortedError`.

        For another thread than the one that predicts.
        """
        self._aborted = True
        process = self._process
        if process is not None:
            with suppress(ValueError):  # it has been closed meanwhile
                process.kill()

    def close(self) -> None:
        """Let the worker go, and wait until it has ended."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = self._connection = None
        self._done = 0

    def _ask(self, articles: list[Article]) -> Answer | Refusal | str:
        """Return the answer, or how the worker died of it."""
        connection = self._connection or self._start()
        try:
            connection.send(articles)
            answer: Answer | Refusal = connection.recv()
        except (EOFError, OSError):
            return self._died()
        return answer

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        # Workers share the processors already: what each one multiplies, it multiplies alone.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ.setdefault(name, "1")
        for _ in range(_LOADS):
            ours, theirs = context.Pipe()
            process = context.Process(
                target=serve, args=(theirs, self._load, self._labels), daemon=True
            )
            # An interruption is for who started us: until the worker can say that it ignores it,
            # it inherits that it is held back.
            held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, held)
            self._process = process  # `abort` kills what has been started, and nothing else
            theirs.close()
            self._connection = ours
            if self._aborted:  # looked at after the process is known: `abort` does the reverse
                raise AbortedError
            try:
                failure: LoadFailure | None = ours.recv()
            except (EOFError, OSError):
                died = self._died()
                continue
            if failure is not None:
                self.close()
                raise ModelError(failure.reason, hint=failure.hint)
            return ours
        raise ModelError(
            f"the worker died {_LOADS} times while it loaded the pipeline ({died})",
            hint="perhaps the machine is out of memory: try with fewer workers",
        )

    def _died(self) -> str:
        code = None
        if self._process is not None:
            self._process.join()
            code = self._process.exitcode
        self.close()
        if code is not None and code < 0:
            known = {one.value: one.name for one in signal.Signals}  # not those of real time
            return f"signal {known.get(-code, -code)}"
        return f"exit code {code}"

    def _renew(self, answer: Answer, count: int) -> None:
        self._done += count
        many = self._replace_after is not None and self._done >= self._replace_after
        if many or (self._memory is not None and answer.memory > self._memory):
            self.close()
