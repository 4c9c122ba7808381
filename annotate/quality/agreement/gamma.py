"""Gamma, which judges places and labels of spans at once, by pygamma-agreement (extra `gamma`).

Mathet, Widlöcher and Métivier 2015, "The Unified and Holistic Method Gamma (γ) for Inter-Annotator
Agreement Measure and Alignment"; Titeux and Riad 2021, "pygamma-agreement". It aligns the spans of
people at once, with as many candidates as the product of their numbers of spans: six people with
twenty spans each are beyond any machine. So it is computed for every pair of people, as F1 is, and
each pair counts alike.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from annotate.errors import UsageError
from annotate.installation import install_hint
from annotate.quality.agreement.raters import Marks, RatedArticle
from annotate.quality.scoring import Tokens

MOST_CANDIDATES = 100_000
"""Pairs of spans, or of one and none; two people who marked more have no gamma."""

SAMPLES = 30
"""Random continua that chance is estimated from, a pair of people; the library's own choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gamma:
    """The mean gamma of the pairs of annotations that have one."""

    value: float | None
    pairs: int
    articles: int
    seed: int
    without: dict[str, str]
    """Article → why a pair of its annotations has none: the reasons, with the pairs counted."""


def gamma(
    articles: Iterable[RatedArticle],
    labels: Sequence[str],
    *,
    seed: int = 0,
    on_article: Callable[[int], None] | None = None,
) -> Gamma:
    """Return the mean gamma of people in pairs; places are counted in words.

    A label is looked at where both looked for it. Raises `UsageError` where the extra is missing.
    """
    compute = _library()
    values: list[float] = []
    with_one = 0
    without: dict[str, str] = {}
    for article in articles:
        tokens = Tokens.of(article.text)
        found = [
            _of_pair(one, other, tokens, labels, seed, compute)
            for one, other in combinations(article.people, 2)
        ]
        here = [value for value in found if not isinstance(value, str)]
        values += here
        with_one += bool(here)
        reasons = Counter(value for value in found if isinstance(value, str))
        if reasons:
            without[article.article_id] = "; ".join(
                f"{count} of {len(found)}: {reason}" for reason, count in sorted(reasons.items())
            )
        if on_article is not None:
            on_article(1)
    return Gamma(
        value=float(np.mean(values)) if values else None,
        pairs=len(values),
        articles=with_one,
        seed=seed,
        without=without,
    )


def _of_pair(
    one: Marks,
    other: Marks,
    tokens: Tokens,
    labels: Sequence[str],
    seed: int,
    compute: Callable[[Sequence[tuple[str, int, int, str]]], float],
) -> float | str:
    known = [label for label in labels if label in one.names and label in other.names]
    units = [_units(person, tokens, known) for person in (one, other)]
    if not all(units):
        return "one of two marked nothing"
    if (len(units[0]) + 1) * (len(units[1]) + 1) > MOST_CANDIDATES:
        return f"more than {MOST_CANDIDATES:,} pairs of spans"
    np.random.seed(seed)  # noqa: NPY002 - the library draws from NumPy's global generator
    try:
        return compute([unit for theirs in units for unit in theirs])
    except Exception as error:  # noqa: BLE001 - whatever a solver raises
        return f"the library failed ({type(error).__name__})"


def _units(person: Marks, tokens: Tokens, labels: Sequence[str]) -> list[tuple[str, int, int, str]]:
    """Return (person, first word, word after the last, label) of every span, each once."""
    found = set()
    for span in person.spans:
        covered = tokens.range(span.start, span.end)
        if span.label in labels and covered:
            found.add((person.rater, covered.start, covered.stop, span.label))
    return sorted(found)


def _library() -> Callable[[Sequence[tuple[str, int, int, str]]], float]:
    """Return the function that computes gamma for units (person, start, end, label)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import cvxopt.glpk
            from pyannote.core import Segment
            from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum
        except ImportError:
            raise UsageError(
                "--gamma needs pygamma-agreement", hint=install_hint("gamma")
            ) from None

    cvxopt.glpk.options["msg_lev"] = "GLP_MSG_OFF"  # else the solver writes to standard output

    def compute(units: Sequence[tuple[str, int, int, str]]) -> float:
        continuum: Any = Continuum()
        for person, start, end, label in units:
            continuum.add(person, Segment(start, end), label)
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)  # it says which solver it takes, for every alignment
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = continuum.compute_gamma(
                    CombinedCategoricalDissimilarity(), n_samples=SAMPLES
                )
        finally:
            logging.disable(before)
        return float(found.gamma)

    return compute
