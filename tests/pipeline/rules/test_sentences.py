import pytest


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The dam held. The pier did not.", 2),
        ("“The dam held. The pier did not,” she said.", 1),
        ("“The dam held.” “The pier did not.”", 2),
        ("The envoy left the U.S. The talks went on.", 2),
        ("The envoy met U.S. Senator Orla Venn.", 1),
        ("He met Dr. Venn at 5 p.m. on Monday.", 1),
        ("Did it hold? it did.", 1),
    ],
)
def test_sentences_end_outside_quotations(context, text, count):
    """Sentences end at final punctuation, not within a quotation or after an abbreviation."""
    assert len(context(text).sentences) == count


def test_sentences_cover_the_paragraph(context):
    """The sentences cover the paragraph without a gap."""
    ctx = context("The dam held. “Good,” she said. The pier did not.")

    assert [start for start, _ in ctx.sentences[1:]] == [end for _, end in ctx.sentences[:-1]]
    assert (ctx.sentences[0][0], ctx.sentences[-1][1]) == (0, len(ctx.tokens))
