import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.claims.stories import find_stories, near_duplicate_groups
from annotate.records import Article
from annotate.samples import sample_articles

BRIDGE = "Divers inspected the harbour bridge of Vehl after the storm broke its northern pillar."
TRIAL = "A court in Hallin heard how the former mayor took cash from a builder in biscuit tins."
WEATHER = "Rain will spread from the west tomorrow, with sunny spells over the islands by noon."
WORDS = st.lists(st.sampled_from("storm bridge court mayor rain sun quay".split()), min_size=1)
DATES = st.sampled_from([None, "2024-01-01", "2024-01-02", "2024-09-01", "soon"])


def article(name, text, published=None, outlet=None):
    return Article(article_id=name, text=text, published=published, outlet=outlet)


def ids(articles, stories):
    return [[articles[place].article_id for place in story] for story in stories]


def test_articles_of_one_event_stand_together_in_order_of_time():
    """Two tell of the bridge, the later one given first; the trial is a story of its own."""
    articles = [
        article("b", f"{BRIDGE} The bridge stays shut.", "2024-01-03"),
        article("t", TRIAL, "2024-01-02"),
        article("a", BRIDGE, "2024-01-01"),
        article("w", WEATHER, "2024-01-01"),
    ]
    assert ids(articles, find_stories(articles)) == [["a", "b"], ["w"], ["t"]]


def test_a_story_ends_after_a_while():
    """The same words half a year later begin another story; without dates nothing forbids it."""
    dated = [
        article("a", BRIDGE, "2024-01-01"),
        article("b", BRIDGE + " Again.", "2024-07-01"),
        article("w", WEATHER),
    ]
    assert ids(dated, find_stories(dated)) == [["a"], ["b"], ["w"]]
    undated = [article("a", BRIDGE), article("b", BRIDGE + " Again."), article("w", WEATHER)]
    assert ids(undated, find_stories(undated)) == [["a", "b"], ["w"]]


@given(texts=st.lists(st.tuples(WORDS, DATES), max_size=8), seed=st.integers(0, 5))
def test_stories_are_a_partition_that_order_does_not_change(texts, seed):
    """Every article once, and the same stories whatever comes first."""
    articles = [article(f"n{n}", " ".join(words), d) for n, (words, d) in enumerate(texts)]
    found = ids(articles, find_stories(articles))
    assert sorted(name for story in found for name in story) == sorted(
        a.article_id for a in articles
    )
    random.Random(seed).shuffle(articles)  # noqa: S311
    assert ids(articles, find_stories(articles)) == found


@pytest.mark.parametrize("articles", [[], [article("a", BRIDGE)]])
def test_few_articles_are_no_error(articles):
    """Nothing, and a single one."""
    assert len(find_stories(articles)) == len(articles)


def test_articles_that_are_all_alike_are_one_story():
    """A wire story in many papers."""
    text = sample_articles()[0].article.text
    articles = [article(f"n{n}", f"{text} {n}", outlet=f"o{n}") for n in range(300)]
    assert len(find_stories(articles)) == 1


def test_the_sample_corpus_has_its_events():
    """Articles that stand together are of one event in most cases, and no event falls apart."""
    articles = [line.article for line in sample_articles()]
    events = [
        {articles[place].meta["event"] for place in story} for story in find_stories(articles)
    ]
    assert sum(len(found) == 1 for found in events) >= 0.8 * len(events)
    assert sum(map(len, events)) == len({a.meta["event"] for a in articles})


def test_copies_have_the_group_of_the_first():
    """Whatever the order: the group is called by the smallest id."""
    text = " ".join(f"word{n}" for n in range(80))
    articles = [article("c", f"{text} end"), article("a", text), article("b", TRIAL)]
    assert near_duplicate_groups(articles) == ["a", "a", "b"]
    assert near_duplicate_groups(articles[::-1]) == ["b", "a", "a"]
    assert near_duplicate_groups([]) == []
