import pytest

from annotate.pipeline.rules.links import Layout, LinkSpan, predict_links


def layout(sentences, *, paragraphs=None, quoted=()):
    total = len(sentences)
    return Layout(sentences, paragraphs or [0] * total, [i in quoted for i in range(total)])


def test_a_claim_links_to_the_source_of_its_sentence():
    """A claim links to the nearest source of its sentence."""
    spans = [LinkSpan(0, 2, "Source"), LinkSpan(3, 6, "Claim"), LinkSpan(7, 9, "Source")]

    assert predict_links(spans, layout([0] * 7 + [1] * 3)) == [(1, 0, "attributed_to")]


def test_a_hedge_links_to_the_innermost_claim():
    """A hedge links to the innermost claim around it."""
    spans = [LinkSpan(0, 9, "Claim"), LinkSpan(3, 6, "Claim"), LinkSpan(4, 5, "Hedge")]

    assert (2, 1, "hedges") in predict_links(spans, layout([0] * 9))


def test_a_chain_links_each_claim_to_its_own_source():
    """In a chain the inner claim links to the inner source and the outer claim to the outer."""
    spans = [
        LinkSpan(0, 2, "Source"),
        LinkSpan(2, 9, "Claim"),
        LinkSpan(2, 4, "Source"),
        LinkSpan(4, 9, "Claim"),
    ]

    assert predict_links(spans, layout([0] * 9)) == [
        (1, 0, "attributed_to"),
        (3, 2, "attributed_to"),
    ]


def test_two_sources_side_by_side_both_vouch():
    """A source that quotes another one side by side shares its claim with it."""
    spans = [LinkSpan(0, 2, "Source"), LinkSpan(3, 5, "Source"), LinkSpan(6, 9, "Claim")]

    assert predict_links(spans, layout([0] * 9)) == [
        (2, 0, "attributed_to"),
        (2, 1, "attributed_to"),
    ]


@pytest.mark.parametrize(
    ("claim", "source"), [((5, 9), (0, 2)), ((0, 4), (5, 7))], ids=["before", "after"]
)
def test_a_quote_links_across_sentences(claim, source):
    """A quotation whose sentence has no source links to that of a sentence beside it."""
    spans = [LinkSpan(*claim, "Claim"), LinkSpan(*source, "Source")]

    assert predict_links(spans, layout([0] * 5 + [1] * 4, quoted=range(9))) == [
        (0, 1, "attributed_to")
    ]


def test_a_claim_that_the_writer_hedges_has_no_source():
    """A claim that the writer hedges is not linked to the source of another sentence."""
    spans = [LinkSpan(0, 2, "Source"), LinkSpan(5, 9, "Claim"), LinkSpan(6, 7, "Hedge")]

    assert predict_links(spans, layout([0] * 5 + [1] * 4)) == [(2, 1, "hedges")]


def test_other_labels_have_no_links():
    """Spans of labels that the rules do not know have no links."""
    assert predict_links([LinkSpan(0, 1, "Person"), LinkSpan(1, 2, "Claim")], layout([0, 0])) == []


def test_a_content_links_to_its_source_and_to_its_cue():
    """With Source, Cue and Content each content has the source and the cue of its attribution."""
    spans = [
        LinkSpan(0, 2, "Source"),
        LinkSpan(2, 3, "Cue"),
        LinkSpan(3, 6, "Content"),
        LinkSpan(7, 9, "Content"),
        LinkSpan(9, 10, "Cue"),
        LinkSpan(10, 11, "Source"),
    ]

    assert predict_links(spans, layout([0] * 12)) == [
        (2, 0, "attributed_to"),
        (2, 1, "cued_by"),
        (3, 4, "cued_by"),
        (3, 5, "attributed_to"),
    ]


def test_a_content_without_a_source_links_to_the_nearest_cue():
    """A cue within the content belongs to another attribution."""
    spans = [LinkSpan(0, 1, "Cue"), LinkSpan(2, 9, "Content"), LinkSpan(4, 5, "Cue")]

    assert predict_links(spans, layout([0] * 9)) == [(1, 0, "cued_by")]


SPEAKER = [LinkSpan(0, 2, "Source"), LinkSpan(3, 30, "Claim")]  # the first paragraph, not quoted


def _quoted(*spans, sentences=(30, 60), paragraphs=(30, 60), quoted=range(30, 60)):
    """Return the links of a claim's head to its sources; the speaker stands before a quotation."""
    ends = [sum(at >= end for end in sentences[:-1]) for at in range(60)]
    places = [sum(at >= end for end in paragraphs[:-1]) for at in range(60)]
    found = predict_links([*SPEAKER, *spans], layout(ends, paragraphs=places, quoted=quoted))
    return {head: tail for head, tail, label in found if label == "attributed_to" and head > 1}


def test_whom_a_quoted_person_names_vouches_for_what_follows_alone():
    """As in "I think that the ferry will sail, or it will sink": the rest is the speaker's."""
    named, led, other = (
        LinkSpan(31, 33, "Source"),
        LinkSpan(36, 40, "Claim"),
        LinkSpan(41, 45, "Claim"),
    )

    assert _quoted(named, led, other) == {3: 2, 4: 0}


def test_whom_a_quoted_person_names_behind_a_claim_vouches_for_the_innermost():
    """As in "I worry because the pier is rotten, as you know": that it is rotten is known."""
    spans = LinkSpan(31, 40, "Claim"), LinkSpan(34, 40, "Claim"), LinkSpan(41, 44, "Source")

    assert _quoted(*spans) == {2: 0, 3: 4}


def test_a_quoted_source_vouches_for_no_claim_of_another_sentence():
    """A quotation that goes on stays the speaker's, whomever it names."""
    spans = LinkSpan(31, 33, "Source"), LinkSpan(33, 40, "Claim"), LinkSpan(46, 50, "Claim")

    assert _quoted(*spans, sentences=(30, 45, 60)) == {3: 2, 4: 0}


def test_who_closes_a_quotation_is_its_speaker_though_somebody_reports_it():
    """As in "It holds. It is sound," the owner said, according to the Gazette."""
    spans = (
        LinkSpan(31, 36, "Claim"),
        LinkSpan(37, 50, "Claim"),  # the outer one: what the Gazette reports
        LinkSpan(47, 50, "Source"),
        LinkSpan(51, 54, "Source"),
    )

    assert _quoted(*spans, quoted=range(30, 47)) == {2: 4, 3: 5}


def test_a_source_with_a_claim_of_its_own_takes_none_before_it():
    """As in "Although he granted that the pier was old, he insisted that it was sound"."""
    spans = [
        LinkSpan(1, 3, "Source"),
        LinkSpan(5, 9, "Claim"),
        LinkSpan(10, 12, "Source"),
        LinkSpan(13, 18, "Claim"),
    ]

    assert predict_links(spans, layout([0] * 18)) == [
        (1, 0, "attributed_to"),
        (3, 2, "attributed_to"),
    ]
