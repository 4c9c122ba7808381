"""A measure of agreement with its 95 % bootstrap interval over articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.quality import ground
from annotate.quality.agreement.alpha import NOTHING_SAID, Coincidences, alpha, resampled_alpha
from annotate.quality.resampling import Resamples
from annotate.quality.scoring import (
    ArticleScore,
    bootstrap_f1,
    bootstrap_macro,
    grounds,
    macro_f1,
    total,
)

SAMPLES = 2000

_ALIKE = "everybody judged everything alike, as chance would too"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An F1 or a share in [0, 1], or an alpha (at most 1), with its 95 % interval over articles.

    What rests on too few articles is `None`, with the `reason` (`annotate.quality.ground`).
    """

    value: float | None
    low: float | None
    high: float | None
    articles: int
    """Articles that it rests on."""
    reason: str | None = None


def measured_f1(
    scores: Sequence[ArticleScore], labels: Sequence[str], measure: str
) -> dict[str, Measured]:
    """Return the F1 of every label that was looked for, after `all` for the mean over them."""
    sums = total(scores, labels)
    if not sums:
        return {}
    draws = Resamples(len(scores), SAMPLES)
    whole = bootstrap_macro(scores, labels, draws, measure)
    by_label = np.nan_to_num(bootstrap_f1(scores, labels, draws, measure))
    drawn = {label: by_label[:, column] for column, label in enumerate(labels)}
    held = grounds(scores, labels=labels)
    found = {ground.ALL: (macro_f1(sums, measure), whole)} | {
        label: (counts[measure].f1, drawn[label]) for label, counts in sums.items()
    }
    return {name: _measured(f1, values, held[name]) for name, (f1, values) in found.items()}


def measured_alpha(items: Mapping[str, Sequence[Coincidences]]) -> dict[str, Measured]:
    """Return alpha for each name, of what its articles add; names without articles are left out.

    It rests on the articles in which anything was marked: the others say only where nothing is.
    """
    found: dict[str, Measured] = {}
    for name, added in items.items():
        if not added:
            continue
        value = alpha(added)
        marked = sum(any(said != NOTHING_SAID for said in item.counts) for item in added)
        if value is None:
            found[name] = Measured(
                value=None, low=None, high=None, articles=len(added), reason=_ALIKE
            )
            continue
        rng = np.random.default_rng(0)
        times = rng.multinomial(len(added), [1 / len(added)] * len(added), size=SAMPLES)
        drawn = resampled_alpha(added, times.astype(np.float64))
        found[name] = _measured(value, drawn[~np.isnan(drawn)], marked)
    return found


def _measured(value: float | None, drawn: npt.NDArray[np.float64], articles: int) -> Measured:
    low, high = ground.interval(drawn, articles) or (None, None)
    return Measured(
        value=value, low=low, high=high, articles=articles, reason=ground.reason(articles)
    )
