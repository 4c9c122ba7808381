from dataclasses import replace

from hypothesis import given
from strategies import marked_articles

from annotate.quality.comparison import compare
from annotate.quality.marks import marks_after, marks_before, pieces
from annotate.quality.scoring import GoldAndPredicted

LABELS = frozenset({"Claim", "Source", "Hedge", "attributed_to", "hedges"})


def _comparison(text, predicted, gold, links):
    item = GoldAndPredicted(
        article_id="a", text=text, gold=gold, predicted=predicted, labels=LABELS
    )
    return compare(item, links, links)


@given(marked=marked_articles())
def test_pieces_are_the_text_and_every_mark_opens_and_closes_once(marked):
    """Joined, pieces are the text; a mark covers exactly its span, from opening to closing."""
    article, spans, links = marked
    marks = marks_after(_comparison(article.text, (), spans, links))
    found = list(pieces(article.text, marks))
    assert "".join(piece.text for piece in found) == article.text
    for mark in marks:
        covered = [piece for piece in found if mark in piece.marks]
        assert "".join(p.text for p in covered) == article.text[mark.span.start : mark.span.end]
        assert [p for p in found if mark in p.opening] == covered[:1]
        assert [p for p in found if mark in p.closing] == covered[-1:]


@given(marked=marked_articles())
def test_marks_that_overlap_are_drawn_on_different_lines(marked):
    """No two marks of one line share a character, and lines are used from the first one on."""
    article, spans, links = marked
    marks = marks_before(_comparison(article.text, spans, (), links))
    for mark in marks:
        others = [m for m in marks if m is not mark and m.slot == mark.slot]
        assert all(m.span.end <= mark.span.start or m.span.start >= mark.span.end for m in others)
    used = {mark.slot for mark in marks}
    assert used == set(range(len(used)))


def test_each_side_shows_its_own_links(scheme):
    """A removed link stands with the prediction alone, an added one with the annotation alone."""
    from annotate.records import Link, Span

    spans = (
        Span(id="c", start=0, end=3, label="Claim"),
        Span(id="s", start=4, end=7, label="Source"),
    )
    item = GoldAndPredicted(
        article_id="a", text="one two", gold=spans, predicted=spans, labels=LABELS
    )
    link = Link(head_id="c", tail_id="s", label="attributed_to")
    removed, added = compare(item, [link], []), compare(item, [], [link])
    assert [(k.kind, k.tail) for k in marks_before(removed)[0].links] == [("removed", "S1")]
    assert marks_after(removed)[0].links == ()
    assert marks_before(added)[0].links == ()
    assert [(k.kind, k.tail) for k in marks_after(added)[0].links] == [("added", "S1")]
    inferred = compare(item, [link], [replace(link, inferred=True)])
    (before,), (after,) = marks_before(inferred)[0].links, marks_after(inferred)[0].links
    assert [(k.kind, k.arrow) for k in (before, after)] == [("kept", "→"), ("kept", "⇢")]
