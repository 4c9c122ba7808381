"""Two pipelines on the same articles: the difference in exact F1, and its 95 % interval.

The articles are resampled in pairs (paired bootstrap, Koehn 2004).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.quality import ground
from annotate.quality.resampling import Resamples
from annotate.quality.scoring import (
    ArticleScore,
    bootstrap_f1,
    bootstrap_macro,
    grounds,
    macro_f1,
    total,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """Exact F1 of one label before and after, and the 95 % interval of the difference.

    What rests on too few articles is `None` (`annotate.quality.ground`), with the `reason`.
    """

    label: str
    incumbent: float | None
    candidate: float | None
    difference: float | None
    low: float | None
    high: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """Macro exact F1 of both, in [0, 1], the difference and its interval.

    What rests on too few articles is `None` (`annotate.quality.ground`).
    """

    articles: int
    incumbent: float | None
    candidate: float | None
    difference: float | None
    low: float | None
    high: float | None
    spread: float | None
    """Standard error of the difference."""
    ground: str | None
    """Why there is no number or no interval, where there is none."""
    labels: tuple[LabelChange, ...]


def compare_paired(
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
    *,
    samples: int,
    weights: Mapping[str, float] | None = None,
    seed: int = 0,
) -> Paired:
    """Compare two pipelines on the same articles, in the same order.

    `weights` by label say how much each counts in the macro F1; one that is not named weighs 1.
    Raises `ValueError` where the articles differ.
    """
    if [score.article_id for score in incumbent] != [score.article_id for score in candidate]:
        raise ValueError("the two pipelines were scored on different articles")
    count = len(incumbent)
    before, after = (
        macro_f1(total(scores, labels), weights=weights) for scores in (incumbent, candidate)
    )
    resamples = Resamples(count, samples, seed)
    held = grounds(incumbent, candidate, labels=labels)
    difference = _difference(before, after)
    found: ground.Interval | None = None
    spread: float | None = None
    if difference is not None:
        draws = bootstrap_macro(candidate, labels, resamples, weights=weights) - bootstrap_macro(
            incumbent, labels, resamples, weights=weights
        )
        found = ground.interval(draws, held[ground.ALL])
        spread = None if found is None else float(draws.std())
    low, high = _ends(found)
    why = ground.reason(held[ground.ALL])
    if why is None and difference is None:
        why = "no label that counts has a span"
    return Paired(
        articles=count,
        incumbent=before,
        candidate=after,
        difference=difference,
        low=low,
        high=high,
        spread=spread,
        ground=why,
        labels=_label_changes(incumbent, candidate, labels, resamples, held),
    )


def _label_changes(
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
    resamples: Resamples,
    held: Mapping[str, int],
) -> tuple[LabelChange, ...]:
    before, after = total(incumbent, labels), total(candidate, labels)
    differences: npt.NDArray[np.float64] = np.zeros((1, len(labels)))
    if incumbent:
        differences = np.nan_to_num(bootstrap_f1(candidate, labels, resamples)) - np.nan_to_num(
            bootstrap_f1(incumbent, labels, resamples)
        )
    changes: list[LabelChange] = []
    for column, label in enumerate(labels):
        was, now = (sums[label]["exact"].f1 if label in sums else None for sums in (before, after))
        low, high = _ends(ground.interval(differences[:, column], held[label]))
        changes.append(
            LabelChange(
                label=label,
                incumbent=was,
                candidate=now,
                difference=_difference(was, now),
                low=low,
                high=high,
                reason=ground.reason(held[label]),
            )
        )
    return tuple(changes)


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _ends(found: ground.Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if found is None else found
