from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.ordering import farthest_first, oldest_first, shuffled

RAIN = "Officials said that rain may flood the quay"
VOTE = "Parliament voted on the budget, a minister claimed"


@given(st.lists(st.text("ab ", min_size=1, max_size=12), max_size=8), st.integers(0, 3))
def test_every_order_holds_every_article_once(texts, seed):
    """Equal texts, empty vocabularies and all."""
    ids = [str(number) for number in range(len(texts))]
    for order in (
        shuffled(ids, seed=seed),
        oldest_first(ids, [None] * len(ids)),
        farthest_first(texts),
        farthest_first(texts, done=texts[:2]),
        farthest_first(texts, done=texts[:1], most=3),
    ):
        assert sorted(order) == list(range(len(texts)))
    assert farthest_first(texts, most=3)[:3] == farthest_first(texts)[:3]


def test_after_so_many_the_least_like_them_come_first():
    """Without looking at each other."""
    texts = [f"{RAIN} a", f"{RAIN} b", f"{RAIN} a b", "zebra", "okapi"]
    assert farthest_first(texts, most=1) == [2, 3, 4, *farthest_first(texts, most=1)[3:]]


def test_what_is_least_like_the_work_so_far_comes_first():
    """One subject is done: the other comes next, then back to the first."""
    texts = [f"{RAIN} today", f"{RAIN} again", f"{VOTE} today", f"{VOTE} again"]
    order = farthest_first(texts, done=[f"{RAIN} soon"])
    assert order[0] in (2, 3)
    assert order[1] in (0, 1)


def test_the_first_of_a_fresh_queue_is_the_most_typical():
    """Outliers would be first otherwise, as they are far from everything."""
    assert farthest_first(["zebra", f"{RAIN} a", f"{RAIN} b", f"{RAIN} a b"])[0] == 3


def test_a_random_order_depends_on_ids_and_seed_alone():
    """Not on the order in which the server lists the tasks."""
    ids = [f"a{number}" for number in range(20)]
    one = [ids[index] for index in shuffled(ids, seed=1)]
    back = ids[::-1]
    assert [back[index] for index in shuffled(back, seed=1)] == one
    assert [ids[index] for index in shuffled(ids, seed=2)] != one


def test_the_oldest_come_first_and_undated_ones_last():
    """Dates as they stand in the articles, ISO 8601."""
    dates = ["2025-03-01", None, "2024-12-31T10:00:00", "2025-01-01"]
    assert oldest_first("abcd", dates) == [2, 3, 0, 1]
