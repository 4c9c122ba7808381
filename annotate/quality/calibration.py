"""Calibration: of spans with score 0.8, four out of five should be right.

Expected calibration error over bins of equal width (Guo et al. 2017): the mean distance between
a bin's mean score and its share of right spans, weighted by the spans in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Spans whose scores lie in [low, high): their number, mean score and share that is right."""

    low: float
    high: float
    spans: int
    score: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The reliability curve and the expected calibration error."""

    bins: tuple[Bin, ...]
    error: float | None
    """`None` without spans."""
    spans: int


def calibration(scored: Sequence[tuple[float, bool]], *, bins: int = 10) -> Calibration:
    """Return the calibration of (score in [0, 1], whether the span was right); empty bins go."""
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for score, right in scored:
        groups[min(bins - 1, int(score * bins))].append((score, right))
    found = tuple(
        Bin(
            low=index / bins,
            high=(index + 1) / bins,
            spans=len(group),
            score=sum(score for score, _ in group) / len(group),
            right=sum(right for _, right in group) / len(group),
        )
        for index, group in enumerate(groups)
        if group
    )
    total = len(scored)
    error = sum(b.spans * abs(b.score - b.right) for b in found) / total if total else None
    return Calibration(bins=found, error=error, spans=total)
