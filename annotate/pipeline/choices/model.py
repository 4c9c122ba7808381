"""Multinomial logistic regression over sparse features, for one choice of one label."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Example = tuple[Sequence[str], str]
"""Features of a span, and the option that somebody chose for it."""

MIN_EXAMPLES = 20
"""Fewer spans with a choice teach nothing."""

_SPREAD = 1.0  # variance of the weights beforehand
_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceModel:
    """Which option of the choice `name` is likely for spans of `label`."""

    label: str
    name: str
    options: tuple[str, ...]
    weights: Mapping[str, tuple[float, ...]]
    """Feature → a weight an option."""

    def chances(self, features: Sequence[str]) -> dict[str, float]:
        """Return the probability of every option."""
        scores = np.zeros(len(self.options))
        for feature in features:
            if feature in self.weights:
                scores += self.weights[feature]
        odds = np.exp(scores - scores.max())
        return dict(zip(self.options, (odds / odds.sum()).tolist(), strict=True))

    def to_json(self) -> dict[str, Any]:
        """Return the model as JSON."""
        return {
            "label": self.label,
            "name": self.name,
            "options": list(self.options),
            "weights": {feature: list(row) for feature, row in self.weights.items()},
        }


def model_from_json(value: Mapping[str, Any]) -> ChoiceModel:
    """Return the model that `to_json` wrote."""
    return ChoiceModel(
        label=value["label"],
        name=value["name"],
        options=tuple(value["options"]),
        weights={feature: tuple(row) for feature, row in value["weights"].items()},
    )


def fit_choice(label: str, name: str, examples: Sequence[Example]) -> ChoiceModel | None:
    """Learn which option people choose; `None` where there is too little to learn from.

    The weights are the most probable ones under a normal prior around zero (L2), by L-BFGS (Byrd et
    al. 1995), so that an option which was seen more often is likelier where nothing else is known.
    """
    options = tuple(sorted(Counter(option for _, option in examples)))
    if len(examples) < MIN_EXAMPLES or len(options) < 2:
        return None
    places: dict[str, int] = {}
    rows, columns = array("i"), array("i")
    for row, (features, _) in enumerate(examples):
        for feature in features:
            rows.append(row)
            columns.append(places.setdefault(feature, len(places)))
    shape = (len(examples), len(places))
    seen = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)
    chosen = np.eye(len(options))[[options.index(option) for _, option in examples]]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = flat.reshape(len(places), len(options))
        scores = seen @ weights
        logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
        value = -(logs * chosen).sum() + (flat**2).sum() / (2 * _SPREAD)
        slope = seen.T @ (np.exp(logs) - chosen) + weights / _SPREAD
        return float(value), np.asarray(slope).ravel()

    found = minimize(loss, np.zeros(len(places) * len(options)), jac=True, method="L-BFGS-B")
    weights = found.x.reshape(len(places), len(options)).round(_DIGITS)
    kept = {
        feature: tuple(weights[place].tolist())
        for feature, place in sorted(places.items())
        if weights[place].any()
    }
    return ChoiceModel(label=label, name=name, options=options, weights=kept)
