import numpy as np
import pytest
from thinc.api import fix_random_seed
from thinc.types import Ragged

from annotate.pipeline.span_crf.recurrence import gated_average, time_order

WIDTH, UNITS = 6, 4
LENGTHS = [3, 5, 1]


def _layer():
    fix_random_seed(0)
    layer = gated_average(WIDTH, UNITS)
    layer.initialize()
    return layer


def _input():
    rows = np.random.default_rng(0).normal(size=(sum(LENGTHS), WIDTH)).astype("f")
    return Ragged(rows, np.array(LENGTHS))


def test_averages_are_those_of_the_recurrence_token_by_token():
    """Each sequence is read from both sides, h ← f·h + (1 - f)·z, whatever its length."""
    layer, ragged = _layer(), _input()
    gates, mix = layer.layers
    joined, start = [], 0
    for length in LENGTHS:
        rows = ragged.data[start : start + length]
        keep, new = np.split(gates.predict(rows), 2, axis=1)
        keep, new = 1 / (1 + np.exp(-keep)), np.tanh(new)
        averages = np.zeros((length, 2 * UNITS), dtype="f")
        for half, order in ((slice(UNITS), 1), (slice(UNITS, None), -1)):
            state = np.zeros(UNITS)
            for token in range(length)[::order]:
                state = keep[token, half] * state + (1 - keep[token, half]) * new[token, half]
                averages[token, half] = state
        joined.append(np.concatenate([rows, averages], axis=1))
        start += length
    expected = ragged.data + mix.predict(np.concatenate(joined))
    assert layer.predict(ragged).data == pytest.approx(expected, abs=1e-5)


def test_the_gradient_is_that_of_small_differences():
    """Backpropagation agrees with the slope that moving an input gives."""
    layer, ragged = _layer(), _input()
    direction = np.random.default_rng(1).normal(size=ragged.data.shape).astype("f")
    _, backprop = layer(ragged, is_train=True)
    gradient = backprop(Ragged(direction, ragged.lengths)).data
    step = 2e-3
    for place in [(0, 0), (2, 3), (3, 1), (5, 5), (7, 2), (8, 4)]:
        outputs = []
        for sign in (1, -1):
            moved = _input()
            moved.data[place] += sign * step
            outputs.append((layer.predict(moved).data * direction).sum())
        slope = (outputs[0] - outputs[1]) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=0.02, abs=0.02)


def test_tokens_are_ordered_by_time():
    """All first tokens come first, of longer sequences before those of shorter ones."""
    order = time_order([1, 3, 2])
    assert order.forward.tolist() == [1, 4, 0, 2, 5, 3]
    assert order.backward.tolist() == [3, 5, 0, 2, 4, 1]
    assert order.counts.tolist() == [3, 2, 1]
