import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.pipeline.span_crf.calibrate import IDENTITY, fit_scale, rescale


def test_overconfident_scores_are_brought_down():
    """Scores of 0.95 of which 70 % are right become about 0.7."""
    scored = [(0.95, i % 10 < 7) for i in range(400)] + [(0.5, i % 2 == 0) for i in range(400)]
    scale = fit_scale(scored)
    assert rescale([0.95], scale)[0] == pytest.approx(0.7, abs=0.03)
    assert rescale([0.5], scale)[0] == pytest.approx(0.5, abs=0.03)


def test_few_spans_change_little():
    """Without spans nothing changes, and three of them do not turn the scale over."""
    assert fit_scale([]) == IDENTITY
    assert rescale([0.2, 0.9], IDENTITY) == [0.2, 0.9]
    slope, intercept = fit_scale([(0.9, False)] * 3)
    assert slope > 0
    assert rescale([0.9], (slope, intercept))[0] > 0.3


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60), st.lists(st.floats(0, 1)))
def test_scores_stay_probabilities(scored, scores):
    """Whatever was seen, rescaled scores lie between 0 and 1."""
    found = rescale(scores, fit_scale(scored))
    assert len(found) == len(scores)
    assert np.isfinite(found).all()
    assert all(0 <= score <= 1 for score in found)
    assert [found[i] for i in np.argsort(scores, kind="stable")] == sorted(found)
