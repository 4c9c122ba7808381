from hypothesis import given
from strategies import marked_articles

from annotate.quality.agreement import SharedArticle
from annotate.quality.review import agreed_marks, is_disputed
from annotate.records import Annotation, Link, Span, text_hash

TEXT = "Officials said the bridge may close on Monday."


def _annotation(who, spans, links=(), text=TEXT):
    return Annotation(
        article_id="a",
        text_sha256=text_hash(text),
        spans=tuple(spans),
        links=tuple(links),
        labels=("Claim", "Source"),
        annotator=who,
        annotation_id=who,
    )


def _article(*annotations, text=TEXT):
    return SharedArticle(article_id="a", text=text, annotations=annotations, blind=True)


def _marks(prefix, *, end=46, kind="named", link=True):
    claim = Span(id=f"{prefix}c", start=15, end=end, label="Claim")
    source = Span(
        id=f"{prefix}s", start=0, end=9, label="Source", attributes={"source_type": (kind,)}
    )
    drawn = [Link(head_id=claim.id, tail_id=source.id, label="attributed_to")] if link else []
    return [claim, source], drawn


def test_ids_and_order_are_no_dispute_and_everything_else_is():
    """A place, a choice or a link that differs; other ids and another order do not."""
    spans, links = _marks("a")
    other, their_links = _marks("b")
    same = _annotation("ben", other[::-1], their_links)
    assert not is_disputed(_article(_annotation("ada", spans, links), same))
    for changes in ({"end": 40}, {"kind": "unnamed"}, {"link": False}):
        differing = _annotation("ben", *_marks("b", **changes))
        assert is_disputed(_article(_annotation("ada", spans, links), differing))


def test_all_have_to_agree_on_a_span_and_on_both_ends_of_a_link():
    """The claim of three people has two ends: the source stays, without its choice."""
    found = agreed_marks(
        _article(
            _annotation("ada", *_marks("a")),
            _annotation("ben", *_marks("b")),
            _annotation("cyd", *_marks("c", end=40, kind="unnamed")),
        )
    )
    assert found == ((Span(id="as", start=0, end=9, label="Source"),), ())
    spans, links = agreed_marks(
        _article(_annotation("ada", *_marks("a")), _annotation("ben", *_marks("b")))
    )
    assert [span.attributes for span in spans] == [{}, {"source_type": ("named",)}]
    assert links == (Link(head_id="ac", tail_id="as", label="attributed_to"),)


@given(marked_articles(max_spans=3))
def test_what_is_drawn_twice_alike_is_agreed_on(item):
    """No dispute, and every place and link is kept, duplicates of a place once."""
    article, spans, links = item
    both = _article(
        *(_annotation(who, spans, links, article.text) for who in ("ada", "ben")),
        text=article.text,
    )
    assert not is_disputed(both)
    kept, joined = agreed_marks(both)
    assert {(s.start, s.end, s.label) for s in kept} == {(s.start, s.end, s.label) for s in spans}
    assert bool(joined) == bool(links)
