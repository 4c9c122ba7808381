import hashlib

from annotate.articles.duplicates import NearDuplicates, signature

WIRE = " ".join(
    f"Sentence {i} tells what the harbour board decided about quay number {i * 7}."
    for i in range(20)
)
OTHER = " ".join(
    f"Paragraph {i} describes how the mountain rescue team trained on slope {i * 3}."
    for i in range(20)
)


def test_a_reprint_is_near_and_another_story_is_not():
    """A text with another lead and byline is a near-duplicate; a different one is not."""
    near = NearDuplicates({"wire": signature(WIRE)})
    assert near.near(signature("From our desk.\n\n" + WIRE.upper())) == ["wire"]
    assert near.near(signature(OTHER)) == []


def test_signatures_do_not_change():
    """A kept signature means the same for ever: its hash was written down once."""
    kept = signature("The mayor said the bridge may close.")
    assert (
        hashlib.sha256(kept.encode()).hexdigest()
        == "2a41a723d1811f43d118ece37f06542f4ec151b758f33a386cc0052587e37b10"
    )


def test_short_texts_have_signatures_too():
    """A text shorter than a shingle can be compared all the same."""
    near = NearDuplicates([("a", signature("Hi there"))])
    assert near.near(signature("hi THERE")) == ["a"]
