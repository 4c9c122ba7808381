"""A recurrent layer that is cheap on a CPU: gated averages over a paragraph, in both directions.

The f-pooling of Bradbury et al. (2017), without their convolution: gates and candidates depend on
the token alone, so that they are one matrix product for all tokens, and only a multiplication and
an addition a unit remain to be done token after token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from thinc.api import Linear, Maxout, Model
from thinc.types import Ragged

_Rows = npt.NDArray[np.float32]
_Indices = npt.NDArray[np.int64]

_LONGEST_MEMORY = 3.0  # largest bias of a forget gate at the start; sigmoid(3) is 0.95


@dataclass(frozen=True, slots=True)
class TimeOrder:
    """Rows of many sequences in the order of time: all first tokens, then all second, and so on.

    Longer sequences come first at every time, so that those that go on are always a prefix.
    """

    forward: _Indices
    """Row of the input that stands at each place, reading from the start of each sequence."""
    backward: _Indices
    """The same, reading from the end."""
    counts: _Indices
    """How many sequences have a token at each time."""

    def steps(self) -> list[tuple[slice, slice]]:
        """Return the places of every time but the first, and of the same sequences before."""
        starts = np.concatenate([[0], np.cumsum(self.counts)]).tolist()
        return [
            (slice(start, start + count), slice(before, before + count))
            for before, start, count in zip(
                starts, starts[1:], self.counts[1:].tolist(), strict=False
            )
        ]


def time_order(lengths: Sequence[int]) -> TimeOrder:
    """Return the order for sequences of these lengths, each at least 1, that follow each other."""
    sizes = np.asarray(lengths, dtype=np.int64)
    order = np.argsort(-sizes, kind="stable")
    first = (np.cumsum(sizes) - sizes)[order]
    last = first + sizes[order] - 1
    counts = len(sizes) - np.cumsum(np.bincount(sizes))[:-1]
    return TimeOrder(
        forward=np.concatenate([first[:count] + time for time, count in enumerate(counts)]),
        backward=np.concatenate([last[:count] - time for time, count in enumerate(counts)]),
        counts=counts,
    )


def gated_average(width: int, units: int) -> Model[Ragged, Ragged]:
    """Return a layer that adds to each token what was averaged up to it from either side.

    `units` averages a direction; unit u keeps the share f of what it had, h ← f·h + (1 - f)·z, with
    f and z from the token. Forget gates start with memories of different length. Token and averages
    are mixed by a Maxout of `width`, with a residual connection.
    """
    gates = Linear(4 * units, width)
    mix = Maxout(width, width + 2 * units, nP=3, dropout=0.0, normalize=True)
    return Model(
        "gated_average",
        _forward,
        init=_initialize,
        layers=[cast("Any", gates), cast("Any", mix)],
        attrs={"units": units},
    )


def _initialize(model: Model[Ragged, Ragged], X: Any = None, Y: Any = None) -> None:  # noqa: N803, ARG001
    gates, mix = cast("Any", model.layers)
    gates.initialize()
    mix.initialize()
    units = model.attrs["units"]
    ops: Any = model.ops
    bias = ops.to_numpy(gates.get_param("b")).copy()
    bias[: 2 * units] = np.tile(np.linspace(0, _LONGEST_MEMORY, units), 2)
    gates.set_param("b", ops.asarray1f(bias))


def _forward(
    model: Model[Ragged, Ragged], ragged: Ragged, is_train: bool
) -> tuple[Ragged, Callable[[Ragged], Ragged]]:
    ops: Any = model.ops
    rows: Any = ragged.data
    lengths: Any = ragged.lengths
    if not len(rows):
        return ragged, lambda gradient: gradient
    gates, mix = cast("Any", model.layers)
    units, width = model.attrs["units"], rows.shape[1]
    order = time_order(ops.to_numpy(lengths))
    steps = order.steps()
    gated, back_gates = gates(rows, is_train)
    raw = ops.to_numpy(gated)  # token after token is quicker here than on a graphics card
    keep = _sigmoid(_to_time(raw[:, : 2 * units], order))
    new = np.tanh(_to_time(raw[:, 2 * units :], order))
    averages = (1 - keep) * new
    for now, before in steps:
        averages[now] += keep[now] * averages[before]
    averaged = ops.asarray2f(_from_time(averages, order))
    mixed, back_mix = mix(ops.xp.concatenate([rows, averaged], axis=1), is_train)

    def backprop(gradient: Ragged) -> Ragged:
        d_output: Any = gradient.data
        d_joined = back_mix(d_output)
        d_averages = _to_time(ops.to_numpy(d_joined[:, width:]), order)
        previous = np.zeros_like(averages)
        for now, before in reversed(steps):
            d_averages[before] += keep[now] * d_averages[now]
            previous[now] = averages[before]
        d_keep = d_averages * (previous - new) * keep * (1 - keep)
        d_new = d_averages * (1 - keep) * (1 - new * new)
        d_raw = np.concatenate([_from_time(d_keep, order), _from_time(d_new, order)], axis=1)
        d_rows = back_gates(ops.asarray2f(d_raw))
        return Ragged(d_rows + d_joined[:, :width] + d_output, lengths)

    return Ragged(rows + mixed, lengths), backprop


def _sigmoid(x: _Rows) -> _Rows:
    shares: _Rows = np.reciprocal(1 + np.exp(-x))
    return shares


def _to_time(rows: _Rows, order: TimeOrder) -> _Rows:
    """Return rows whose first half of columns reads forward and whose second reads backward."""
    half = rows.shape[1] // 2
    return np.concatenate([rows[order.forward, :half], rows[order.backward, half:]], axis=1)


def _from_time(rows: _Rows, order: TimeOrder) -> _Rows:
    half = rows.shape[1] // 2
    back = np.empty_like(rows)
    back[order.forward, :half] = rows[:, :half]
    back[order.backward, half:] = rows[:, half:]
    return back
