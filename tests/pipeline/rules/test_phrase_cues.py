import pytest


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Vahl made it very clear that the ferry is safe.", "Vahl made it very clear"),
        (
            "The union issued a formal warning that the ferry is unsafe.",
            "The union issued a formal warning",
        ),
        ("Tiel laid out his fears that the ferry is unsafe.", "Tiel laid out his fears"),
        ("We are very sorry that the ferry is late.", "We are very sorry"),
        ("Tiel is adamant the ferry will sail.", "Tiel is adamant"),
    ],
)
def test_cues_of_several_words_are_found(label, text, source):
    """A light verb with its noun and an adjective of the mind are cues before a clause."""
    assert label(text)[0] == ("Source", source)


@pytest.mark.parametrize(
    "text",
    [
        "It is clear that the ferry is late.",
        "Tiel was happy with the ferry.",
        "The board made the plan public.",
        "The union issued a warning on Monday.",
    ],
)
def test_without_a_content_or_a_person_there_is_no_cue(label, text):
    """The same words are no cue where nobody thinks or no clause follows."""
    assert label(text) == []
