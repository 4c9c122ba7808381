import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import marked_articles

from annotate.quality.comparison import compare, label_prefixes
from annotate.quality.scoring import GoldAndPredicted
from annotate.records import Link, Span

LABELS = frozenset({"Claim", "Source", "Hedge", "attributed_to", "hedges"})
TEXT = "Officials said the old bridge may close on Friday."


def _item(text, predicted, gold, labels=LABELS):
    return GoldAndPredicted(
        article_id="a", text=text, gold=tuple(gold), predicted=tuple(predicted), labels=labels
    )


def _span(span_id, words, label):
    start = TEXT.index(words)
    return Span(id=span_id, start=start, end=start + len(words), label=label)


@given(marked=marked_articles(), other=st.randoms(use_true_random=False))
def test_every_span_stands_on_its_side(marked, other):
    """No span of either side is lost or doubled but for places that a side marks twice."""
    article, spans, links = marked
    predicted = [s for s in spans if other.random() < 0.7]
    gold = [s for s in spans if other.random() < 0.7]
    found = compare(_item(article.text, predicted, gold), links, links)

    def places(side):
        return {(s.start, s.end, s.label) for s in side if s is not None}

    assert places(c.before for c in found.changes) == places(predicted)
    assert places(c.after for c in found.changes) == places(gold)
    names = [change.name for change in found.changes]
    assert len(set(names)) == len(names)
    for change in found.changes:
        assert (change.before is None) == (change.kind == "added")
        assert (change.after is None) == (change.kind == "removed")
    assert sum(found.counts().values()) == len(found.changes)


@given(marked=marked_articles())
def test_a_prediction_that_was_kept_has_no_changes(marked):
    """An article against itself is kept whole, links and all."""
    article, spans, links = marked
    unique = {(s.start, s.end, s.label): s for s in spans}.values()
    ids = {span.id for span in unique}
    kept = [link for link in links if {link.head_id, link.tail_id} <= ids]
    found = compare(_item(article.text, unique, unique), kept, kept)
    assert {change.kind for change in found.changes} <= {"kept"}
    assert {link.kind for link in found.links} <= {"kept"}


def test_each_kind_of_change_is_told():
    """Moved, relabelled, removed and added spans, and links that follow their spans."""
    predicted = [
        _span("p1", "Officials said", "Source"),
        _span("p2", "old bridge may close", "Claim"),
        _span("p3", "may", "Claim"),
        _span("p4", "on Friday", "Hedge"),
    ]
    gold = [
        _span("g1", "Officials said", "Source"),
        _span("g2", "the old bridge may close", "Claim"),
        _span("g3", "may", "Hedge"),
        _span("g5", "Friday", "Source"),
    ]
    found = compare(
        _item(TEXT, predicted, gold),
        [Link(head_id="p2", tail_id="p1", label="attributed_to")],
        [
            Link(head_id="g2", tail_id="g1", label="attributed_to"),
            Link(head_id="g3", tail_id="g2", label="hedges"),
        ],
    )
    kinds = {change.name: change.kind for change in found.changes}
    assert kinds == {
        "S1": "kept",
        "C1": "moved",
        "H1": "relabelled",
        "H2": "removed",
        "S2": "added",
    }
    assert next(c.words for c in found.changes if c.name == "C1") == (-1, 0)
    assert {(link.head, link.tail, link.kind) for link in found.links} == {
        ("C1", "S1", "kept"),
        ("H1", "C1", "added"),
    }


def test_what_nobody_annotated_is_not_judged():
    """Spans and links of kinds that were not annotated there are neither kept nor removed."""
    predicted = [_span("p1", "Officials said", "Source"), _span("p2", "may", "Hedge")]
    link = Link(head_id="p2", tail_id="p1", label="hedges")
    found = compare(_item(TEXT, predicted, [], frozenset({"Hedge"})), [link], [])
    assert {change.name: change.kind for change in found.changes} == {
        "S1": "unjudged",
        "H1": "removed",
    }
    assert [link.kind for link in found.links] == ["unjudged"]


@pytest.mark.parametrize(
    ("labels", "prefixes"),
    [
        ({"Claim", "Source", "Hedge"}, {"Claim": "C", "Source": "S", "Hedge": "H"}),
        ({"Source", "Cue", "Content"}, {"Source": "S", "Cue": "Cu", "Content": "Co"}),
        ({"Claim", "Claims"}, {"Claim": "Claim", "Claims": "Claims"}),
        (set(), {}),
    ],
)
def test_labels_are_shortened_without_confusion(labels, prefixes):
    """The shortest beginning that tells a label from all others names its spans."""
    assert label_prefixes(labels) == prefixes
