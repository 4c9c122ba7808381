"""The gate: a candidate replaces the pipeline in use, or it does not.

Both are scored on the same test articles, the articles are resampled in pairs (paired bootstrap,
Koehn 2004), and the candidate is promoted when the lower end of the 95 % interval of the
difference in macro exact F1 lies above minus the margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from annotate.quality.scoring import ArticleScore, bootstrap_macro, macro_f1, total

Decision: TypeAlias = Literal["promoted", "kept", "undecided"]


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


def decide(
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
    *,
    margin: float,
    min_articles: int,
    samples: int,
    seed: int = 0,
) -> Verdict:
    """Compare two pipelines on the same articles, in the same order.

    Raises `ValueError` where the articles differ.
    """
    if [score.article_id for score in incumbent] != [score.article_id for score in candidate]:
        raise ValueError("the two pipelines were scored on different articles")
    count = len(incumbent)
    before = macro_f1(total(incumbent, labels))
    after = macro_f1(total(candidate, labels))
    low, high = 0.0, 0.0
    if count:
        rng = np.random.default_rng(seed)
        indices = rng.integers(0, count, size=(samples, count))
        differences = bootstrap_macro(candidate, labels, indices) - bootstrap_macro(
            incumbent, labels, indices
        )
        low, high = (float(value) for value in np.percentile(differences, [2.5, 97.5]))
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
    )
