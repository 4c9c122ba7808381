"""The gradient of the chains' log-likelihood: expected less observed counts (Lafferty 2001)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.pipeline.span_crf.batches import Batch
from annotate.pipeline.span_crf.chain import STATES, Floats, Marginals, forward_backward


def add_gradients(
    batch: Batch,
    transitions: Any,
    gold: Sequence[npt.NDArray[np.int64]],
    known: Sequence[npt.NDArray[np.bool_]],
    gradients: Sequence[Any],
    d_transitions: Any,
) -> float:
    """Add the gradients of one batch to `gradients` and `d_transitions`; return the loss.

    `gold` holds states and `known` which chains were annotated at all, a document each.
    """
    states = np.zeros(batch.scores.shape[:3], dtype=np.int64)
    weight = np.zeros(batch.scores.shape[1:3])
    for column, (index, start, end) in enumerate(batch.pieces):
        states[: end - start, :, column] = gold[index][start:end]
        weight[:, column] = known[index]
    marginals = forward_backward(batch.scores, transitions, batch.lengths)
    inside = np.arange(len(states))[:, None] < batch.lengths
    mask = inside[:, None] * weight[None]
    difference = (marginals.states() - np.eye(STATES)[states]) * mask[..., None]
    for column, (index, start, end) in enumerate(batch.pieces):
        gradients[index][start:end] += difference[: end - start, :, column].reshape(end - start, -1)
    d_transitions += _transition_gradient(marginals, states, batch.lengths, weight)
    return float(np.abs(difference).sum() / 2)


def _transition_gradient(
    marginals: Marginals,
    states: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    weight: Floats,
) -> npt.NDArray[np.float32]:
    expected = marginals.transitions(lengths, weight)
    observed: Floats = np.zeros_like(expected)
    if len(states) > 1:
        inside = np.arange(1, len(states))[:, None] < lengths
        for chain in range(states.shape[1]):
            used = inside & (weight[chain] > 0)
            np.add.at(observed[chain], (states[:-1, chain][used], states[1:, chain][used]), 1)
    gradient: npt.NDArray[np.float32] = (expected - observed).astype(np.float32)
    return gradient
