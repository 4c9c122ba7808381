from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from strategies import marked_articles

from annotate.quality.corrections.links import correct_links
from annotate.quality.corrections.spans import correct_spans
from annotate.records import Link, Span

TEXT = "The mayor said that the bridge may close, and that it did. " * 3


def _spans(*places):
    return [Span(id=f"s{i}", start=a, end=b, label=c) for i, (a, b, c) in enumerate(places)]


def _link(head, tail, label="attributed_to", **changes):
    return Link(head_id=f"s{head}", tail_id=f"s{tail}", label=label, **changes)


def test_each_kind_of_link_by_hand():
    """Kept, relabelled, moved, gone with its span, deleted, added and inferred."""
    before = _spans(*((10 * n, 10 * n + 5, "Claim") for n in range(9)))
    after = before[:8]
    spans = correct_spans(TEXT, before, after)
    old = [_link(0, 1), _link(1, 2), _link(2, 3), _link(4, 5), _link(7, 8)]
    new = [_link(0, 1), _link(1, 2, "hedges"), _link(2, 6), _link(6, 7), _link(0, 7, inferred=True)]
    found = correct_links(spans, old, new)
    assert Counter(link.kind for link in found) == dict.fromkeys(
        ("kept", "relabelled", "moved", "gone", "deleted", "added", "inferred"), 1
    )
    assert sum(link.actions for link in found) == 5 + 5 + 2 + 3


def test_a_link_of_a_split_span_may_go_to_any_part():
    """What hung on the whole is kept where it hangs on one of the parts."""
    before = _spans((0, 20, "Claim"), (30, 40, "Source"))
    after = [
        Span(id="a", start=0, end=9, label="Claim"),
        Span(id="b", start=10, end=20, label="Claim"),
        before[1],
    ]
    spans = correct_spans(TEXT, before, after)
    new = [Link(head_id="b", tail_id="s1", label="attributed_to")]
    assert [link.kind for link in correct_links(spans, [_link(0, 1)], new)] == ["kept"]


@given(marked_articles(max_spans=5), st.data())
def test_every_link_is_in_exactly_one_correction(item, data):
    """Nothing is lost and nothing counted twice, on either side."""
    article, spans, links = item
    kept = [span for span in spans if data.draw(st.booleans())]
    ids = {span.id for span in kept}
    after = [link for link in links if link.head_id in ids and link.tail_id in ids]
    found = correct_links(correct_spans(article.text, spans, kept), links, after)
    assert Counter(id(c.before) for c in found if c.before) == Counter(map(id, links))
    assert Counter(id(c.after) for c in found if c.after) == Counter(map(id, after))
    assert {c.kind for c in found} <= {"kept", "gone", "deleted", "moved", "relabelled"}
