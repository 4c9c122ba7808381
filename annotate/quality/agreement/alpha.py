"""Krippendorff's alpha for nominal values: 1 is perfect agreement, 0 what chance would give.

Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"; its coincidences are kept article
by article, so that articles can be resampled. The units are words (does a label cover it?) or spans
that several raters drew (what did they choose for it?). The words of a span are no independent
units: alpha says how far the marked text is the same, the interval over articles how much that
varies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotate.quality.agreement.raters import Marks
from annotate.quality.scoring import Tokens

NOTHING_SAID = 0
"""The value of a word that no label covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coincidences:
    """What the units of an article that two or more raters judged add to alpha.

    `counts` says how many judgements gave each value; `disagreement` is the sum, over units of m
    judgements, of the ordered pairs that differ divided by m - 1.
    """

    disagreement: float
    counts: Mapping[Hashable, int]

    @property
    def judgements(self) -> int:
        """Return how many judgements there are."""
        return sum(self.counts.values())


def word_coincidences(
    raters: Sequence[Marks], tokens: Tokens, labels: Sequence[str]
) -> Coincidences | None:
    """Return what the words of an article add, by the set of `labels` that cover each.

    With one label that is whether it covers the word. Raters who did not look for all of them are
    left out; `None` with fewer than two raters, or without words.
    """
    judging = [rater for rater in raters if rater.names.issuperset(labels)]
    if len(judging) < 2 or not tokens.starts:
        return None
    # A word's value is a number of bits, one a label: labels may overlap freely.
    values = np.zeros(
        (len(judging), len(tokens.starts)), dtype=object if len(labels) > 62 else np.int64
    )
    for row, rater in enumerate(judging):
        for bit, label in enumerate(labels):
            places = [(span.start, span.end) for span in rater.spans if span.label == label]
            covered = list(tokens.within(places))
            values[row, covered] += 1 << bit
    differing = sum(
        int((values[row] != values[other]).sum())
        for row in range(len(judging))
        for other in range(row)
    )
    return Coincidences(
        disagreement=2 * differing / (len(judging) - 1), counts=Counter(values.ravel().tolist())
    )


def choice_coincidences(raters: Sequence[Marks], name: str) -> Coincidences | None:
    """Return what the spans of an article add, by what was chosen for them with control `name`.

    A unit is a span (offsets and label) that two or more raters drew and chose something for.
    `None` where there is none.
    """
    units: dict[tuple[int, int, str], list[tuple[str, ...]]] = {}
    for rater in raters:
        if name not in rater.names:
            continue
        chosen = {
            (span.start, span.end, span.label): tuple(sorted(span.attributes[name]))
            for span in rater.spans
            if span.attributes.get(name)
        }
        for place, value in chosen.items():
            units.setdefault(place, []).append(value)
    disagreement, counts = 0.0, Counter[Hashable]()
    for values in units.values():
        if len(values) < 2:
            continue
        said = Counter(values)
        alike = sum(count * (count - 1) for count in said.values())
        disagreement += (len(values) * (len(values) - 1) - alike) / (len(values) - 1)
        counts.update(said)
    return Coincidences(disagreement=disagreement, counts=counts) if counts else None


def alpha(items: Sequence[Coincidences]) -> float | None:
    """Return alpha over articles; `None` where nobody could differ: one value, or no unit."""
    if not items:
        return None
    value = float(resampled_alpha(items, np.ones((1, len(items))))[0])
    return None if np.isnan(value) else value


def resampled_alpha(
    items: Sequence[Coincidences], times: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return alpha of every resample; `times` (resamples, articles) says how often each counts.

    It is NaN where nobody could differ.
    """
    values = {value: place for place, value in enumerate(_values(items))}
    table = np.zeros((len(items), len(values)))
    for row, item in enumerate(items):
        for value, count in item.counts.items():
            table[row, values[value]] = count
    counts = times @ table
    total = counts.sum(axis=1)
    observed = times @ np.array([item.disagreement for item in items])
    expected = (total**2 - (counts**2).sum(axis=1)) / np.maximum(total - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: npt.NDArray[np.float64] = np.where(expected > 0, 1 - observed / expected, np.nan)
    return found


def _values(items: Sequence[Coincidences]) -> list[Hashable]:
    """Return every value once, in an order that is the same in every run."""
    return sorted({value for item in items for value in item.counts}, key=repr)
