"""Lines on a page become paragraphs."""

from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.page_lines import HYPHEN, PageLine, join_lines


def _column(*texts, left=50.0, top=700.0, step=14.0, width=None):
    """Return lines below each other, as wide as their letters or `width`."""
    return [
        PageLine(
            text,
            left=left,
            right=left + (width or 6.0 * len(text)),
            bottom=top - number * step,
            top=top - number * step + 10,
        )
        for number, text in enumerate(texts)
    ]


def test_lines_of_a_paragraph_are_joined():
    """However they end, as long as they are full; a short one that ends a sentence ends it."""
    lines = _column(
        "Vahl said on Monday. The", "quay may close in the", "autumn.", "Nobody knew of it at all"
    )
    assert join_lines(lines) == [
        "Vahl said on Monday. The quay may close in the autumn.",
        "Nobody knew of it at all",
    ]


def test_a_gap_begins_a_paragraph():
    """Also where the line before was full and ended no sentence: a headline."""
    lines = [
        *_column("Quay may close"),
        *_column("Vahl said the quay may", "close.", "He did not say when.", top=660.0),
    ]
    assert join_lines(lines)[0] == "Quay may close"


def test_an_indent_begins_a_paragraph():
    """Where a sentence has ended before it."""
    first, second = _column("Vahl said so on Monday.", "Nobody knew of it at all", width=200.0)
    moved = PageLine(second.text, second.left + 12, second.right, second.bottom, second.top)
    assert join_lines([first, moved]) == [first.text, moved.text]
    assert join_lines([first, second]) == [f"{first.text} {second.text}"]


def test_a_paragraph_goes_on_in_the_next_column():
    """Unless a sentence ends where the column does."""
    left = _column("Vahl said that the quay", "may close when the")
    right = _column("autumn comes.", left=300.0)
    assert join_lines([*left, *right]) == [
        "Vahl said that the quay may close when the autumn comes."
    ]
    ended = _column("Vahl said that the quay", "may close in autumn.")
    assert len(join_lines([*ended, *right])) == 2


def test_divided_words_are_joined():
    """A hyphen stays where the document has the word with it elsewhere, and before a capital."""
    lines = _column(
        f"The har{HYPHEN}", f"bour, a well{HYPHEN}", f"known one, of New{HYPHEN}", "Vehl"
    )
    assert join_lines(lines) == ["The harbour, a wellknown one, of New-Vehl"]
    other = _column("It is well-known.", top=500.0)
    assert join_lines([*lines, *other])[0] == "The harbour, a well-known one, of New-Vehl"


boxes = st.builds(
    PageLine,
    st.lists(st.text("abcXY.,", min_size=1, max_size=6), min_size=1, max_size=5).map(" ".join),
    left=st.floats(0, 300),
    right=st.floats(301, 600),
    bottom=st.floats(0, 700),
    top=st.floats(701, 720),
)


@given(st.lists(boxes, max_size=12))
def test_no_word_is_lost_or_moved(lines):
    """Wherever lines stand, their words come in the order in which they were written."""
    said = [word for line in lines for word in line.text.split()]
    assert [word for text in join_lines(lines) for word in text.split()] == said
