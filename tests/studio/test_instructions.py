import re

import pytest

from annotate.studio.instructions import instruction_html
from annotate.workflow.state.init import label_config_template


def _body(markdown):
    """What follows the style."""
    style, body = (instruction_html(markdown) or "").split("</style>\n")
    assert ">" not in style.removeprefix("<style>")  # the server would make it &gt;
    return body


def test_guidelines_survive_label_studios_cleaning():
    """Items and rows have a dash, and text is escaped."""
    assert _body(
        "# All\n\nWhat is *said*.\n\n- **one** <b>\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n    code\n"
    ) == (
        "<h2>All</h2>\n<p>What is <em>said</em>.</p>\n<p>– <strong>one</strong> &lt;b&gt;</p>\n"
        "<p>– two</p>\n<p><strong>a → b</strong></p>\n<p>– c → d</p>\n<p>code</p>"
    )


def test_of_a_section_heading_and_first_paragraph_are_shown():
    """The rest stands behind a link that names what it holds; where nothing is left there is none."""
    assert _body("Intro.\n\nMore of it.\n\n## A\n\nFirst.\n\nSecond.\n\n### Tests\n\n- one\n") == (
        "<p>Intro.</p>\n<p>More of it.</p>\n<h3>A</h3>\n<p>First.</p>\n"
        "<details><summary>More: tests</summary>\n<p>Second.</p>\n<h4>Tests</h4>\n<p>– one</p>\n</details>"
    )
    assert _body("## A\n\nFirst.\n\n- one\n\n## B\n\nOnly.\n") == (
        "<h3>A</h3>\n<p>First.</p>\n<details><summary>More</summary>\n<p>– one</p>\n</details>\n"
        "<h3>B</h3>\n<p>Only.</p>"
    )
    assert _body("## Hard Cases\n\n- one\n") == (
        "<details><summary>More: hard cases</summary>\n<p>– one</p>\n</details>"
    )
    assert _body("## A\n") == "<h3>A</h3>"


@pytest.mark.parametrize("name", ["guidelines.md", "parc.md", "minimal.md"])
def test_what_is_shown_of_the_shipped_guidelines_is_short(name):
    """A minute's reading; the rest is there, folded."""
    shown = re.sub(r"(?s)<details>.*?</details>", "", _body(label_config_template(name)))
    assert len(re.sub(r"<[^>]+>", "", shown).split()) <= 180


def test_no_guidelines_no_instruction():
    """A workspace without guidelines shows none."""
    assert instruction_html(None) is None
    assert instruction_html(" \n") is None


def test_the_shipped_guidelines_become_instructions():
    """Every section of the guidelines is there."""
    html = instruction_html(label_config_template("guidelines.md")) or ""
    for heading in ("Every mark", "Source", "Claim", "Hedge", "Links"):
        assert f"<h3>{heading}</h3>" in html
    assert "<summary>More: hard cases</summary>" in html


@pytest.mark.parametrize("label", ["Source", "Claim", "Hedge"])
def test_each_label_is_explained_by_examples_and_near_misses(label):
    """The shipped guidelines give every label tests, six marked examples or more, near misses."""
    section = label_config_template("guidelines.md").split(f"\n## {label}\n")[1].split("\n## ")[0]
    parts = {part.split("\n")[0]: part for part in section.split("\n### ")[1:]}
    assert list(parts) == ["Tests", "Marked", "Near misses"]
    examples = [line for line in parts["Marked"].splitlines() if line.startswith("- ")]
    assert len(examples) >= 6
    assert all("**" in example for example in examples)
    assert parts["Near misses"].count("\n- ") >= 6
