import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import ANYTHING

from annotate.errors import RecordError
from annotate.jsonl import article_from_json, article_to_json, dumps
from annotate.records import (
    Annotation,
    Article,
    Link,
    Prediction,
    Span,
    check_fits,
    check_work,
    text_hash,
)


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


FIELDS = ("title", "outlet", "url", "published")
BAD_TEXT = st.sampled_from(["\0", "\ud800", "\udfff"]).flatmap(
    lambda bad: st.tuples(st.text(), st.text()).map(bad.join)
)


@given(name=st.sampled_from(["article_id", *FIELDS]), bad=BAD_TEXT)
def test_an_article_refuses_fields_that_cannot_be_stored(name, bad):
    """A lone surrogate or U+0000 in any field is an error that names article and field."""
    with pytest.raises(RecordError, match=rf"article .*: {name} holds"):
        Article(**{"article_id": "a", "text": "t", name: bad})


@given(
    fields=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(FIELDS, st.one_of(st.none(), st.text())) | {"meta": ANYTHING}
    )
)
def test_an_article_that_was_made_can_be_written_and_read(fields):
    """Whatever a caller gives: an article either comes back from its line or is never made."""
    try:
        article = Article(article_id="a", text="t", **fields)
    except RecordError:
        return
    line = dumps(article_to_json(article)).encode()
    assert article_from_json(json.loads(line)) == article


@pytest.mark.parametrize("meta", [{"a": float("inf")}, {"a": {1}}, {1: "a"}, [("a", 1)], None, "x"])
def test_an_article_refuses_metadata_that_is_no_json(meta):
    """The error names the article and the place in the metadata."""
    with pytest.raises(RecordError, match="article 'a': meta"):
        Article(article_id="a", text="t", meta=meta)


def _annotation(article, *spans, **changes):
    fields = {"article_id": article.article_id, "text_sha256": article.text_sha256}
    fields |= {"labels": ("Claim",), "annotator": "p", "annotation_id": "1"}
    return Annotation(spans=spans, **(fields | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"group": ""}, "the group is ''"),
        ({"group": None}, "the group is None"),
        ({"split": "training"}, "the split is 'training'; expected train, dev, test, none"),
        ({"split": ["train"]}, "the split is"),
        ({"skipped": -1}, "skipped is -1"),
        ({"skipped": True}, "skipped is True"),
        ({"skipped": 1.0}, "skipped is 1.0"),
    ],
)
def test_places_and_counts_that_cannot_be_are_refused(changes, said):
    """Group, split and skips of an article are checked, and the article named."""
    article = Article(article_id="a", text="short")
    place = {"group": "g", "split": "train", "skipped": 0}
    check_work(article, (), **place)
    with pytest.raises(RecordError, match=f"a: {re.escape(said)}"):
        check_work(article, (), **(place | changes))


def test_work_on_another_article_or_text_is_refused():
    """Annotations belong to their article and its exact text, and no two have one id."""
    article, place = Article(article_id="a", text="short"), {"group": "g", "split": "none"}

    def check(*annotations):
        check_work(article, annotations, skipped=0, **place)

    check(_annotation(article, _span("s")), _annotation(article, annotation_id="2"))
    with pytest.raises(RecordError, match="belongs to another article"):
        check(_annotation(article, article_id="b"))
    with pytest.raises(RecordError, match="spans of annotation '1' belong to another text"):
        check(_annotation(article, text_sha256=text_hash("other")))
    with pytest.raises(RecordError, match="ends at 6"):
        check(_annotation(article, _span("s", 0, 6)))
    with pytest.raises(RecordError, match="two annotations have the id '1'"):
        check(_annotation(article), _annotation(article))


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
