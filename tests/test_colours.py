from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.colours import DARK_PALETTE, PALETTE, css_colour, label_colours


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


def _linear(colour):
    values = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return np.array([v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values])


def _oklab(linear):
    """Return a colour where distances are about what the eye sees (Ottosson 2020)."""
    cones = np.cbrt(np.clip(_CONES @ linear, 0, None))
    return _LAB @ cones


_CONES = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
_LAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])
# What people see who lack one kind of cone (Machado et al. 2009), on linear values.
_SIGHT = {
    "all cones": np.eye(3),
    "protanopia": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deuteranopia": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
}  # fmt: skip


@pytest.mark.parametrize("palette", [PALETTE, DARK_PALETTE], ids=["light", "dark"])
def test_the_colours_are_told_apart_and_can_be_read(palette):
    """Any two by everybody; those with the same line also by people who lack a kind of cone."""
    seen = {
        name: [_oklab(np.clip(sight @ _linear(colour), 0, 1)) for colour in palette]
        for name, sight in _SIGHT.items()
    }
    for one, other in combinations(range(len(palette)), 2):
        for name, colours in seen.items():
            apart = float(np.linalg.norm(colours[one] - colours[other]))
            alike = one % 3 == other % 3
            if name == "all cones" or alike:
                assert apart > 0.07, (name, palette[one], palette[other], apart)
    ground = {PALETTE: 1.0, DARK_PALETTE: 0.011}[palette]  # luminance of white, and of #1c1c1c
    for colour in palette:
        luminance = float(np.array([0.2126, 0.7152, 0.0722]) @ _linear(colour))
        low, high = sorted((luminance, ground))
        assert (high + 0.05) / (low + 0.05) >= 4.5, colour
