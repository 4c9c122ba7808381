import pytest

from annotate.studio.instructions import instruction_html
from annotate.workflow.state.init import label_config_template


def test_guidelines_survive_label_studios_cleaning():
    """Sections have a line before them, items and rows a dash; text is escaped."""
    html = instruction_html(
        "# All\n\n## Claim\n\n### Tests\n\nWhat is *said*.\n\n- **one** <b>\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n    code\n"
    )
    assert html == (
        "<h2>All</h2>\n<hr>\n<h3>Claim</h3>\n<h4>Tests</h4>\n<p>What is <em>said</em>.</p>\n<p>– <strong>one</strong> &lt;b&gt;</p>\n"
        "<p>– two</p>\n<p><strong>a → b</strong></p>\n<p>– c → d</p>\n<p>code</p>"
    )


def test_no_guidelines_no_instruction():
    """A workspace without guidelines shows none."""
    assert instruction_html(None) is None
    assert instruction_html(" \n") is None


def test_the_shipped_guidelines_become_instructions():
    """Every heading of the guidelines is there."""
    html = instruction_html(label_config_template("guidelines.md")) or ""
    for heading in ("Source", "Claim", "Hedge", "Links", "Hard cases"):
        assert f"<h3>{heading}</h3>" in html


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
