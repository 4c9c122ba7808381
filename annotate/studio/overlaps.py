"""Spans of one label that overlap by accident, as a slip of the mouse leaves them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from annotate.records import Span


def accidental_overlaps(spans: Sequence[Span]) -> Counter[str]:
    """Return, label by label, how many pairs of spans overlap in part or repeat each other.

    A span inside another one may be meant, a claim inside a claim for example, and is not counted.
    """
    pairs: Counter[str] = Counter()
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    for at, first in enumerate(ordered):
        for place in range(at + 1, len(ordered)):
            second = ordered[place]
            if second.start >= first.end:
                break
            repeats = (first.start, first.end) == (second.start, second.end)
            if first.label == second.label and (repeats or first.end < second.end):
                pairs[first.label] += 1
    return pairs
