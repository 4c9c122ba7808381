"""Documents ⇄ the arrays of the CRF: padded batches of paragraphs, and gold states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc, Span

from annotate.pipeline.paragraphs import paragraphs
from annotate.pipeline.span_crf.chain import STATES, Floats, span_states

_SHORT = 16  # paragraphs up to this length share a batch whatever their lengths are


@dataclass(frozen=True, slots=True)
class Batch:
    """Paragraphs (document index, start, end) with their padded scores (M, G, B, S)."""

    pieces: list[tuple[int, int, int]]
    scores: Floats
    lengths: npt.NDArray[np.int64]


def word_groups(docs: list[Doc], words: int) -> Iterator[list[Doc]]:
    """Yield the documents in order, as many together as have `words` tokens, but at least one."""
    first = total = 0
    for index, doc in enumerate(docs):
        if index > first and total + len(doc) > words:
            yield docs[first:index]
            first, total = index, 0
        total += len(doc)
    if docs:
        yield docs[first:]


def paragraph_batches(docs: Sequence[Doc], scores: Sequence[Any], chains: int) -> Iterator[Batch]:
    """Yield paragraphs of similar length together, so that little is padding.

    `scores` holds one array (tokens, chains * states) a document.
    """
    pieces = [
        (index, start, end) for index, doc in enumerate(docs) for start, end in paragraphs(doc)
    ]
    pieces.sort(key=lambda piece: piece[2] - piece[1])
    first = 0
    while first < len(pieces):
        longest = max(_SHORT, 2 * (pieces[first][2] - pieces[first][1]))
        last = first
        while last < len(pieces) and pieces[last][2] - pieces[last][1] <= longest:
            last += 1
        group = pieces[first:last]
        lengths = np.array([end - start for _, start, end in group])
        padded = np.zeros((int(lengths.max()), chains, len(group), STATES))
        for column, (index, start, end) in enumerate(group):
            padded[: end - start, :, column] = np.asarray(scores[index][start:end]).reshape(
                end - start, chains, STATES
            )
        yield Batch(group, padded, lengths)
        first = last


def assign_states(
    spans: Iterable[Span], doc: Doc, chains: Sequence[str]
) -> tuple[npt.NDArray[np.int64], list[Span]]:
    """Return states (tokens, chains) and the spans that no chain of their label has room for.

    `chains` names the label of each chain. Outer spans come first; a span goes to the first free
    chain of its label. Spans across paragraphs fit nowhere.
    """
    states = np.zeros((len(doc), len(chains)), dtype=np.int64)
    ranges = paragraphs(doc)
    left: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        fits = any(a <= span.start and span.end <= b for a, b in ranges)
        free = next(
            (
                chain
                for chain, label in enumerate(chains)
                if label == span.label_ and not states[span.start : span.end, chain].any()
            ),
            None,
        )
        if not fits or free is None:
            left.append(span)
        else:
            states[span.start : span.end, free] = span_states(len(span))
    return states, left
