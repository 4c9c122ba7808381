import re
from importlib.resources import files

import pytest
from jinja2 import UndefinedError

from annotate.pages.environment import render

TEMPLATES = sorted(files("annotate.pages").joinpath("templates").iterdir(), key=str)


def test_a_value_that_is_missing_is_an_error():
    """A template never shows nothing for what it was not given."""
    with pytest.raises(UndefinedError, match="title"):
        render("page.html.j2", label_colours=[])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_no_template_switches_escaping_off_or_loads_anything(template):
    """Nothing is marked as safe, no script and no address stands in a template."""
    source = template.read_text()
    assert not re.search(r"\|\s*safe|autoescape|<script|https?://|@import|url\(", source)


def test_control_characters_are_escaped():
    """A title may be the name of a file, which may hold any."""
    page = render("page.html.j2", label_colours=[], title="a\x1b[31m\u202e<b>.html")
    assert "a\\x1b[31m\\u202e&lt;b&gt;.html" in page
    assert "\x1b" not in page


def test_the_stylesheet_is_no_template():
    """Braces of the stylesheet are not Jinja's, so that it comes out as it is."""
    (style,) = (template for template in TEMPLATES if template.name == "style.css")
    assert not re.search(r"\{[{%#]", style.read_text())
    assert style.read_text().strip() in render("page.html.j2", label_colours=[], title="t")


def test_colours_follow_the_theme():
    """Every label has a colour for light pages and a paler one of it for dark ones."""
    page = render("page.html.j2", label_colours=["#0b63a5", "teal"], title="t")
    assert "--label-1: teal;" in page
    assert "--label-0: color-mix(in oklab, #0b63a5 55%, white);" in page
