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

from annotate.quality import ground
from annotate.quality.scoring import (
    ArticleScore,
    bootstrap_f1,
    bootstrap_macro,
    grounds,
    macro_f1,
    total,
)

Decision: TypeAlias = Literal["promoted", "kept", "undecided"]


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
class Verdict:
    """What the gate decided and on what grounds; F1 values are in [0, 1].

    What rests on too few articles is `None` (`annotate.quality.ground`).
    """

    decision: Decision
    reason: str
    articles: int
    incumbent: float | None
    candidate: float | None
    difference: float | None
    low: float | None
    high: float | None
    margin: float
    labels: tuple[LabelChange, ...]
    ground: str | None = None
    """Why there is no number or no interval, where there is none."""


def outlook(articles: int, *, min_articles: int) -> str:
    """Return what so many test articles will mean for the verdict, to be said before a training."""
    if articles >= max(min_articles, ground.MIN_ARTICLES):
        return f"{_counted(articles)}: the gate will decide"
    least = f"{_counted(articles)}, and the gate asks for {min_articles}"
    if not articles:
        least = f"no test article, and the gate asks for {min_articles}: nothing can be compared"
    elif articles < ground.MIN_ARTICLES:
        least += f", an interval for {ground.MIN_ARTICLES}"
    return f"{least}; the verdict will be undecided, and the pipeline in use stays"


def _counted(articles: int) -> str:
    return "1 test article" if articles == 1 else f"{articles} test articles"


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
    held = grounds(incumbent, candidate, labels=labels)
    difference = _difference(before, after)
    low, high = _ends(
        None
        if difference is None
        else ground.interval(
            bootstrap_macro(candidate, labels, indices, weights=weights)
            - bootstrap_macro(incumbent, labels, indices, weights=weights),
            held[ground.ALL],
        )
    )
    why = ground.reason(held[ground.ALL])
    if why is None and difference is None:
        why = "no label that counts has a span"
    decision: Decision
    if count < min_articles:
        decision = "undecided"
        fewer = "is" if count == 1 else "are"
        reason = f"{_counted(count)} {fewer} fewer than the {min_articles} that the gate asks for"
    elif low is None:
        decision, reason = "undecided", f"there is no interval: {why}"
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
        difference=difference,
        low=low,
        high=high,
        margin=margin,
        labels=_label_changes(incumbent, candidate, labels, indices, held),
        ground=why,
    )


def _label_changes(
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
    indices: npt.NDArray[np.int64],
    held: Mapping[str, int],
) -> tuple[LabelChange, ...]:
    before, after = total(incumbent, labels), total(candidate, labels)
    differences: npt.NDArray[np.float64] = np.zeros((1, len(labels)))
    if incumbent:
        differences = np.nan_to_num(bootstrap_f1(candidate, labels, indices)) - np.nan_to_num(
            bootstrap_f1(incumbent, labels, indices)
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
