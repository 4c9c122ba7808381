import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.agreement.alpha import (
    Coincidences,
    alpha,
    choice_coincidences,
    word_coincidences,
)
from annotate.quality.agreement.measured import measured_alpha
from annotate.quality.agreement.raters import Marks
from annotate.quality.scoring import Tokens
from annotate.records import Span

WORDS = 12
TEXT = " ".join("w" for _ in range(WORDS))
TOKENS = Tokens.of(TEXT)
LABELS = ("Claim", "Hedge")


def _marks(who, places, names=LABELS):
    spans = tuple(
        Span(id=str(n), start=2 * first, end=2 * last + 1, label=label)
        for n, (first, last, label) in enumerate(places)
    )
    return Marks(rater=who, spans=spans, names=frozenset(names))


_PLACES = st.lists(
    st.tuples(st.integers(0, WORDS - 1), st.integers(0, WORDS - 1), st.sampled_from(LABELS)).map(
        lambda t: (min(t[:2]), max(t[:2]), t[2])
    ),
    max_size=5,
)


def _theirs(people, labels):
    """Return alpha as the library `krippendorff` computes it, from a table of rater and word."""
    table = [
        [
            sum(
                1 << bit
                for bit, label in enumerate(labels)
                if any(f <= word <= t and found == label for f, t, found in places)
            )
            for word in range(WORDS)
        ]
        for places in people
    ]
    if len({value for row in table for value in row}) < 2:
        return None
    return krippendorff.alpha(
        reliability_data=np.array(table, dtype=float), level_of_measurement="nominal"
    )


@given(st.lists(_PLACES, min_size=2, max_size=4), st.sampled_from([("Claim",), LABELS]))
def test_the_alpha_of_words_is_that_of_the_library(people, labels):
    """For one label and for sets of overlapping labels, with any number of people."""
    marks = [_marks(str(n), places) for n, places in enumerate(people)]
    found = alpha([word_coincidences(marks, TOKENS, labels)])
    theirs = _theirs(people, labels)
    assert (found is None) == (theirs is None)
    if theirs is not None:
        assert found == pytest.approx(theirs)


@given(
    st.lists(
        st.lists(st.sampled_from([None, "a", "b", "c"]), min_size=4, max_size=4),
        min_size=2,
        max_size=5,
    )
)
def test_the_alpha_of_choices_is_that_of_the_library(table):
    """Each person chooses for some of the spans; a span that one person chose for does not count."""
    raters = []
    for number, row in enumerate(table):
        spans = tuple(
            Span(id=str(n), start=n, end=n + 1, label="S", attributes={"type": (value,)})
            for n, value in enumerate(row)
            if value is not None
        )
        raters.append(Marks(rater=str(number), spans=spans, names=frozenset({"type"})))
    found = choice_coincidences(raters, "type")
    values = np.array([[np.nan if v is None else "abc".index(v) for v in row] for row in table])
    judged = (~np.isnan(values)).sum(axis=0) > 1
    used = values[:, judged]
    if not judged.any():
        assert found is None
    elif len(np.unique(used[~np.isnan(used)])) < 2:
        assert alpha([found]) is None
    else:
        theirs = krippendorff.alpha(reliability_data=values, level_of_measurement="nominal")
        assert alpha([found]) == pytest.approx(theirs)


def test_articles_add_up():
    """Alpha over two articles is that of all their words."""
    one, other = [[(0, 3, "Claim")], [(0, 2, "Claim")]], [[(5, 6, "Claim")], []]
    items = [
        word_coincidences([_marks(str(n), p) for n, p in enumerate(people)], TOKENS, ("Claim",))
        for people in (one, other)
    ]
    table = np.zeros((2, 2 * WORDS))
    table[0, 0:4] = table[1, 0:3] = table[0, WORDS + 5 : WORDS + 7] = 1
    theirs = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
    assert alpha(items) == pytest.approx(theirs)


def test_who_did_not_look_for_a_label_does_not_judge_its_words():
    """With one rater left there is nothing to agree on."""
    marks = [_marks("ada", [(0, 3, "Claim")]), _marks("ben", [], names=("Hedge",))]
    assert word_coincidences(marks, TOKENS, ("Claim",)) is None
    assert word_coincidences(marks, Tokens.of(""), ("Hedge",)) is None


def test_where_all_is_alike_there_is_no_alpha_and_the_reason_is_told():
    """Nobody marked a word: chance would agree as well."""
    items = [Coincidences(disagreement=0.0, counts={0: 20})] * 6
    found = measured_alpha({"Claim": items, "Hedge": []})
    assert set(found) == {"Claim"}
    assert found["Claim"].value is None
    assert found["Claim"].reason == "everybody judged everything alike, as chance would too"


def test_the_interval_is_over_articles():
    """Six articles have one, and it holds the value; four have none."""
    items = [
        Coincidences(disagreement=float(n % 3), counts={0: 14 - n % 3, 1: 6 + n % 3})
        for n in range(6)
    ]
    found = measured_alpha({"Claim": items})["Claim"]
    assert found.low < found.value < found.high
    assert measured_alpha({"Claim": items[:4]})["Claim"].low is None


def test_articles_in_which_nothing_is_marked_give_alpha_no_ground():
    """Two with marks among ten: no interval, and the reason."""
    marked = Coincidences(disagreement=2.0, counts={0: 10, 1: 10})
    empty = Coincidences(disagreement=0.0, counts={0: 20})
    found = measured_alpha({"Claim": [marked] * 2 + [empty] * 8})["Claim"]
    assert (found.low, found.articles) == (None, 2)
    assert found.reason == "only 2 articles give ground; an interval needs 5"
