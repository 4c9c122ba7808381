"""The gate: a candidate replaces the pipeline in use, or it does not.

Both are scored on the same test articles, the articles are resampled in pairs (paired bootstrap,
Koehn 2004), and the candidate is promoted when the lower end of the 95 % interval of the
difference in macro exact F1 lies above minus the margin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from annotate.quality.scoring import ArticleScore, bootstrap_f1, bootstrap_macro, macro_f1, total

Decision: TypeAlias = Literal["promoted", "kept", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """Exact F1 of one label before and after, and the 95 % interval of the difference."""

    label: str
    incumbent: float
    candidate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate decided and on what grounds; F1 values are in [0, 1]."""

    decision: Decision
    reason: str
    articles: int
    incumbent: float
    candidate: float
    difference: float
    low: float
    high: float
    margin: float
    labels: tuple[LabelChange, ...]


def decide(
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
    *,
    margin: float,
    min_articles: int,
    samples: int,
    weights: Mapping[str, float] | None = None,
    seed: int = 0,
) -> Verdict:
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
    rng = np.random.default_rng(seed)
    indices = rng.integers(0, max(1, count), size=(samples, count))
    low = high = 0.0
    if count:
        low, high = _interval(
            bootstrap_macro(candidate, labels, indices, weights=weights)
            - bootstrap_macro(incumbent, labels, indices, weights=weights)
        )
    decision: Decision
    if count < min_articles:
        decision = "undecided"
        reason = f"{count} test articles are fewer than the {min_articles} that the gate asks for"
    elif low > -margin:
        decision = "promoted"
        reason = f"the interval's lower end, {low:+.3f}, is above {-margin:+.3f}"
    else:
        decision = "kept"
        reason = f"the interval's lower end, {low:+.3f}, is not above {-margin:+.3f}"
    return Verdict(
        decision=decision,
        reason=reason,
        articles=count,
        incumbent=before,
        candidate=after,
        difference=after - before,
        low=low,
        high=high,
        margin=margin,
        labels=_label_changes(incumbent, candidate, labels, indices) if count else (),
    )


def _label_changes(
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
    indices: npt.NDArray[np.int64],
) -> tuple[LabelChange, ...]:
    before, after = total(incumbent, labels), total(candidate, labels)
    differences = np.nan_to_num(bootstrap_f1(candidate, labels, indices)) - np.nan_to_num(
        bootstrap_f1(incumbent, labels, indices)
    )
    changes: list[LabelChange] = []
    for column, label in enumerate(labels):
        if label in before and label in after:
            low, high = _interval(differences[:, column])
            changes.append(
                LabelChange(
                    label=label,
                    incumbent=before[label]["exact"].f1,
                    candidate=after[label]["exact"].f1,
                    low=low,
                    high=high,
                )
            )
    return tuple(changes)


def _interval(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
