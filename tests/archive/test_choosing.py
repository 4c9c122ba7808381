from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotate.archive.choosing import STRATEGIES, Chooser, balanced, density, farthest_first
from annotate.jsonl import ArticleLine
from annotate.records import Article, Span

outlets = st.one_of(st.none(), st.sampled_from(["Post", "Herald", "Mail"]))


def _line(name, outlet=None, spans=0):
    return ArticleLine(
        article=Article(article_id=name, text="word " * 60, outlet=outlet),
        spans=tuple(Span(id=f"s{n}", start=n, end=n + 1, label="Claim") for n in range(spans)),
    )


def _choose(lines, count, strategy, seed=0):
    chooser = Chooser(count, strategy, claim="Claim", seed=seed)
    for number, line in lines:
        chooser.take((0, number), line)
    return chooser.candidates()


@given(
    st.lists(st.tuples(outlets, st.integers(0, 4)), max_size=30),
    st.integers(1, 12),
    st.sampled_from(STRATEGIES),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_articles_changes_nothing(held, count, strategy, rng):
    """As many as were asked for, or all; the same whoever comes first."""
    lines = [(n, _line(f"a{n}", outlet, spans)) for n, (outlet, spans) in enumerate(held)]
    found = _choose(lines, count, strategy)
    room = 20 * count if strategy == "diverse" else count
    assert len(found) == min(room, len(lines))
    assert len({candidate.place for candidate in found}) == len(found)
    mixed = lines[:]
    rng.shuffle(mixed)
    assert _choose(mixed, count, strategy) == found


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(1, 10))
def test_the_densest_come_first(spans, count):
    """None that was left out has more claims than one that was chosen."""
    lines = [(n, _line(f"a{n}", spans=held)) for n, held in enumerate(spans)]
    found = [spans[c.place[1]] for c in _choose(lines, count, "by-claim-density")]
    assert found == sorted(spans, reverse=True)[:count]


def test_a_short_text_is_not_dense_by_being_short():
    """A headline with one claim does not beat an article."""
    short = ArticleLine(
        article=Article(article_id="a", text="It rained."),
        spans=(Span(id="s", start=0, end=9, label="Claim"),),
    )
    assert density(short, "Claim") == 2
    assert density(short, "Hedge") == 0


def test_another_seed_is_another_choice():
    """The same seed is the same one, and a larger choice holds the smaller."""
    lines = [(n, _line(f"a{n}")) for n in range(200)]
    first = _choose(lines, 20, "random")
    assert first == _choose(lines, 20, "random")
    assert {c.place for c in first} != {c.place for c in _choose(lines, 20, "random", seed=1)}
    assert _choose(lines, 30, "random")[:20] == first


@given(st.dictionaries(st.one_of(st.none(), st.text()), st.integers(0, 20)), st.integers(0, 60))
def test_shares_are_even(sizes, count):
    """All of the count is given; nobody gets more than it has, or two less than it could have."""
    shares = balanced(sizes, count)
    assert sum(shares.values()) == min(count, sum(sizes.values()))
    assert all(0 <= shares[group] <= sizes[group] for group in sizes)
    most = max(shares.values(), default=0)
    assert all(shares[group] >= most - 1 for group in sizes if shares[group] < sizes[group])


def test_outlets_are_balanced():
    """Fifty of one outlet and three of another: three of the small one are chosen."""
    lines = [(n, _line(f"a{n}", "Post" if n < 50 else "Mail")) for n in range(53)]
    found = _choose(lines, 10, "outlet-balanced")
    assert Counter(c.outlet for c in found) == {"Post": 7, "Mail": 3}


def test_what_is_unlike_comes_first():
    """Of three kinds of text one each, before a second of any."""
    kinds = ("ferry sand bank rescue harbour", "budget vote council tax", "storm wind roof damage")
    texts = [f"{kind} {word}" for kind in kinds for word in ("one", "two", "three")]
    found = farthest_first(texts, 4)
    assert found[0] == 0
    assert {number // 3 for number in found[:3]} == {0, 1, 2}
    assert len(set(found)) == 4


@given(st.lists(st.text(), max_size=12), st.integers(1, 15))
def test_nothing_is_chosen_twice(texts, count):
    """Not even of texts without a word, or that are all alike."""
    found = farthest_first(texts, count)
    assert len(found) == len(set(found)) == min(count, len(texts))
