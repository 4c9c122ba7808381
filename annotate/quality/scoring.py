"""Scoring spans against gold: exact, overlap and token precision, recall and F1.

- exact: same offsets and same label.
- overlap: a span counts as found if it shares a character with a span of the same label.
- token: words and punctuation marks that lie inside spans of the label.

A label is scored in an article only where it was annotated there: what is unknown is neither a
miss nor an error. Counts add up, so that articles can be resampled (`bootstrap`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotate.quality.ground import ALL
from annotate.records import Span

MEASURES = ("exact", "overlap", "token")

_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Counts:
    """What was found and what there was; `found_gold` differs from `found` for overlap alone."""

    found: int = 0
    predicted: int = 0
    found_gold: int = 0
    gold: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.found + other.found,
            self.predicted + other.predicted,
            self.found_gold + other.found_gold,
            self.gold + other.gold,
        )

    @property
    def precision(self) -> float | None:
        """Share of predictions that were right; `None` where there are none."""
        return self.found / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """Share of gold that was found; `None` where there is none."""
        return self.found_gold / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; `None` where there is nothing to find or found."""
        if not (self.gold or self.predicted):
            return None
        precision, recall = self.precision or 0.0, self.recall or 0.0
        total = precision + recall
        return 2 * precision * recall / total if total else 0.0

    def to_json(self) -> dict[str, float | None]:
        """Return the scores and what they rest on as JSON."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "gold": self.gold,
            "predicted": self.predicted,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldAndPredicted:
    """One article with what people and what a machine marked in it.

    `labels` are those that people annotated there.
    """

    article_id: str
    text: str
    gold: tuple[Span, ...]
    predicted: tuple[Span, ...]
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """Counts of one article: label → measure → counts."""

    article_id: str
    counts: Mapping[str, Mapping[str, Counts]]


class Tokens(NamedTuple):
    """Where a text's words and punctuation marks begin and end, in order; code-point offsets.

    They are no pipeline's tokens: no score hangs on a tokenizer.
    """

    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Tokens:
        """Return the tokens of a text."""
        found = [match.span() for match in _TOKEN.finditer(text)]
        return cls([start for start, _ in found], [end for _, end in found])

    def range(self, start: int, end: int) -> range:
        """Return the places of the tokens of which the span holds a character."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))

    def within(self, spans: Iterable[tuple[int, int]]) -> set[int]:
        """Return the places of the tokens of which any span holds a character."""
        within: set[int] = set()
        for start, end in spans:
            within.update(self.range(start, end))
        return within


def score_article(item: GoldAndPredicted, labels: Sequence[str]) -> ArticleScore:
    """Count, for each of `labels` that was annotated there, what was found in one article."""
    tokens = Tokens.of(item.text)
    return ArticleScore(
        item.article_id,
        {
            label: _score_label(
                {(s.start, s.end) for s in item.gold if s.label == label},
                {(s.start, s.end) for s in item.predicted if s.label == label},
                tokens,
            )
            for label in labels
            if label in item.labels
        },
    )


def total(scores: Iterable[ArticleScore], labels: Sequence[str]) -> dict[str, dict[str, Counts]]:
    """Add the articles up: label → measure → counts. Labels that no article knows are left out."""
    sums: dict[str, dict[str, Counts]] = {}
    for score in scores:
        for label, counts in score.counts.items():
            target = sums.setdefault(label, {})
            for measure, found in counts.items():
                target[measure] = target.get(measure, Counts()) + found
    return {label: sums[label] for label in labels if label in sums}


def macro_f1(
    sums: Mapping[str, Mapping[str, Counts]],
    measure: str = "exact",
    *,
    weights: Mapping[str, float] | None = None,
) -> float | None:
    """Return the mean of the labels' F1, over labels that have gold or predictions.

    `weights` by label make it a weighted mean; a label that is not named weighs 1. `None` where no
    label that weighs anything has gold or predictions.
    """
    values = [
        (f1, 1.0 if weights is None else weights.get(label, 1.0))
        for label, counts in sums.items()
        if (f1 := counts[measure].f1) is not None
    ]
    weight = sum(w for _, w in values)
    return sum(f1 * w for f1, w in values) / weight if weight else None


def grounds(*scored: Sequence[ArticleScore], labels: Sequence[str]) -> dict[str, int]:
    """Return, for every label and for `ALL`, how many articles its F1 rests on.

    These are the articles in which it was annotated and which hold a span of it, gold or predicted;
    of several scorings of the same articles, in the same order, in any of them.
    """
    held = [
        {
            label
            for score in of_article
            for label, counts in score.counts.items()
            if label in labels and counts["exact"].f1 is not None
        }
        for of_article in zip(*scored, strict=True)
    ]
    return {label: sum(label in found for found in held) for label in labels} | {
        ALL: sum(map(bool, held))
    }


def bootstrap_f1(
    scores: Sequence[ArticleScore],
    labels: Sequence[str],
    draws: Iterable[npt.NDArray[np.int64]],
    measure: str = "exact",
) -> npt.NDArray[np.float64]:
    """Return the F1 of every resample and label (resamples, labels).

    Each of `draws` chooses articles by their indices. A label without gold and predictions in a
    resample is NaN there.
    """
    table = np.zeros((len(scores), len(labels), 4))
    for row, score in enumerate(scores):
        for column, label in enumerate(labels):
            if label in score.counts:
                c = score.counts[label][measure]
                table[row, column] = (c.found, c.predicted, c.found_gold, c.gold)
    flat = table.reshape(len(scores), -1)
    # The sums are whole numbers, so that it does not matter in what order they are added.
    added = [np.bincount(drawn, minlength=len(scores)) @ flat for drawn in draws]
    sums = np.array(added).reshape(len(added), len(labels), 4)
    found, predicted, found_gold, gold = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.nan_to_num(found / predicted)
        recall = np.nan_to_num(found_gold / gold)
        f1 = np.nan_to_num(2 * precision * recall / (precision + recall))
    scored: npt.NDArray[np.float64] = np.where(predicted + gold > 0, f1, np.nan)
    return scored


def bootstrap_macro(
    scores: Sequence[ArticleScore],
    labels: Sequence[str],
    draws: Iterable[npt.NDArray[np.int64]],
    measure: str = "exact",
    *,
    weights: Mapping[str, float] | None = None,
) -> npt.NDArray[np.float64]:
    """Return the macro F1 of every resample; `weights` as in `macro_f1`."""
    f1 = bootstrap_f1(scores, labels, draws, measure)
    weight = np.array([1.0 if weights is None else weights.get(label, 1.0) for label in labels])
    present = ~np.isnan(f1) * weight
    macro: npt.NDArray[np.float64] = (np.nan_to_num(f1) * weight).sum(1) / np.maximum(
        present.sum(1), 1e-12
    )
    return macro


def _score_label(
    gold: set[tuple[int, int]], predicted: set[tuple[int, int]], tokens: Tokens
) -> dict[str, Counts]:
    exact = len(gold & predicted)
    gold_tokens = tokens.within(gold)
    predicted_tokens = tokens.within(predicted)
    shared = len(gold_tokens & predicted_tokens)
    return {
        "exact": Counts(exact, len(predicted), exact, len(gold)),
        "overlap": Counts(
            sum(_touches(span, gold) for span in predicted),
            len(predicted),
            sum(_touches(span, predicted) for span in gold),
            len(gold),
        ),
        "token": Counts(shared, len(predicted_tokens), shared, len(gold_tokens)),
    }


def _touches(span: tuple[int, int], others: set[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in others)
