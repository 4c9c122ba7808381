"""How training tells how far it is: a spaCy logger that calls whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import IO, Any

from spacy.language import Language


@dataclass(frozen=True, slots=True)
class Step:
    """One update; `score` (macro exact F1 on development articles) only where it was measured."""

    epoch: int
    step: int
    score: float | None


_listener: ContextVar[Callable[[Step], None] | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Callable[[Step], None] | None) -> Iterator[None]:
    """Call `listener` for every step of the training in this block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def make_progress_logger() -> Callable[..., tuple[Callable[..., None], Callable[[], None]]]:
    """Return the logger; registered as `annotate.progress.v1`."""

    def setup(
        nlp: Language,  # noqa: ARG001 - spaCy's signature
        stdout: IO[str],  # noqa: ARG001
        stderr: IO[str],  # noqa: ARG001
    ) -> tuple[Callable[[dict[str, Any] | None], None], Callable[[], None]]:
        steps = 0

        def log(info: dict[str, Any] | None) -> None:
            nonlocal steps
            steps += 1
            listener = _listener.get()
            if listener is not None:
                score = None if info is None else float(info["score"] or 0.0)
                listener(Step(0 if info is None else int(info["epoch"]), steps, score))

        return log, lambda: None

    return setup
