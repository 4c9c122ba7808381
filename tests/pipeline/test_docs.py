import pytest
import spacy
from hypothesis import given
from spacy.tokens import DocBin
from strategies import marked_articles

from annotate.pipeline.docs import make_doc, read_doc
from annotate.records import Article, Link, Span

pytestmark = pytest.mark.slow

NLP = spacy.blank("en")
KEY = "sc"


def _places(spans):
    return {(s.start, s.end, s.label) for s in spans}


@given(marked_articles())
def test_what_goes_in_comes_out_or_is_reported(marked):
    """Of arbitrary spans in arbitrary Unicode every one comes back unmoved, or is reported."""
    article, spans, links = marked
    doc, issues = make_doc(article, spans, links, make=NLP.make_doc, key=KEY)
    again, links_again, _ = read_doc(doc, key=KEY, article_id=article.article_id)
    lost = {issue.span.id for issue in issues if issue.what == "lost"}
    moved = {issue.span.id: (issue.start, issue.end) for issue in issues if issue.what == "moved"}
    assert {s.id for s in again} == {s.id for s in spans} - lost
    by_id = {s.id: s for s in spans}
    for span in again:
        before = by_id[span.id]
        expected = moved.get(span.id, (before.start, before.end))
        assert (span.start, span.end) == expected
        assert (span.label, dict(span.attributes)) == (before.label, dict(before.attributes))
    kept = {k for k in links if k.head_id not in lost and k.tail_id not in lost}
    assert set(links_again) == kept


@given(marked_articles())
def test_spans_on_tokens_are_never_moved(marked):
    """Once snapped, spans go round without loss: through Doc, DocBin and back."""
    article, spans, links = marked
    doc, _ = make_doc(article, spans, links, make=NLP.make_doc, key=KEY)
    first, first_links, _ = read_doc(doc, key=KEY, article_id=article.article_id)
    doc, issues = make_doc(article, first, first_links, make=NLP.make_doc, key=KEY)
    assert issues == []
    stored = DocBin(docs=[doc]).to_bytes()
    (loaded,) = DocBin().from_bytes(stored).get_docs(NLP.vocab)
    second, second_links, _ = read_doc(loaded, key=KEY, article_id=article.article_id)
    assert second == first
    assert second_links == first_links


def test_a_part_of_a_word_grows_to_the_word():
    """The snapping rule: the smallest run of tokens that covers the span, less white space."""
    article = Article(article_id="a", text="The quay  reopened.")
    spans = (
        Span(id="half", start=5, end=8, label="Claim"),
        Span(id="space", start=8, end=10, label="Hedge"),
        Span(id="same", start=4, end=8, label="Claim"),
        Span(id="wide", start=4, end=10, label="Source"),
    )
    doc, issues = make_doc(article, spans, make=NLP.make_doc, key=KEY)
    found, _, _ = read_doc(doc, key=KEY, article_id="a")
    assert _places(found) == {(4, 8, "Claim"), (4, 8, "Source")}
    told = {issue.span.id: (issue.what, issue.reason) for issue in issues}
    assert told == {
        "half": ("moved", "does not fit the tokens"),
        "space": ("lost", "white space alone"),
        "same": ("lost", "repeats span 'half'"),
        "wide": ("moved", "does not fit the tokens"),
    }


def test_no_token_attribute_is_touched():
    """A user's own tags, lemmas and entities stay as they were."""
    article = Article(article_id="a", text="It may rain.")

    def make(text):
        doc = NLP.make_doc(text)
        for token in doc:
            token.tag_, token.lemma_ = "T" + token.text, "L" + token.text
        return doc

    before = make(article.text)
    doc, _ = make_doc(article, (Span(id="s", start=3, end=6, label="Hedge"),), make=make, key=KEY)
    attributes = ["TAG", "LEMMA", "POS", "DEP", "ENT_TYPE", "ENT_IOB", "SENT_START", "MORPH"]
    assert (doc.to_array(attributes) == before.to_array(attributes)).all()


def test_spans_without_ids_get_stable_ones():
    """A predicted span's id depends on article, place and label alone."""
    doc = NLP("It may rain.")
    doc.spans[KEY] = [doc.char_span(3, 6, label="Hedge"), doc.char_span(0, 11, label="Claim")]
    doc.spans[KEY].attrs["links"] = [[0, 1, "hedges"]]
    doc.spans[KEY].attrs["scores"] = [0.9, 0.5]
    spans, links, scores = read_doc(doc, key=KEY, article_id="a")
    again, _, _ = read_doc(doc, key=KEY, article_id="a")
    other, _, _ = read_doc(doc, key=KEY, article_id="b")
    assert [s.id for s in spans] == [s.id for s in again]
    assert [s.id for s in spans] != [s.id for s in other]
    assert links == (Link(head_id=spans[0].id, tail_id=spans[1].id, label="hedges"),)
    assert scores == {spans[0].id: 0.9, spans[1].id: 0.5}


def test_a_missing_group_holds_nothing():
    """A document that no component has marked has no spans."""
    assert read_doc(NLP("It may rain."), key=KEY, article_id="a") == ((), (), {})
