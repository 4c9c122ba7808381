import pytest


@pytest.mark.parametrize(
    ("text", "source", "claim"),
    [
        (
            "The city fears their threat to close the port after the vote.",
            "their threat",
            "to close the port",
        ),
        (
            "The mayor's claim that the dam is safe has been questioned.",
            "The mayor's claim",
            "the dam is safe",
        ),
    ],
)
def test_a_possessor_and_a_noun_are_a_source(label, text, source, claim):
    """A reporting noun with its possessor is a Source where its content follows."""
    found = label(text)

    assert ("Source", source) in found
    assert ("Claim", claim) in found


def test_a_noun_without_its_content_is_no_source(label):
    """A reporting noun counts only where its content follows."""
    assert label("The union's threat was not new.") == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The board met after a new report that the pier had sunk.", "a new report"),
        ("The board met after revelations that the pier had sunk.", "revelations"),
    ],
)
def test_a_noun_without_a_possessor_counts_before_its_content(label, text, source):
    """A reporting noun without a possessor is a Source where "that" gives its content."""
    assert label(text) == [("Source", source), ("Claim", "the pier had sunk")]
