"""A drawn labelling page: read back it is the scheme, and it looks as the shipped ones do."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import annotate
from annotate.colours import DARK_PALETTE, PALETTE
from annotate.labels import ChoiceControl, LabelScheme, parse_label_config
from annotate.workflow.state.init import label_config_template
from annotate.workflow.state.labelling_page import draw_page

TEMPLATE = (Path(annotate.__file__).parent / "templates" / "labelling.xml").read_text()


def _scheme(labels, *, choices=(), links=()):
    return LabelScheme(
        from_name="label",
        to_name="text",
        text_key="text",
        span_labels=tuple(labels),
        choices=tuple(choices),
        link_labels=tuple(links),
    )


def _keys(page):
    return re.findall(r'hotkey="(.)"', page)


names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=20
).filter(lambda name: name == name.strip() and "," not in name)


@given(labels=st.lists(names, min_size=1, max_size=16, unique=True), link=names, data=st.data())
def test_what_was_drawn_is_read_as_it_was(labels, link, data):
    """Whatever labels are called: names, options and links come back, and no style breaks."""
    some = data.draw(st.lists(st.sampled_from(labels), min_size=1, unique=True))
    control = ChoiceControl(name="kind", options=("a", "b & c"), labels=tuple(some), multiple=True)
    for choices, links in (((), ()), ((control,), (link,))):
        scheme = _scheme(labels, choices=choices, links=links)
        page = draw_page(scheme, TEMPLATE)
        found = parse_label_config(page)
        assert found.fingerprint() == scheme.fingerprint()
        assert found.span_labels == scheme.span_labels
        style = page.split("Style>")[1].removesuffix("</")
        assert not set("<>&") & set(style)
        assert len(_keys(page)) == len(set(_keys(page)))


def test_every_label_has_a_colour_a_line_and_a_key():
    """Twelve have colours and keys of their own; options get the letters that are left."""
    labels = [f"LABEL {number}" for number in range(12)]
    control = ChoiceControl(name="kind", options=tuple("abcdefgh"), labels=(labels[0],))
    page = draw_page(_scheme(labels, choices=[control]), TEMPLATE)
    assert list(parse_label_config(page).colours.values()) == list(PALETTE)
    assert "".join(_keys(page)) == "1234567890qwetasdfgz"
    assert not set("urhv") & set(_keys(page))
    for number, (light, dark) in enumerate(zip(PALETTE, DARK_PALETTE, strict=True), start=1):
        assert f"--nv-{number}: {light};" in page
        assert f"--nv-{number}: {dark};" in page
    assert "min-height: 82px" in page
    assert "a label's key, then drag" in page


@pytest.mark.parametrize("shipped", ["claims.xml", "minimal.xml"])
def test_a_drawn_page_looks_like_the_shipped_ones(shipped):
    """Drawn anew, a shipped page has the same rules, colours and keys, by other names."""
    xml = label_config_template(shipped)
    drawn = draw_page(parse_label_config(xml), TEMPLATE)
    for number, label in enumerate(("claim", "source", "hedge"), start=1):
        xml = xml.replace(f"--nv-{label}", f"--nv-{number}")
    assert sorted(drawn.splitlines()) == sorted(xml.splitlines())


def test_a_label_with_two_choices_has_room_for_both():
    """The bar is as high as the most rows that a mark brings, so that it stands still."""
    both = [ChoiceControl(name=name, options=("x",), labels=("A",)) for name in "kl"]
    assert "height: 118px" in draw_page(_scheme("AB", choices=both), TEMPLATE)
    assert "height: 82px" in draw_page(_scheme("AB"), TEMPLATE)
