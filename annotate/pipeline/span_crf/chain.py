"""Linear-chain CRF over BILUO states, many chains and many sequences at once (NumPy).

Lafferty, McCallum and Pereira (2001). A chain has five states, O B I L U, and models one layer of
non-overlapping spans of one label. Arrays are (time M, chains G, sequences B, states S), so that
the recursions are one matrix product a time step; they run in scaled probabilities (Rabiner 1989)
in double precision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STATES = 5
OUTSIDE, BEGIN, INSIDE, LAST, UNIT = range(STATES)

Floats = npt.NDArray[np.float64]

_LOWEST = -200.0  # floor of a score below the best of its token: exp(-200) is still a number

_CLOSED = (OUTSIDE, LAST, UNIT)
_OPENING = (OUTSIDE, BEGIN, UNIT)

LEGAL = np.zeros((STATES, STATES), dtype=bool)
"""Which state may follow which: rows are the state before."""
LEGAL[np.ix_(_CLOSED, _OPENING)] = True
LEGAL[BEGIN, [INSIDE, LAST]] = True
LEGAL[INSIDE, [INSIDE, LAST]] = True

_STARTS = np.isin(np.arange(STATES), _OPENING).astype(np.float64)
_ENDS = np.isin(np.arange(STATES), _CLOSED).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Marginals:
    """Result of forward–backward, and what span posteriors are computed from."""

    forward: Floats
    backward: Floats
    emission: Floats
    transition: Floats
    scale: Floats
    end: Floats
    """(G, B): the scaled mass that ends in a legal state."""

    def states(self) -> Floats:
        """Return the posterior probability of every state (M, G, B, S)."""
        posterior: Floats = self.forward * self.backward / self.end[None, ..., None]
        return posterior

    def transitions(self, lengths: npt.NDArray[np.int64], weight: Floats) -> Floats:
        """Return the expected number of uses of each transition (G, S, S), padding left out.

        `weight` (G, B) counts a sequence of a chain in (1) or out (0).
        """
        if len(self.forward) < 2:
            return np.zeros_like(self.transition)
        inside = np.arange(1, len(self.forward))[:, None] < lengths[None]
        factor = inside[:, None] * weight[None] / (self.scale[1:] * self.end[None])
        right = self.emission[1:] * self.backward[1:] * factor[..., None]
        pairs = np.einsum("mgbi,mgbj->gij", self.forward[:-1], right, optimize=True)
        expected: Floats = pairs * self.transition
        return expected

    def span(self, chain: int, sequence: int, start: int, end: int) -> float:
        """Return the exact probability that `start:end` is a span of this chain."""
        path = span_states(end - start)
        f, e, c = (a[:, chain, sequence] for a in (self.forward, self.emission, self.scale))
        log = np.log(f[start, path[0]]) + np.log(
            self.backward[end - 1, chain, sequence, path[-1]] / self.end[chain, sequence]
        )
        if end - start > 1:
            steps = np.arange(start + 1, end)
            moves = self.transition[chain, path[:-1], path[1:]]
            log += np.log(moves * e[steps, path[1:]] / c[steps]).sum()
        return float(min(1.0, np.exp(log)))


def span_states(length: int) -> npt.NDArray[np.int64]:
    """Return the states of a span of `length` tokens: U, or B I … I L."""
    path = np.full(length, INSIDE)
    path[0], path[-1] = BEGIN, LAST
    if length == 1:
        path[0] = UNIT
    return path


def forward_backward(
    scores: Floats, transitions: Floats, lengths: npt.NDArray[np.int64]
) -> Marginals:
    """Sum over all legal paths.

    `scores` (M, G, B, S) in log space, `transitions` (G, S, S) in log space (illegal ones are
    masked here), `lengths` (B,), each at least 1. A score of more than 200 below the best of its
    token counts as 200 below: exact wherever that state is not forced upon the path.
    """
    steps = len(scores)
    emission = _exponentials(scores)
    moves = np.where(LEGAL, np.exp(transitions), 0.0)
    forward = np.empty_like(emission)
    backward = np.empty_like(emission)
    scale = np.ones(emission.shape[:3])
    forward[0] = emission[0] * _STARTS
    scale[0] = forward[0].sum(-1)
    forward[0] /= scale[0][..., None]
    for t in range(1, steps):
        step = (forward[t - 1] @ moves) * emission[t]
        mass = step.sum(-1)
        step /= mass[..., None]
        inside = t < lengths
        forward[t] = np.where(inside[None, :, None], step, forward[t - 1])
        scale[t] = np.where(inside[None], mass, 1.0)
    backward[-1] = _ENDS
    reverse = np.swapaxes(moves, 1, 2)
    for t in range(steps - 2, -1, -1):
        step = (emission[t + 1] * backward[t + 1] / scale[t + 1][..., None]) @ reverse
        backward[t] = np.where((t + 1 < lengths)[None, :, None], step, _ENDS)
    end = (forward[-1] * _ENDS).sum(-1)
    return Marginals(forward, backward, emission, moves, scale, end)


def best_paths(
    scores: Floats, transitions: Floats, lengths: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the most probable legal path (M, G, B) of every chain (Viterbi)."""
    steps = len(scores)
    moves = np.where(LEGAL, transitions, -np.inf)
    with np.errstate(divide="ignore"):
        value = scores[0] + np.log(_STARTS)
        ends = np.log(_ENDS)
    back = np.zeros(scores.shape, dtype=np.int64)
    stay = np.arange(STATES)
    for t in range(1, steps):
        candidates = value[..., :, None] + moves[:, None]
        inside = (t < lengths)[None, :, None]
        back[t] = np.where(inside, candidates.argmax(-2), stay)
        value = np.where(inside, candidates.max(-2) + scores[t], value)
    paths = np.zeros(scores.shape[:3], dtype=np.int64)
    paths[-1] = (value + ends).argmax(-1)
    for t in range(steps - 1, 0, -1):
        paths[t - 1] = np.take_along_axis(back[t], paths[t][..., None], -1)[..., 0]
    return paths


def path_spans(path: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the spans (start, end) of one legal path."""
    starts = np.flatnonzero((path == BEGIN) | (path == UNIT))
    ends = np.flatnonzero((path == LAST) | (path == UNIT)) + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _exponentials(scores: Floats) -> Floats:
    relative = scores.astype(np.float64) - scores.max(-1, keepdims=True)
    emission: Floats = np.exp(np.maximum(relative, _LOWEST))
    return emission
