"""The gate: a candidate replaces the pipeline in use, or it does not.

Both are scored on the same articles. On blind test articles the candidate is promoted when the
lower end of the 95 % interval of the difference in macro exact F1 lies above minus the margin.
Before there are enough of them it can be promoted early: articles that were corrected from what the
pipeline in use marked favour that pipeline, so a candidate that is ahead on them, beyond chance,
has won against the wind. Where no model is in use, the candidate is compared with nothing: it has
to reach more than the margin.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

from annotate.quality import ground
from annotate.quality.paired import Paired, compare_paired
from annotate.quality.scoring import ArticleScore

Decision: TypeAlias = Literal["promoted", "promoted early", "kept", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Paired):
    """What the gate decided on what it compared, and why."""

    decision: Decision
    reason: str
    margin: float
    blind: int
    """How many of the articles were annotated without pre-labels."""
    folded: int = 0
    """How many of them were judged by cross-validation."""
    needed: int | None = None
    """Where it is undecided: how many more articles are likely to decide it."""


def outlook(articles: int, *, min_articles: int, folded: int = 0, lacking: int = 0) -> str:
    """Return what so many blind test articles will mean for the verdict, said before a training.

    `folded` is the number of training articles that cross-validation will judge, 0 where it will
    judge none, and `lacking` how many more of them it would need.
    """
    if articles >= max(min_articles, ground.MIN_ARTICLES):
        return f"{_counted(articles)}: the gate will decide"
    there = _counted(articles) if articles else "no blind test article"
    least = f"{there}, and the gate asks for {min_articles}"
    if folded:
        return (
            f"{least}: cross-validation over {folded} annotated articles will compare; it can "
            "promote early, not reject"
        )
    if not articles:
        least += ": nothing can be compared"
    elif articles < ground.MIN_ARTICLES:
        least += f", an interval for {ground.MIN_ARTICLES}"
    if lacking:
        least += f" (cross-validation would compare with {lacking} more training articles)"
    return f"{least}; the verdict will be undecided, and the pipeline in use stays"


def _counted(articles: int) -> str:
    return "1 blind test article" if articles == 1 else f"{articles} blind test articles"


def decide(
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
    *,
    margin: float,
    min_articles: int,
    samples: int,
    blind: int | None = None,
    weights: Mapping[str, float] | None = None,
    nothing: bool = False,
    seed: int = 0,
) -> Verdict:
    """Compare two pipelines on the same test articles, in the same order.

    `blind` says how many of them were annotated without pre-labels, by default all: others cannot
    be counted among the `min_articles`. `weights` by label say how much each counts in the macro
    F1; one that is not named weighs 1. `nothing` says that the incumbent is no model: then the
    interval has to lie above plus the margin.
    Raises `ValueError` where the articles differ.
    """
    found = compare_paired(
        incumbent, candidate, labels, samples=samples, weights=weights, seed=seed
    )
    decision: Decision
    unseen = found.articles if blind is None else blind
    if unseen < min_articles:
        decision = "undecided"
        reason = (
            f"{_counted(unseen)} {'is' if unseen == 1 else 'are'} fewer than the "
            f"{min_articles} that the gate asks for"
        )
    elif found.low is None:
        decision, reason = "undecided", f"there is no interval: {found.ground}"
    else:
        bar = margin if nothing else -margin
        won = found.low > bar
        decision = "promoted" if won else "kept"
        is_ = "is" if won else "is not"
        reason = f"the interval's lower end, {found.low:+.3f}, {is_} above {bar:+.3f}"
    return _verdict(found, decision=decision, reason=reason, margin=margin, blind=unseen)


def decide_early(
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
    *,
    blind: int,
    folded: int,
    samples: int,
    weights: Mapping[str, float] | None = None,
    nothing: float | None = None,
    seed: int = 0,
) -> Verdict:
    """Compare on articles of which only `blind` are blind, and `folded` were held out of folds.

    Promoted early where the interval of the difference lies above zero, or, where the incumbent is
    no model, above the margin that `nothing` names; undecided otherwise.
    Raises `ValueError` where the articles differ.
    """
    found = compare_paired(
        incumbent, candidate, labels, samples=samples, weights=weights, seed=seed
    )
    ground_of = f"{found.articles} articles, {blind} of them blind"
    needed: int | None = None
    bar = nothing or 0.0
    above = f"above {bar:+.3f}" if bar else "above zero"
    decision: Decision = "undecided"
    if found.low is None:
        reason = f"there is no interval: {found.ground}"
    elif found.low > bar:
        decision = "promoted early"
        reason = f"the interval's lower end, {found.low:+.3f}, is {above} on {ground_of}"
    else:
        needed = articles_needed(found)
        behind = found.high is not None and found.high < 0.0
        more = (
            f"some {needed} more are likely to decide it"
            if needed is not None
            else "the candidate is behind"
            if behind
            else "the candidate is not ahead"
        )
        reason = (
            f"the interval's lower end, {found.low:+.3f}, is not {above} on {ground_of}: {more}"
        )
    return _verdict(
        found,
        decision=decision,
        reason=reason,
        margin=bar,
        blind=blind,
        folded=folded,
        needed=needed,
    )


def articles_needed(found: Paired) -> int | None:
    """Return how many more articles would put the interval above zero, were all else the same.

    The standard error falls with the root of their number. `None` where the candidate is not ahead.
    """
    if not found.difference or found.difference < 0 or found.spread is None:
        return None
    wanted = found.articles * (1.96 * found.spread / found.difference) ** 2
    return max(1, math.ceil(wanted) - found.articles)


def _verdict(found: Paired, **decided: Any) -> Verdict:
    return Verdict(**{f.name: getattr(found, f.name) for f in fields(found)}, **decided)
