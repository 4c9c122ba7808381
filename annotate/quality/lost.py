"""What a pipeline marks and another one no longer does, in texts that nobody has annotated.

No gold says who is right there; it shows what a gate cannot see whose articles are of one kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotate.records import Span

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SHORT = 3  # words up to which a span is told as it is
_KINDS = 3
_CONTEXT = 40  # characters on either side

MUCH = 0.25
"""Share of a label's spans of which a loss is warned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelLoss:
    """Spans of one label in the same texts, of the pipeline in use and the candidate."""

    label: str
    incumbent: int
    candidate: int
    lost: int
    """Spans of the incumbent that no span of the candidate of that label touches."""

    @property
    def share(self) -> float | None:
        """Return which share of the incumbent's spans is lost."""
        return self.lost / self.incumbent if self.incumbent else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostKind:
    """Lost spans that are alike: short ones by their words, others by the word that ends them."""

    label: str
    words: str
    count: int
    example: str
    """One of them in its text, in ›‹."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What was compared, label by label, and the largest kinds of loss."""

    texts: int
    words: int
    labels: tuple[LabelLoss, ...]
    kinds: tuple[LostKind, ...]

    def warnings(self) -> list[str]:
        """Return what to be warned of before the candidate is put to use."""
        return [
            f"{loss.label}: the candidate marks nothing at {loss.lost} of {loss.incumbent} places "
            "that the pipeline in use marks in texts without annotations"
            for loss in self.labels
            if loss.share is not None and loss.share >= MUCH
        ]


def find_losses(
    items: Iterable[tuple[str, Sequence[Span], Sequence[Span]]], labels: Sequence[str]
) -> Losses:
    """Compare the spans of two pipelines in texts: (text, the incumbent's, the candidate's)."""
    texts = words = 0
    counts: dict[str, list[int]] = {label: [0, 0, 0] for label in labels}
    kinds: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for text, before, after in items:
        texts += 1
        words += len(text.split())
        for label in labels:
            ours = [span for span in before if span.label == label]
            theirs = [span for span in after if span.label == label]
            gone = [
                span
                for span in ours
                if not any(span.start < other.end and other.start < span.end for other in theirs)
            ]
            for place, number in enumerate((len(ours), len(theirs), len(gone))):
                counts[label][place] += number
            for span in gone:
                kind = (label, _kind(text[span.start : span.end]))
                kinds[kind] += 1
                examples.setdefault(kind, _example(text, span))
    largest = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:_KINDS]
    return Losses(
        texts=texts,
        words=words,
        labels=tuple(
            LabelLoss(label=label, incumbent=ours, candidate=theirs, lost=gone)
            for label, (ours, theirs, gone) in counts.items()
        ),
        kinds=tuple(
            LostKind(label=kind[0], words=kind[1], count=count, example=examples[kind])
            for kind, count in largest
        ),
    )


def _kind(marked: str) -> str:
    words = _WORD.findall(marked.lower())
    if not words:
        return marked
    return " ".join(words) if len(words) <= _SHORT else f"… {words[-1]}"


def _example(text: str, span: Span) -> str:
    left = text[max(0, span.start - _CONTEXT) : span.start].rpartition("\n")[2]
    right = text[span.end : span.end + _CONTEXT].partition("\n")[0]
    return f"{left}›{text[span.start : span.end]}‹{right}".strip()
