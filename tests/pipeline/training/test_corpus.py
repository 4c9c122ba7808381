from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.corpus import weak_docs
from annotate.pipeline.training.loop import rules_pipeline

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
    assert weak_docs(rules_pipeline(()), [TEXT], labels=("Mood",)) == []
