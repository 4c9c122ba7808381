"""Forward-backward of `span_crf` against the textbook recursion in log space, in the same run.

    python benchmarks/span_crf.py

Both run on the same random scores: 64 paragraphs of 40 tokens, six chains. Prints the ratio.
"""

import time

import numpy as np

from annotate.pipeline.span_crf.chain import LEGAL, STATES, forward_backward

STEPS, CHAINS, SEQUENCES, REPEATS = 40, 6, 64, 5


def log_sum(x, axis):
    top = x.max(axis, keepdims=True)
    return (top + np.log(np.exp(x - top).sum(axis, keepdims=True))).squeeze(axis)


def in_log_space(scores, transitions):
    """Forward and backward as log-sum-exp over (before, after) pairs of states."""
    moves = np.where(LEGAL, transitions, -1e4)
    starts = np.where(np.isin(np.arange(STATES), (0, 1, 4)), 0.0, -1e4)
    ends = np.where(np.isin(np.arange(STATES), (0, 3, 4)), 0.0, -1e4)
    forward, backward = np.empty_like(scores), np.empty_like(scores)
    forward[0], backward[-1] = scores[0] + starts, ends
    for t in range(1, len(scores)):
        forward[t] = log_sum(forward[t - 1][..., :, None] + moves[:, None], 2) + scores[t]
    for t in range(len(scores) - 2, -1, -1):
        after = (scores[t + 1] + backward[t + 1])[..., None, :]
        backward[t] = log_sum(moves[:, None] + after, 3)
    total = log_sum(forward[-1] + ends, 2)
    return np.exp(forward + backward - total[None, ..., None])


def seconds(call):
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def main():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(STEPS, CHAINS, SEQUENCES, STATES)) * 3
    transitions = rng.normal(size=(CHAINS, STATES, STATES))
    lengths = np.full(SEQUENCES, STEPS)
    ours = forward_backward(scores, transitions, lengths).states()
    assert np.allclose(ours, in_log_space(scores, transitions), atol=1e-6)
    fast = seconds(lambda: forward_backward(scores, transitions, lengths).states())
    slow = seconds(lambda: in_log_space(scores, transitions))
    print(
        f"scaled, matrix products: {1000 * fast:.1f} ms; log space: {1000 * slow:.1f} ms; ratio {slow / fast:.1f}"
    )


if __name__ == "__main__":
    main()
