import pytest


@pytest.mark.parametrize(
    ("text", "hedge", "claim"),
    [
        (
            "Dock workers are reportedly preparing to walk out.",
            "reportedly",
            "Dock workers are reportedly preparing to walk out",
        ),
        ("The strike might spread, but ferries run.", "might", "The strike might spread"),
        ("The tide appears to be turning.", "appears to", "The tide appears to be turning"),
        (
            "The council met after an alleged leak at the plant.",
            "alleged",
            "an alleged leak at the plant",
        ),
        (
            "The port is believed to be closed.",
            "is believed to",
            "The port is believed to be closed",
        ),
    ],
)
def test_a_hedge_makes_a_claim(label, text, hedge, claim):
    """A hedge outside all attributions makes a Claim of its clause or noun phrase."""
    assert sorted(label(text)) == sorted([("Claim", claim), ("Hedge", hedge)])


def test_adjacent_hedges_are_two(label):
    """Two adjacent hedges are two spans."""
    hedges = [text for kind, text in label("The dam could potentially fail.") if kind == "Hedge"]

    assert hedges == ["could", "potentially"]


@pytest.mark.parametrize(
    "text",
    [
        "The talks begin in May and end in June.",
        "Ships can turn here.",
        "The mayor could not be reached.",
        "Likely voters favour the tunnel.",
        "The bridge will close on Monday.",
    ],
)
def test_ability_plans_and_months_are_no_hedges(label, text):
    """Ability, plans and the month of May are no hedges."""
    assert [span for span in label(text) if span[0] == "Hedge"] == []


def test_would_in_direct_speech_is_a_hedge(label):
    """The verb "would" is a hedge in direct speech and before "have", not as the past of "will"."""
    assert ("Hedge", "would") in label("“The pier would be a fine place,” Vahl said.")
    assert ("Hedge", "would") in label("The pier would have been a fine place.")
    assert ("Hedge", "would") not in label("Vahl said the pier would open in May.")
    assert ("Hedge", "would") not in label("“I would like a pier,” Vahl said.")


def test_what_seems_is_hedged(label):
    """The verb "seem" is a hedge before an adjective as well."""
    assert label("The weir seems sound.") == [
        ("Claim", "The weir seems sound"),
        ("Hedge", "seems"),
    ]
