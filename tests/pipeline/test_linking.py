from hypothesis import given
from strategies import marked_articles

from annotate.pipeline.linking import structural_links
from annotate.records import Article, Span

TEXT = "\n The ferry may be sold, the union said."


def _span(number, words, label):
    start = TEXT.index(words)
    return Span(id=number, start=start, end=start + len(words), label=label)


def _links(spans, **settings):
    found = structural_links(Article(article_id="a", text=TEXT), spans, **settings)
    return {(k.head_id, k.tail_id, k.label, k.inferred) for k in found}


def test_spans_of_any_hand_are_linked_by_their_ids():
    """Claim to source, hedge to claim; every link says that it was inferred."""
    spans = [
        _span("c", "The ferry may be sold", "Claim"),
        _span("h", "may", "Hedge"),
        _span("s", "the union said", "Source"),
    ]
    assert _links(spans) == {("c", "s", "attributed_to", True), ("h", "c", "hedges", True)}
    assert _links(spans[:1]) == set()


def test_labels_under_other_names_are_linked_where_aliases_tell():
    """A label that the linker does not know has no links."""
    spans = [
        _span("c", "The ferry may be sold", "Assertion"),
        _span("s", "the union said", "Source"),
    ]
    assert _links(spans) == set()
    assert _links(spans, aliases={"Claim": "Assertion"}) == {("c", "s", "attributed_to", True)}


@given(marked_articles())
def test_links_join_spans_that_are_there(marked):
    """Whatever text and spans are: both ends are spans, and no link is given twice."""
    article, spans, _ = marked
    found = structural_links(article, spans)
    assert {end for k in found for end in (k.head_id, k.tail_id)} <= {span.id for span in spans}
    assert len(set(found)) == len(found)
