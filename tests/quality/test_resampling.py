import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.resampling import Resamples


@given(st.integers(1, 400), st.integers(1, 30), st.integers(0, 9))
def test_the_draws_are_those_of_one_large_table(articles, samples, seed):
    """Drawn one after the other they are what NumPy draws at once, and the same each time."""
    draws = Resamples(articles, samples, seed)
    table = np.random.default_rng(seed).integers(0, articles, size=(samples, articles))
    assert (np.array(list(draws)) == table).all()
    assert (np.array(list(draws)) == table).all()


def test_no_article_gives_empty_draws():
    """Where there is nothing to draw from, each draw is empty."""
    assert [len(drawn) for drawn in Resamples(0, 3)] == [0, 0, 0]
