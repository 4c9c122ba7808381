import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.colours import PALETTE, css_colour, label_colours


@pytest.mark.parametrize("value", ["#fff", "#0B63A5", "#0b63a5cc", "Tomato", " teal "])
def test_colours_of_css_are_kept(value):
    """Names and hex digits are colours, in whatever case."""
    assert css_colour(value) == value.strip().lower()


@pytest.mark.parametrize(
    "value",
    [None, "", "#ff", "#ggg", "rgb(1,2,3)", "url(x)", "red;x", "#fff}", "red\n}", "mauve"],
)
def test_what_is_no_colour_is_ignored(value):
    """Nothing but a colour reaches a stylesheet."""
    assert css_colour(value) is None


@given(
    labels=st.lists(st.text(min_size=1), unique=True, max_size=20),
    given_colours=st.lists(st.one_of(st.none(), st.sampled_from(PALETTE), st.text()), max_size=20),
)
def test_every_label_has_a_colour_and_no_two_the_same_by_chance(labels, given_colours):
    """While the palette lasts, a label without a colour gets one that no other label has."""
    own = dict(zip(labels, given_colours, strict=False))
    found = label_colours(labels, own)
    assert list(found) == labels
    assert all(css_colour(colour) == colour for colour in found.values())
    lacking = [label for label in labels if css_colour(own.get(label)) is None]
    free = set(PALETTE) - {css_colour(colour) for colour in own.values()}
    if len(lacking) <= len(free):
        assert len({found[label] for label in lacking}) == len(lacking)
        assert {found[label] for label in lacking} <= free
