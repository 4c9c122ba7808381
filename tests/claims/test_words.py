import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from annotate.claims.words import content_words, folded, same_words, without_numbers


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The “harbour” may close, soon", "the harbour may close soon."),
        ("It’s over", "it's OVER"),
        ("it will — as planned — close", "it will as planned close"),
        ("Café", "cafe\u0301".upper()),
        ("a fall of −5 degrees", "a fall of -5 degrees"),
    ],
)
def test_the_same_words_may_differ_in_case_and_in_punctuation_around_them(one, other):
    """Quotation marks, commas, dashes between words, apostrophes of another shape."""
    assert same_words(one) == same_words(other)


@pytest.mark.parametrize(
    "texts",
    [
        ("1.5 million", "15 million", "1,5 million"),
        ("2.5%", "25%", "2.5", "25"),
        ("$5", "£5", "5", "-5", "+5", "5%", "5th"),
        ("1/2 of it", "1-2 of it", "12 of it"),
        ("the ships were", "the ships we're"),
        ("9:30", "9.30", "930"),
        ("1.200", "1200", "1,200"),
    ],
)
def test_other_numbers_are_other_words(texts):
    """And so are words with an apostrophe or a stop inside."""
    assert len({same_words(text) for text in texts}) == len(texts)


@given(texts)
def test_the_same_words_of_any_text_are_words(text):
    """Without white space at the ends, in one line, and the same once more."""
    key = same_words(text)
    assert key == " ".join(key.split())
    assert same_words(key) == key
