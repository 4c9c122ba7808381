import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.calibration import calibration


def test_scores_that_keep_their_word_have_no_error():
    """Half right at 0.5 and all right at 1 is perfect calibration."""
    found = calibration([(0.5, True), (0.5, False), (1.0, True)])
    assert found.error == 0.0
    assert [(b.low, b.spans, b.right) for b in found.bins] == [(0.5, 2, 0.5), (0.9, 1, 1.0)]


def test_overconfidence_is_measured():
    """Spans scored 0.9 of which half are right are off by 0.4."""
    assert calibration([(0.9, True), (0.9, False)]).error == pytest.approx(0.4)
    assert calibration([]).error is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_every_span_is_in_one_bin(scored):
    """Bins are disjoint and the error lies between 0 and 1."""
    found = calibration(scored)
    assert sum(b.spans for b in found.bins) == found.spans == len(scored)
    assert (found.error is None) == (not scored)
    assert 0 <= (found.error or 0) <= 1
