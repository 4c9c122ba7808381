import hashlib

from annotate.articles.duplicates import THRESHOLD, band_keys, signature, similarity

WIRE = " ".join(
    f"Sentence {i} tells what the harbour board decided about quay number {i * 7}."
    for i in range(20)
)
OTHER = " ".join(
    f"Paragraph {i} describes how the mountain rescue team trained on slope {i * 3}."
    for i in range(20)
)


def _share(one, other):
    return set(band_keys(signature(one))) & set(band_keys(signature(other)))


def test_a_reprint_is_near_and_another_story_is_not():
    """A text with another lead and byline is a near-duplicate; a different one is not."""
    reprint = "From our desk.\n\n" + WIRE.upper()
    assert similarity(signature(WIRE), signature(reprint)) >= THRESHOLD
    assert _share(WIRE, reprint)
    assert similarity(signature(WIRE), signature(OTHER)) < THRESHOLD
    assert not _share(WIRE, OTHER)


def test_signatures_do_not_change():
    """A kept signature and its keys mean the same for ever: their hashes were written down once."""
    kept = signature("The mayor said the bridge may close.")
    keys = ",".join(map(str, band_keys(kept)))
    assert hashlib.sha256(kept).hexdigest()[:16] == "a1a421cade27322c"
    assert hashlib.sha256(keys.encode()).hexdigest()[:16] == "059c0506342c650a"


def test_short_texts_have_signatures_too():
    """A text shorter than a shingle can be compared all the same."""
    assert similarity(signature("Hi there"), signature("hi THERE")) == 1.0
    assert len(signature("")) == len(signature(WIRE))
