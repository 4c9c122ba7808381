import pytest


def quoted(ctx):
    texts = ctx.tokens.texts
    return ["|".join(texts[start:end]) for start, end in ctx.quotes.ranges]


@pytest.mark.parametrize(
    "text",
    [
        "“The pier is safe,” she said.",
        '"The pier is safe," she said.',
        "«The pier is safe», she said.",
        "„The pier is safe”, she said.",
        "``The pier is safe,'' she said.",
        "''The pier is safe,'' she said.",
        "‘The pier is safe,’ she said.",
        "'The pier is safe,' she said.",
    ],
)
def test_quotation_marks_of_all_styles_are_known(context, text):
    """A quotation is found whatever the style of its marks."""
    (found,) = quoted(context(text))

    assert "|The|pier|is|safe|" in found


@pytest.mark.parametrize(
    "text",
    ["The dockers' pay isn't the mayor's concern.", "The ’90s were the ferries’ best years."],
)
def test_apostrophes_are_no_quotation_marks(context, text):
    """Apostrophes open no quotation."""
    assert quoted(context(text)) == []


def test_an_unclosed_quotation_goes_on_to_the_end(context):
    """A quotation that the next paragraph continues reaches the end of its own."""
    ctx = context("“The pier is safe. We checked it twice.")

    assert ctx.quotes.ranges == ((0, len(ctx.tokens)),)
    assert ctx.quotes.closed == (False,)
    assert ctx.quotes.content((0, len(ctx.tokens))) == (1, len(ctx.tokens))


def test_a_quotation_within_another_is_part_of_it(context):
    """Quotations do not overlap: the inner one is part of the outer."""
    assert len(quoted(context("“He said ‘the pier is safe’ and left,” she said."))) == 1
