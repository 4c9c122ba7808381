import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.quality import ground


@given(st.lists(st.floats(-1, 1), min_size=1), st.integers(0, 40))
def test_an_interval_needs_five_articles(values, articles):
    """Below them there is none, and always a reason; from them on there is one, and no reason."""
    found = ground.interval(np.array(values), articles)
    assert (found is None) == (articles < 5) == (ground.reason(articles) is not None)
    if found is not None:
        assert min(values) <= found[0] <= found[1] <= max(values)


@pytest.mark.parametrize(
    ("said", "number", "nothing"),
    [
        (ground.percent, 0.0, None),
        (ground.points, -0.01, None),
        (ground.percent_interval, (0.5, 0.75), None),
        (ground.points_interval, (-0.5, 0.75), None),
    ],
)
def test_what_is_not_there_is_a_dash(said, number, nothing):
    """A zero is a number; what there is none of is never one."""
    assert said(nothing) == "–"
    assert said(number) in ("0.0", "-1.0", "50.0 to 75.0", "-50.0 to +75.0")


def test_an_interval_has_two_ends():
    """One end alone is no interval."""
    assert ground.ends(0.1, 0.2) == (0.1, 0.2)
    assert ground.ends(0.1, None) is None
