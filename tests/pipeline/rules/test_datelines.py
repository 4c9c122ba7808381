import pytest

from annotate.pipeline.rules.datelines import dateline_length


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("LOWHAVEN (Wire) — The dam may fail.", "LOWHAVEN (Wire) —"),
        ("LOWHAVEN, March 3 - The dam may fail.", "LOWHAVEN, March 3 -"),
        ("Lowhaven (The Tide Digital) The dam may fail.", "Lowhaven (The Tide Digital)"),
        ("The dam — built in 1960 — may fail.", ""),
        ("Vahl (Harbour Party) said so.", ""),
        ("the dam - may fail", ""),
    ],
)
def test_datelines_are_told_from_sentences(context, text, dateline):
    """A dateline is recognised by its brackets or dash; a sentence with them is none."""
    ctx = context(text)

    found = "".join(ctx.tokens.texts[: dateline_length(ctx.tokens)])
    assert found == "".join(dateline.split())


def test_a_claim_starts_after_the_dateline(label):
    """The dateline is no part of the claim after it."""
    assert ("Claim", "The dam may fail") in label("LOWHAVEN (Wire) — The dam may fail.")
