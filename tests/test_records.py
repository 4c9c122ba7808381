import pytest

from annotate.errors import RecordError
from annotate.records import Annotation, Article, Link, Prediction, Span, check_fits, text_hash


def test_the_hash_of_a_text_stands_on_the_article():
    """An article carries the SHA-256 of its exact text."""
    article = Article(article_id="a", text="Zwölf 🚢")
    assert article.text_sha256 == text_hash("Zwölf 🚢")
    assert article.text_sha256 != text_hash("Zwölf 🚢 ")


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "no text"), (" \n", "no text"), ("a\0b", "U+0000"), ("a\ud800", "surrogate")],
)
def test_an_article_refuses_texts_that_cannot_be_stored(text, said):
    """Empty texts, U+0000 and lone surrogates are refused with the reason."""
    with pytest.raises(RecordError, match=said.replace("+", r"\+")):
        Article(article_id="a", text=text)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 1)])
def test_a_span_refuses_offsets_that_cannot_be(start, end):
    """Negative, empty and reversed offsets are refused."""
    with pytest.raises(RecordError, match="offsets"):
        Span(id="s", start=start, end=end, label="Claim")


def test_a_link_does_not_lead_to_itself():
    """A span cannot be linked to itself."""
    with pytest.raises(RecordError, match="itself"):
        Link(head_id="a", tail_id="a", label="hedges")


def _span(span_id, start=0, end=1):
    return Span(id=span_id, start=start, end=end, label="Claim")


def test_records_refuse_ids_that_lead_nowhere_or_stand_twice():
    """Span ids are unique, and links and scores name spans that exist."""
    common = {"article_id": "a", "text_sha256": "x", "model_version": "m"}
    with pytest.raises(RecordError, match="two spans"):
        Prediction(spans=(_span("s"), _span("s")), **common)
    with pytest.raises(RecordError, match="names no span"):
        Prediction(
            spans=(_span("s"),), links=(Link(head_id="s", tail_id="t", label="l"),), **common
        )
    with pytest.raises(RecordError, match="score names no span"):
        Prediction(spans=(_span("s"),), scores={"t": 0.5}, **common)
    with pytest.raises(RecordError, match="not in"):
        Prediction(spans=(_span("s"),), scores={"s": 1.5}, **common)


def test_machine_and_human_work_are_different_types():
    """A prediction needs its model version, an annotation its annotator and id."""
    with pytest.raises(RecordError, match="model version"):
        Prediction(article_id="a", text_sha256="x", spans=(), model_version="")
    with pytest.raises(RecordError, match="annotator"):
        Annotation(
            article_id="a", text_sha256="x", spans=(), labels=(), annotator="", annotation_id="1"
        )


def test_spans_of_another_text_are_an_error():
    """Spans meet the text that they were made for, or nothing."""
    article = Article(article_id="a", text="short")
    check_fits(article, article.text_sha256, (_span("s", 0, 5),))
    with pytest.raises(RecordError, match="another text"):
        check_fits(article, text_hash("other"), ())
    with pytest.raises(RecordError, match="ends at 6"):
        check_fits(article, article.text_sha256, (_span("s", 0, 6),))
