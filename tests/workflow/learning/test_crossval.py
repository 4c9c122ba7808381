from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.scoring import MEASURES, ArticleScore, Counts
from annotate.workflow.learning.crossval import added, folds_of, times


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=40),
    st.integers(2, 7),
    st.integers(0, 3),
)
def test_folds_part_the_articles_and_keep_groups_together(groups, folds, seed):
    """Every article stands in one fold; none is empty; what nearly repeats is never parted."""
    ids = [f"a{n}" for n in range(len(groups))]
    found = folds_of(
        ids, {a: str(g) for a, g in zip(ids, groups, strict=True)}, folds=folds, seed=seed
    )
    assert sorted(index for fold in found for index in fold) == list(range(len(ids)))
    assert len(found) == min(folds, len(set(groups)))
    assert all(found)
    for group in set(groups):
        holding = [fold for fold in found if any(groups[index] == group for index in fold)]
        assert len(holding) == 1


def test_folds_are_of_like_size_and_follow_the_seed():
    """Of single articles none has two more than another; another seed parts them otherwise."""
    ids = [f"a{n}" for n in range(23)]
    one, two = (folds_of(ids, {}, folds=5, seed=seed) for seed in (0, 1))
    assert sorted(map(len, one)) == [4, 4, 5, 5, 5]
    assert one != two
    assert one == folds_of(ids, {}, folds=5, seed=0)


def test_scorings_of_one_article_add_up():
    """Two repeats count twice what one does, label by label."""
    counts = {"Claim": dict.fromkeys(MEASURES, Counts(1, 2, 1, 3))}
    score = ArticleScore("a", counts)
    twice = added(score, score)
    assert twice == times(score, 2)
    assert twice.counts["Claim"]["exact"] == Counts(2, 4, 2, 6)
    assert times(score, 1) == score
