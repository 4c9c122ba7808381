"""The process that predicts: it loads the pipeline once, and sends lines, never documents."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Protocol

import psutil

from annotate.errors import AnnotateError
from annotate.jsonl import ArticleLine, article_line_to_json, dumps
from annotate.records import Article, Prediction


class ZonedPredictor(Protocol):
    """What a worker loads: it predicts, and gives back what texts cost in memory."""

    left_out: Counter[str]

    def predict(self, articles: Iterable[Article]) -> Iterator[Prediction | None]:
        """Yield a prediction an article, in order; `None` where there is none."""

    def zone(self) -> AbstractContextManager[object]:
        """Open a zone after which the words of its texts are forgotten."""


Loader = Callable[[], ZonedPredictor]
"""Loads a predictor in a process; picklable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of some articles: a line of JSON each, but for those without a prediction."""

    lines: list[bytes]
    spans: Counter[str]
    links: int
    left_out: Counter[str]
    without: list[tuple[str, str]]
    memory: int
    """Bytes that the process holds (resident set)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why some articles, of which at least one is to blame, have no predictions."""

    reason: str


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """Why the pipeline cannot be loaded."""

    reason: str
    hint: str | None


WARM = 500
"""Articles that a worker predicts before it opens zones.

What spaCy's tokenizer has cached before a zone it finds in a zone, and in zones it caches nothing:
without the words that all texts have in common, zones take half as much time again.
"""

NO_PREDICTION = "the model gave no prediction"


def serve(connection: Connection, load: Loader, labels: Sequence[str]) -> None:
    """Answer lists of articles until the other end is gone; the work of a process.

    `labels` are all names that the model could have given; every line carries them.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us decides
    try:
        predictor = load()
    except AnnotateError as error:
        connection.send(LoadFailure(error.message, error.hint))
        return
    connection.send(None)
    seen = 0
    while True:
        try:
            articles: list[Article] = connection.recv()
            with predictor.zone() if seen >= WARM else nullcontext():
                connection.send(answer(predictor, articles, labels))
            seen += len(articles)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def answer(
    predictor: ZonedPredictor, articles: Sequence[Article], labels: Sequence[str]
) -> Answer | Refusal:
    """Return what becomes of articles; where any of them is refused, the whole range is."""
    before = Counter(predictor.left_out)
    lines: list[bytes] = []
    spans: Counter[str] = Counter()
    without: list[tuple[str, str]] = []
    links = 0
    try:
        for article, found in zip(articles, predictor.predict(articles), strict=True):
            if found is None:
                without.append((article.article_id, NO_PREDICTION))
                continue
            spans.update(span.label for span in found.spans)
            links += len(found.links)
            lines.append(dumps(article_line_to_json(_line(article, found, labels))).encode())
    except Exception as error:  # noqa: BLE001 - whatever a pipeline raises, a text is to blame
        said = error.message if isinstance(error, AnnotateError) else repr(error)
        return Refusal(said.splitlines()[0][:300])
    return Answer(
        lines=lines,
        spans=spans,
        links=links,
        left_out=Counter(predictor.left_out) - before,
        without=without,
        memory=psutil.Process().memory_info().rss,
    )


def _line(article: Article, found: Prediction, labels: Sequence[str]) -> ArticleLine:
    return ArticleLine(
        article=article,
        spans=found.spans,
        links=found.links,
        labels=tuple(labels),
        scores=found.scores,
        model_version=found.model_version,
    )
