import builtins
import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.claims.wordings import Thresholds, accepted_pairs, group_wordings
from annotate.claims.words import content_words, folded
from annotate.errors import UsageError

CLAIMS = st.lists(
    st.lists(
        st.sampled_from(
            "bridge harbour close may officials storm divers Friday twelve 12 not damaged by the "
            "of Vehl week mayor plans repair".split()
        ),
        min_size=1,
        max_size=7,
    ).map(" ".join),
    min_size=1,
    max_size=14,
)


def together(texts, groups):
    return {frozenset(texts[place] for place in group) for group in groups}


@given(texts=CLAIMS)
def test_groups_are_a_partition(texts):
    """Every claim stands in exactly one group, and equal ones that say something in the same."""
    groups = group_wordings(texts)
    assert sorted(place for group in groups for place in group) == list(range(len(texts)))
    group_of = {place: n for n, group in enumerate(groups) for place in group}
    saying = [(n, text) for n, text in enumerate(texts) if len(content_words(folded(text))) > 1]
    assert len({(text, group_of[n]) for n, text in saying}) == len({text for _, text in saying})


@given(texts=CLAIMS)
def test_every_pair_of_a_group_is_accepted(texts):
    """Complete linkage: no chain of small steps leads from one statement to another."""
    distinct = sorted(set(texts))
    accepted = accepted_pairs(distinct, set(), Thresholds())
    for group in group_wordings(texts):
        held = sorted({distinct.index(texts[place]) for place in group})
        assert all(pair in accepted for pair in combinations(held, 2))


@given(texts=CLAIMS, seed=st.integers(0, 9))
def test_the_order_of_the_claims_changes_nothing(texts, seed):
    """The same texts stand together whatever comes first."""
    shuffled = list(texts)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    assert together(texts, group_wordings(texts)) == together(shuffled, group_wordings(shuffled))


def test_hedges_and_additions_do_not_part_claims():
    """A claim that is hedged, cut short or told with more stands with the plain one."""
    texts = [
        "the harbour bridge may close next week",
        "the harbour bridge will close next week",
        "The harbour bridge in Vehl will reportedly close next week, after the storm",
        "the mayor has left the country",
    ]
    assert group_wordings(texts) == [[0, 1, 2], [3]]


def test_a_claim_and_one_inside_it_are_kept_apart():
    """Pairs that are named never stand together."""
    texts = ["engineers believe the old dam will hold its water", "the old dam will hold its water"]
    assert group_wordings(texts) == [[0, 1]]
    assert group_wordings(texts, apart=[(0, 1)]) == [[0], [1]]


def test_what_two_articles_say_is_joined_first():
    """Of two forms in one article, the one goes with the other article's that fits it."""
    texts = [
        "a drone crossed the border post at the pass",
        "drone over the border post at the pass on 2 May",
        "a drone flew over the border post at Dol Pass on 2 May",
    ]
    groups = group_wordings(texts, articles=["a", "a", "b"])
    assert any({1, 2} <= set(group) for group in groups)


def test_short_claims_stand_together_only_where_they_are_equal():
    """Two words of content say too little to be part of more."""
    texts = ["radar was working", "Radar was working", "the ship's radar was working normally"]
    assert group_wordings(texts) == [[0, 1], [2]]


def test_what_says_nothing_stands_alone():
    """A lone "which" is no statement that two articles share."""
    texts = ["which", "which", "the talks", "the talks", "it was this", "Ana Lind", "Ana Lind"]
    assert group_wordings(texts) == [[place] for place in range(len(texts))]


def test_a_phrase_is_not_the_sentence_that_holds_it():
    """Two fifths of the longer one's content words at the least."""
    phrase = "the old harbour pier"
    sentence = (
        "the old harbour pier was bought by a builder who plans shops, flats and a hotel there"
    )
    assert group_wordings([phrase, sentence]) == [[0], [1]]


@pytest.mark.parametrize("texts", [[], ["…"], ["it"], ["…", "—"], ["same dam"] * 1000])
def test_what_has_nothing_to_compare_is_no_error(texts):
    """No claim, no word, and a thousand equal ones."""
    assert sum(map(len, group_wordings(texts))) == len(texts)


def test_without_rapidfuzz_the_next_step_is_told(monkeypatch):
    """The extra is named, and how to do without."""
    real = builtins.__import__

    def missing(name, *rest, **more):
        if name.startswith("rapidfuzz"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match="need rapidfuzz") as error:
        group_wordings(["a", "b"])
    assert "claims" in error.value.hint
    assert "--no-groups" in error.value.hint


def test_many_forms_of_one_claim_stand_together():
    """What is common to all of them still counts; without that each would stand alone."""
    said = "may will could would might must should can did does has had".split()
    then = ["", "in May", "after all", "so far", "again"]
    texts = [
        f"the harbour bridge of Vehl {s} close {t} {u}" for s in said for t in then for u in then
    ]
    groups = group_wordings(texts)
    assert len(groups) < 0.1 * len(texts)
