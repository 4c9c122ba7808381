import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.claims.words import content_words, folded, without_numbers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The harbour's pier", "the harbour’s PIER!"),
        ("bases of the U.S.", "bases of the US"),
        ("the U.K. said", "The UK said"),
    ],
)
def test_spelling_and_punctuation_are_folded(one, other):
    """Case, marks, apostrophes, full stops of abbreviations."""
    assert folded(one) == folded(other)


def test_the_states_are_no_pronoun():
    """The capitals carry content, "us" does not."""
    assert content_words(folded("the US")) == ("usa",)
    assert content_words(folded("for us")) == ()


def test_what_carries_content_is_kept_in_order():
    """Without articles, auxiliaries, hedges, numbers and common endings."""
    text = folded("The 12 bridges may reportedly be closing, officials said")
    assert content_words(text) == ("bridg", "clos", "official")
    assert without_numbers(text) == "the bridges may reportedly be closing officials said"


@given(text=st.text())
def test_folding_twice_is_folding_once(text):
    """A folded text stays as it is."""
    assert folded(folded(text)) == folded(text)
