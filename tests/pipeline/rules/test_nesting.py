import pytest


def spans_of(found, label):
    return [text for kind, text in found if kind == label]


@pytest.mark.parametrize(
    ("text", "source", "claim"),
    [
        ("“I think the dam will hold,” Vahl said.", "I think", "the dam will hold"),
        (
            "“They are calm because they know the dam will hold,” Vahl said.",
            "they know",
            "the dam will hold",
        ),
        (
            "Vahl said she stayed because she thought the dam would hold.",
            "she thought",
            "the dam would hold",
        ),
    ],
)
def test_an_attribution_within_a_claim_is_found(label, text, source, claim):
    """A claim or a quotation that reports somebody's thoughts holds a Source and a Claim."""
    found = label(text)

    assert source in spans_of(found, "Source")
    assert claim in spans_of(found, "Claim")
    assert len(spans_of(found, "Claim")) == 2


def test_the_content_of_a_condition_ends_before_the_consequence(label):
    """An inner claim within a condition does not take the consequence in."""
    found = label("“If we see signs that the dam leaks, we will close the road,” Vahl said.")

    assert ("Claim", "the dam leaks") in found


@pytest.mark.parametrize(
    "text",
    [
        "“I know the harbour well,” Vahl said.",
        "“I never said such a thing,” Vahl said.",
    ],
)
def test_a_verb_without_a_clause_is_no_inner_source(label, text):
    """A verb of saying or thinking whose object is no clause makes no inner Source."""
    assert len(spans_of(label(text), "Source")) == 1
