import pytest


@pytest.mark.parametrize(
    ("text", "source", "claim"),
    [
        (
            "She then waved to the crew: “We sail on Friday.”",
            "She then waved to the crew",
            "We sail on Friday",
        ),
        (
            "In the rain, Tiel boarded the ferry: “We sail on Friday.”",
            "Tiel boarded the ferry",
            "We sail on Friday",
        ),
        ("Ines Vahl: “We sail on Friday.”", "Ines Vahl", "We sail on Friday"),
        (
            "Tiel addressed the whole crew: “We sail on Friday.”",
            "Tiel addressed the whole crew",
            "We sail on Friday",
        ),
    ],
)
def test_what_announces_a_quotation_is_its_source(label, text, source, claim):
    """A clause or a name before a colon and a quotation is the quotation's Source."""
    assert label(text) == [("Source", source), ("Claim", claim)]


def test_a_colon_that_ends_the_paragraph_needs_a_word_of_saying(label):
    """Before a colon at the end of a paragraph only a word of saying makes a Source."""
    assert label("The board issued the following statement:") == [
        ("Source", "The board issued the following statement")
    ]
    assert label("The ferry carried these goods:") == []


def test_a_question_after_a_colon_has_no_source(label):
    """Where the quotation only asks, nobody vouches for anything."""
    assert label("She turned to the crew: “Why are we late?”") == []
