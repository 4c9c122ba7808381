import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.claims.numbers import numbers


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("twelve people", "12 people"),
        ("a dozen people", "12 people"),
        ("1.2 million crowns", "1,200,000 crowns"),
        ("$6.4bn", "6.4 billion dollars"),
        ("5 per cent", "5%"),
        ("five percent", "5 %"),
        ("twenty-one ships", "21 ships"),
        ("two hundred and fifty", "250"),
        ("the second reactor", "the 2nd reactor"),
        ("the twenty-first", "the 21st"),
        ("3k jobs", "three thousand jobs"),
        ("12.0 metres", "12 metres"),
    ],
)
def test_a_number_is_the_same_in_digits_and_in_words(one, other):
    """What is written otherwise and means the same number is the same number."""
    assert numbers(one) == numbers(other) != frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5%", "5"),
        ("$5", "£5"),
        ("the second", "two"),
        ("half of them", "two of them"),
        ("12:30", "12"),
        ("1.2 million", "1.2"),
    ],
)
def test_what_is_counted_belongs_to_a_number(one, other):
    """A share, an amount of money, an ordinal, a part and a time are other numbers."""
    assert numbers(one) != numbers(other)


def test_one_and_a_are_no_numbers():
    """They mostly are pronoun and article."""
    assert numbers("One of them said a ship was lost") == frozenset()


@given(number=st.integers(min_value=0, max_value=10**15))
def test_separators_change_nothing(number):
    """A whole number is found with and without its commas."""
    assert numbers(f"some {number:,} ships") == numbers(f"some {number} ships") == {str(number)}


@given(text=st.text())
def test_any_text_can_be_read(text):
    """No text, whatever its digits and scripts are, is an error."""
    numbers(text)
