from annotate.studio.instructions import instruction_html
from annotate.workflow.init import label_config_template


def test_guidelines_survive_label_studios_cleaning():
    """Only headings, paragraphs, bold and italics remain; list items keep a dash, text is escaped."""
    html = instruction_html(
        "# Claim\n\nWhat is *said*.\n\n- **one** <b>\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n    code\n"
    )
    assert html == (
        "<h3>Claim</h3>\n<p>What is <em>said</em>.</p>\n<p>– <strong>one</strong> &lt;b&gt;</p>\n"
        "<p>– two</p>\n<p>a — b</p>\n<p>c — d</p>\n<p>code</p>"
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
