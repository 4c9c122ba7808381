"""Predictions by several processes: each loads the pipeline once, and sends records, no documents.

spaCy's own `n_process` sends whole documents back, which takes as long as making them.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Protocol

from annotate.errors import ModelError
from annotate.records import Article, Prediction

_ARTICLES = 16  # in a piece of work
_AHEAD = 3  # pieces a process that wait or are being done


class Predictor(Protocol):
    """What a process loads: it predicts, and counts by name what the labels cannot hold."""

    left_out: Counter[str]

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction]:
        """Yield a prediction an article, in order."""


Loader = Callable[[], Predictor]
"""Loads a predictor; it travels to the processes, so it has to be picklable."""


def predict_in_processes(
    load: Loader, articles: Iterable[Article], *, processes: int, left_out: Counter[str]
) -> Iterator[Prediction]:
    """Yield a prediction an article, in order; a few batches a process are held at a time.

    What the processes leave out is added to `left_out`. Raises what loading or predicting raises,
    and `ModelError` where a process died.
    """
    source = iter(articles)
    pieces = iter(lambda: list(islice(source, _ARTICLES)), [])
    waiting: deque[Future[tuple[list[Prediction], Counter[str]]]] = deque()
    executor = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    try:
        for piece in pieces:
            waiting.append(executor.submit(_predict, load, piece))
            if len(waiting) >= _AHEAD * processes:
                yield from _taken(waiting.popleft(), left_out)
        while waiting:
            yield from _taken(waiting.popleft(), left_out)
    except BrokenProcessPool:
        raise ModelError(
            f"one of {processes} processes that predict died: perhaps the machine is out of memory",
            hint="try with fewer processes",
        ) from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _taken(
    future: Future[tuple[list[Prediction], Counter[str]]], left_out: Counter[str]
) -> list[Prediction]:
    predictions, left = future.result()
    left_out.update(left)
    return predictions


_predictor: Predictor | None = None


def _predict(load: Loader, articles: list[Article]) -> tuple[list[Prediction], Counter[str]]:
    global _predictor  # noqa: PLW0603 - one pipeline a process, loaded with its first piece
    if _predictor is None:
        _predictor = load()
    before = Counter(_predictor.left_out)
    predictions = list(_predictor.predict(articles))
    return predictions, Counter(_predictor.left_out) - before
