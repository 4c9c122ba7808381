"""Pairs of spans of two sides, so that what all pairs save together is most.

An assignment problem (Kuhn 1955, Munkres 1957). Spans pair only where they share a character, so
that each run of overlapping spans is a problem of its own; most hold one or two spans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from annotate.records import Span


def best_pairs(
    before: Sequence[Span], after: Sequence[Span], saved: Callable[[Span, Span], float]
) -> dict[int, int]:
    """Return index before → index after of the pairs that save most; each span is in one at most.

    `saved` tells what a pair saves against taking the one away and making the other; only pairs
    that save more than 0 are made.
    """
    pairs: dict[int, int] = {}
    for rows, columns in _runs(before, after):
        if len(rows) == len(columns) == 1:
            span, other = before[rows[0]], after[columns[0]]
            if _touch(span, other) and saved(span, other) > 0:
                pairs[rows[0]] = columns[0]
            continue
        savings = np.zeros((len(rows), len(columns)))
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                if _touch(before[row], after[column]):
                    savings[i, j] = max(0.0, saved(before[row], after[column]))
        for i, j in zip(*linear_sum_assignment(savings, maximize=True), strict=True):
            if savings[i, j] > 0:
                pairs[rows[int(i)]] = columns[int(j)]
    return pairs


def _runs(before: Sequence[Span], after: Sequence[Span]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the indices of both sides of every run of overlapping spans that has both sides."""
    edges = [(span.start, span.end, 0, index) for index, span in enumerate(before)]
    edges += [(span.start, span.end, 1, index) for index, span in enumerate(after)]
    run: tuple[list[int], list[int]] = ([], [])
    reach = 0
    for start, end, side, index in sorted(edges):
        if start >= reach:
            if run[0] and run[1]:
                yield run
            run = ([], [])
        run[side].append(index)
        reach = max(reach, end)
    if run[0] and run[1]:
        yield run


def _touch(span: Span, other: Span) -> bool:
    return span.start < other.end and other.start < span.end
