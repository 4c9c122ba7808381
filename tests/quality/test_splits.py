from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.splits import split_of


def test_a_split_never_changes():
    """These were decided once and for all."""
    found = [split_of(f"article-{i}", dev=0.2, test=0.3) for i in range(8)]
    assert found == ["dev", "test", "train", "train", "test", "dev", "train", "train"]


@given(st.text(), st.floats(0, 0.4), st.floats(0, 0.4))
def test_more_test_articles_only_come_from_elsewhere(group, dev, test):
    """Raising the share of test never turns a test article into something else."""
    if split_of(group, dev=dev, test=test) == "test":
        assert split_of(group, dev=dev, test=test + 0.1) == "test"


def test_shares_are_what_was_asked_for():
    """Over many articles the shares are met."""
    counts = Counter(split_of(str(i), dev=0.15, test=0.25) for i in range(5000))
    assert abs(counts["test"] / 5000 - 0.25) < 0.02
    assert abs(counts["dev"] / 5000 - 0.15) < 0.02
