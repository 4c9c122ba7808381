import pytest
import spacy

import annotate
from annotate.errors import RecordError, UsageError


def test_a_table_holds_predictions_and_annotations(predictions, gold, texts):
    """Both give a row a span; only the machine's have a model and scores."""
    by_machine = annotate.table(zip(texts, predictions, strict=True))
    by_person = annotate.table(gold, context=3)
    assert len(by_machine) == len(by_person) == sum(len(p.spans) for p in predictions)
    assert {row["model_version"] for row in by_machine} == {predictions.model_version}
    assert {row["annotator"] for row in by_person} == {"annotator-x"}
    assert max(len(row["before"]) for row in by_person) == 3
    with pytest.raises(RecordError, match="another text"):
        annotate.table(zip(reversed(texts), predictions, strict=True))


def test_docs_keep_overlaps_and_tell_losses(gold):
    """Overlapping spans stand in one group; a span moved to tokens and a lost one are issues."""
    text, whole = gold[1]
    spans = (
        *whole.spans,
        annotate.Span(id="part", start=15, end=20, label="Claim"),
        annotate.Span(id="again", start=16, end=21, label="Claim"),
    )
    links = (*whole.links, annotate.Link(head_id="again", tail_id="part", label="attributed_to"))
    marks = annotate.Prediction(
        article_id=whole.article_id,
        text_sha256=whole.text_sha256,
        spans=spans,
        links=links,
        scores={"part": 0.5},
        model_version="v-1",
    )
    docs = annotate.docs([(text, marks)], spans_key="marks")
    assert repr(docs) == "<1 Docs; spans moved: 1, lost: 1; links lost: 1>"
    assert [issue.what for issue in docs.issues] == ["moved", "lost"]
    group = docs[0].spans["marks"]
    assert len(group) == 4
    assert group.attrs["scores"] == [None, None, None, 0.5]
    assert docs[0].user_data["annotate"]["model_version"] == "v-1"


def test_docs_are_made_by_ones_own_tokenizer(gold):
    """`make_doc` of a pipeline gives Docs of its vocabulary."""
    nlp = spacy.blank("en")
    docs = annotate.docs(gold, make_doc=nlp.make_doc)
    assert all(doc.vocab is nlp.vocab for doc in docs)
    assert docs[0].user_data["annotate"]["annotator"] == "annotator-x"


def test_predictions_are_scored_against_gold(predictions, gold):
    """Predictions are found by article and text, in any order; others do not count."""
    other = annotate.Prediction(article_id="x", text_sha256="0", spans=(), model_version="v-2")
    found = annotate.evaluate(gold, [other, *reversed(predictions)])
    assert found.macro["exact"] == 1.0
    assert found.name == predictions.model_version
    assert repr(found) == (
        f"<Evaluation of {found.name}: 2 articles, macro exact F1 1.000 (no interval)>"
    )
    assert found.interval is None
    assert found.reasons["all"] == "only 2 articles give ground; an interval needs 5"
    assert found.to_json()["exact_f1_intervals"] == {"Claim": None, "Source": None, "Hedge": None}


def test_what_cannot_be_scored_is_an_error(predictions, gold, texts):
    """Gold twice, without predictions, by a machine or of no article is named, with a hint."""
    with pytest.raises(UsageError, match="no prediction for this text") as caught:
        annotate.evaluate(gold, predictions[:1])
    assert "pre-label" in caught.value.hint
    with pytest.raises(UsageError, match="stands twice in gold"):
        annotate.evaluate([*gold, gold[0]], predictions)
    with pytest.raises(UsageError, match="gold is a prediction"):
        annotate.evaluate(zip(texts, predictions, strict=True), predictions)
    with pytest.raises(UsageError, match="no article in gold"):
        annotate.evaluate([], predictions)
    with pytest.raises(UsageError, match="'Claim' is none of"):
        annotate.evaluate(gold, predictions, scheme=annotate.label_scheme("parc"))
