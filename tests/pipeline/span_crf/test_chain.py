import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotate.pipeline.span_crf.chain import (
    LEGAL,
    best_paths,
    forward_backward,
    path_spans,
    span_states,
)

STARTS, ENDS = (0, 1, 4), (0, 3, 4)


def _legal_paths(length):
    for path in itertools.product(range(5), repeat=length):
        moves = itertools.pairwise(path)
        if path[0] in STARTS and path[-1] in ENDS and all(LEGAL[a, b] for a, b in moves):
            yield path


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 3.0, 40.0]))
@example(8682, 40.0)
def test_sums_and_best_path_equal_those_of_all_paths(seed, spread):
    """State, transition and span posteriors and the best path agree with enumeration."""
    rng = np.random.default_rng(seed)
    lengths = np.array([4, 2, 1])
    scores = rng.normal(size=(4, 2, 3, 5)) * spread
    scores = np.maximum(scores, scores.max(-1, keepdims=True) - 200)  # the floor of the sums
    transitions = rng.normal(size=(2, 5, 5))
    found = forward_backward(scores, transitions, lengths)
    states, paths = found.states(), best_paths(scores, transitions, lengths)
    expected_moves = np.zeros_like(transitions)
    for chain, sequence in itertools.product(range(2), range(3)):
        length = int(lengths[sequence])
        weights = {}
        for path in _legal_paths(length):
            log = sum(scores[t, chain, sequence, s] for t, s in enumerate(path))
            log += sum(transitions[chain, a, b] for a, b in itertools.pairwise(path))
            weights[path] = log
        top = max(weights.values())
        total = sum(np.exp(log - top) for log in weights.values())
        marginal, spans = np.zeros((length, 5)), {}
        for path, log in weights.items():
            share = np.exp(log - top) / total
            marginal[range(length), path] += share
            for a, b in itertools.pairwise(path):
                expected_moves[chain, a, b] += share
            for span in path_spans(np.array(path)):
                spans[span] = spans.get(span, 0.0) + share
        assert np.allclose(states[:length, chain, sequence], marginal, atol=1e-9)
        best = max(weights, key=weights.__getitem__)
        assert tuple(paths[:length, chain, sequence]) == best
        for (start, end), share in spans.items():
            assert found.span(chain, sequence, start, end) == pytest.approx(share, abs=1e-9)
    moves = found.transitions(lengths, np.ones((2, 3)))
    assert np.allclose(moves, expected_moves, atol=1e-9)


def test_extreme_scores_stay_numbers():
    """Scores of any size give finite posteriors."""
    scores = np.zeros((300, 1, 1, 5))
    scores[:, 0, 0, 1] = 1e4
    found = forward_backward(scores, np.zeros((1, 5, 5)), np.array([300]))
    assert np.isfinite(found.states()).all()
    assert found.states()[:, 0, 0].sum(-1) == pytest.approx(np.ones(300))


@given(st.lists(st.integers(1, 4), max_size=6), st.lists(st.integers(0, 2), min_size=7, max_size=7))
def test_spans_are_read_from_the_states_that_they_were_written_to(widths, gaps):
    """Any sequence of spans survives as BILUO states."""
    spans, at = [], gaps[0]
    for width, gap in zip(widths, gaps[1:], strict=False):
        spans.append((at, at + width))
        at += width + gap
    states = np.zeros(at + 1, dtype=int)
    for start, end in spans:
        states[start:end] = span_states(end - start)
    assert path_spans(states) == spans
