from spacy.tokens import Span, SpanGroup

from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.loop import rules_pipeline
from annotate.pipeline.training.prior import fit_prior
from annotate.pipeline.training.weak import fill_unknown, weak_docs

LABELS = ("Claim", "Source", "Hedge")
TEXT = "Officials said the bridge may close."


def test_weak_labels_bear_the_names_of_the_workspace():
    """A label that was renamed is learned from the rules under its new name."""
    (doc,) = weak_docs(
        rules_pipeline(()),
        [TEXT],
        labels=("Claim", "Doubt", "Mood"),
        aliases={"Hedge": "Doubt"},
    )
    group = doc.spans[SPANS_KEY]
    assert group.attrs["labels"] == ["Claim", "Doubt"]
    assert {(span.text, span.label_) for span in group} == {
        ("the bridge may close", "Claim"),
        ("may", "Doubt"),
    }


def test_where_the_rules_know_no_label_nothing_is_weakly_labelled():
    """Labels of another team's own are learned from gold alone."""
    rules = rules_pipeline(())
    assert list(weak_docs(rules, [TEXT], labels=("Mood",))) == []
    doc = rules.make_doc(TEXT)
    doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=[Span(doc, 0, 1, label="Mood")])
    assert fill_unknown(rules, [doc], labels=("Mood",)) == {}
    assert fit_prior(rules, [doc], labels=("Mood",), aliases={}) == []


def test_labels_of_which_there_is_enough_gold_are_not_learned_weakly():
    """Those that are not wanted are unknown in the texts; where none is, there is no text."""
    (doc,) = weak_docs(rules_pipeline(()), [TEXT], labels=LABELS, wanted=("Hedge",))
    group = doc.spans[SPANS_KEY]
    assert (group.attrs["labels"], [span.label_ for span in group]) == (["Hedge"], ["Hedge"])
    assert list(weak_docs(rules_pipeline(()), [TEXT], labels=LABELS, wanted=("Mood",))) == []


def test_what_nobody_annotated_comes_from_the_rules():
    """A corpus without hedges does not teach that there are none; what people marked stays."""
    rules = rules_pipeline(())
    docs = []
    for labels in (("Claim", "Source"), LABELS):
        doc = rules.make_doc(TEXT)
        spans = [Span(doc, 0, 1, label="Source")]
        attrs = {"labels": list(labels)}
        doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=spans, attrs=attrs)
        docs.append(doc)
    assert fill_unknown(rules, docs, labels=LABELS) == {"Hedge": 1}
    filled, whole = (doc.spans[SPANS_KEY] for doc in docs)
    marked = [(span.text, span.label_) for span in filled]
    assert marked == [("Officials", "Source"), ("may", "Hedge")]
    assert set(filled.attrs["labels"]) == set(LABELS)
    assert [span.text for span in whole] == ["Officials"]
    assert fill_unknown(rules, docs, labels=LABELS) == {}
