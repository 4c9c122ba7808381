"""What a number rests on: whether there is one, whether it has an interval, and how both are said.

Every F1, share and difference that annotate shows asks here. What rests on no article is `None`,
shown as "–", and what rests on fewer than five has no interval: a bootstrap over one to four
articles draws the same few again and again, and its width says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MIN_ARTICLES = 5
"""What rests on fewer articles has no interval."""

ALL = "all"
"""Stands for the mean over the labels, beside the labels."""

NOTHING = "–"
"""Stands for a number or an interval that there is not."""

Interval: TypeAlias = tuple[float, float]


def interval(values: npt.NDArray[np.float64], articles: int) -> Interval | None:
    """Return the 95 % interval of bootstrap values that rest on so many articles, or `None`."""
    if articles < MIN_ARTICLES:
        return None
    import numpy as np  # the command line asks how numbers are said, and has no time for it

    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def ends(low: float | None, high: float | None) -> Interval | None:
    """Return the interval of its two ends; `None` where one is missing."""
    return None if low is None or high is None else (low, high)


def reason(articles: int) -> str | None:
    """Return why what rests on so many articles has no number or no interval; `None` if it has."""
    if articles >= MIN_ARTICLES:
        return None
    if not articles:
        return "no article gives ground"
    give = "only 1 article gives" if articles == 1 else f"only {articles} articles give"
    return f"{give} ground; an interval needs {MIN_ARTICLES}"


def percent(value: float | None) -> str:
    """Return a share as percent with one digit."""
    return NOTHING if value is None else f"{100 * value:.1f}"


def points(value: float | None) -> str:
    """Return a difference of shares in points, with its sign and one digit."""
    return NOTHING if value is None else f"{100 * value:+.1f}"


def percent_interval(found: Interval | None) -> str:
    """Return an interval of a share, as `61.0 to 72.5`."""
    return NOTHING if found is None else " to ".join(percent(edge) for edge in found)


def points_interval(found: Interval | None) -> str:
    """Return an interval of a difference, as `-1.0 to +2.5`."""
    return NOTHING if found is None else " to ".join(points(edge) for edge in found)
