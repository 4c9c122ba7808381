from dataclasses import replace

from hypothesis import given
from strategies import shared_articles

from annotate.quality.agreement.raters import SharedArticle
from annotate.quality.review import is_disputed, union_of_marks
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


def test_the_union_says_who_drew_what():
    """The claim of three people has two ends, the source two types, and the link goes with its claim."""
    union = union_of_marks(
        _article(
            _annotation("ada", *_marks("a")),
            _annotation("ben", *_marks("b", link=False)),
            _annotation("cyd", *_marks("c", end=40, kind="unnamed")),
        )
    )
    source, long, short = union.spans
    assert (source.drawn_by, source.lacked_by) == (("ada", "ben", "cyd"), ())
    assert source.choices == {
        "source_type": {"ada": ("named",), "ben": ("named",), "cyd": ("unnamed",)}
    }
    assert (source.span.attributes, source.to_choose) == ({}, ("source_type",))
    assert (long.drawn_by, long.lacked_by, long.span.end) == (("ada", "ben"), ("cyd",), 46)
    assert (short.drawn_by, short.lacked_by, short.span.end) == (("cyd",), ("ada", "ben"), 40)
    of_long, of_short = sorted(union.links, key=lambda mark: mark.drawn_by)
    assert (of_long.drawn_by, of_long.lacked_by) == (("ada",), ("ben",))
    assert (of_short.drawn_by, of_short.disputed) == (("cyd",), False)
    assert union.disputed == 4


def test_links_that_nobody_drew_are_no_dispute():
    """And stand in no union."""
    spans, (link,) = _marks("a")
    other, _ = _marks("b")
    both = _article(
        _annotation("ada", spans, [replace(link, inferred=True)]), _annotation("ben", other)
    )
    assert not is_disputed(both)
    assert union_of_marks(both).links == ()


def test_who_chose_nothing_leaves_nothing_to_choose():
    """A choice that one made and another did not is disputed; none may be right."""
    named, _ = _marks("a", link=False)
    bare = [replace(span, id=f"b{span.id}", attributes={}) for span in named]
    union = union_of_marks(_article(_annotation("ada", named), _annotation("ben", bare)))
    source = union.spans[0]
    assert (source.disputed, source.to_choose) == (True, ())


@given(shared_articles())
def test_every_mark_of_everybody_is_in_the_union_once(shared):
    """With all who drew it; what is not disputed, all drew who could have."""
    article, annotations = shared
    union = union_of_marks(_article(*annotations, text=article.text))
    places = {mark.span.id: _place(mark.span) for mark in union.spans}
    drawn = [(places[m.link.head_id], places[m.link.tail_id], m.link.label) for m in union.links]
    assert len(set(places.values())) == len(union.spans)
    assert len(set(drawn)) == len(drawn)
    by_place = {places[mark.span.id]: mark for mark in union.spans}
    by_join = dict(zip(drawn, union.links, strict=True))
    for annotation in annotations:
        own = {span.id: _place(span) for span in annotation.spans}
        joins = {
            (own[link.head_id], own[link.tail_id], link.label)
            for link in annotation.links
            if not link.inferred and own[link.head_id] != own[link.tail_id]
        }
        for place, mark in by_place.items():
            assert (annotation.annotator in mark.drawn_by) == (place in own.values())
            assert (annotation.annotator in mark.lacked_by) == (place not in own.values())
        assert joins <= set(by_join)
        for join, mark in by_join.items():
            could = join[0] in own.values() and join[1] in own.values()
            assert (annotation.annotator in mark.drawn_by) == (join in joins)
            assert (annotation.annotator in mark.lacked_by) == (could and join not in joins)
    contents = {_content(annotation) for annotation in annotations}
    assert is_disputed(_article(*annotations, text=article.text)) == (len(contents) > 1)


def _place(span):
    return (span.start, span.end, span.label)


def _content(annotation):
    """Return what somebody drew, whatever it is called; of spans in one place the first counts."""
    first = {}
    for span in annotation.spans:
        first.setdefault(_place(span), frozenset(span.attributes.items()))
    own = {span.id: _place(span) for span in annotation.spans}
    joins = frozenset(
        (own[link.head_id], own[link.tail_id], link.label)
        for link in annotation.links
        if not link.inferred and own[link.head_id] != own[link.tail_id]
    )
    return frozenset(first.items()), joins
