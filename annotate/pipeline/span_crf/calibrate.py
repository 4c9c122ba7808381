"""Scores that keep their word: Platt scaling on held-out articles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

IDENTITY = (1.0, 0.0)
"""Slope and intercept that leave scores as they are."""

_STEPS = 50
_PRIOR = 4.0  # weight of the belief that scores are right as they are, in spans
_EDGE = 1e-6
_MIN_SLOPE = 0.05


def fit_scale(scored: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Return slope and intercept in logit space for (score, whether the span was right).

    Logistic regression (Platt 1999) by Newton's method, drawn towards `IDENTITY`, so that few
    spans change little. The slope stays positive: the order of the scores is kept.
    """
    if not scored:
        return IDENTITY
    x = _logit(np.array([score for score, _ in scored]))
    y = np.array([right for _, right in scored], dtype=np.float64)
    design = np.stack([x, np.ones_like(x)], axis=1)
    start = np.array(IDENTITY)
    weights = start.copy()
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (p - y) + _PRIOR * (weights - start)
        hessian = (design * (p * (1 - p))[:, None]).T @ design + _PRIOR * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        weights -= np.clip(step, -1.0, 1.0)
        weights[0] = max(weights[0], _MIN_SLOPE)
        if np.abs(step).max() < 1e-9:
            break
    return float(weights[0]), float(weights[1])


def rescale(scores: Sequence[float], scale: Sequence[float]) -> list[float]:
    """Return the scores with the slope and intercept of `fit_scale` applied."""
    slope, intercept = scale
    if (slope, intercept) == IDENTITY or not scores:
        return list(scores)
    logits = slope * _logit(np.array(scores)) + intercept
    found: list[float] = (1 / (1 + np.exp(-logits))).tolist()
    return found


def _logit(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    kept = np.clip(p, _EDGE, 1 - _EDGE)
    logits: npt.NDArray[np.float64] = np.log(kept) - np.log1p(-kept)
    return logits
