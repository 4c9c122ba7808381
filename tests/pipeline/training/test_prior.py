import pytest

from annotate.pipeline.training.corpus import gold_docs
from annotate.pipeline.training.loop import rules_pipeline
from annotate.pipeline.training.prior import fit_prior
from annotate.records import Annotation, Article, Span

LABELS = ("Claim", "Hedge", "Source")
TEXT = "Officials said the bridge may close."


def _gold(count, *marks, labels=LABELS):
    pairs = []
    for number in range(count):
        article = Article(article_id=f"a{number}", text=TEXT)
        spans = tuple(
            Span(id=f"s{at}", start=TEXT.index(words), end=TEXT.index(words) + len(words), label=x)
            for at, (words, x) in enumerate(marks)
        )
        annotation = Annotation(
            article_id=article.article_id, text_sha256=article.text_sha256, spans=spans,
            labels=labels, annotator="a", annotation_id="1",
        )  # fmt: skip
        pairs.append((article, annotation))
    return pairs


def _fitted(gold, aliases=None):
    rules = rules_pipeline()
    docs, _ = gold_docs(rules, gold, labels=LABELS, nested_labels=())
    found = fit_prior(rules, docs, labels=LABELS, aliases=aliases or {})
    return {entry["chain"]: entry for entry in found}


@pytest.fixture(scope="module")
def unseen():
    """Return the prior that no gold has changed."""
    return _fitted([])


def test_a_rule_is_believed_as_gold_has_shown_it(unseen):
    """Where it was right it weighs more, where it was wrong nothing, elsewhere as it did before."""
    right = _fitted(_gold(20, ("may", "Hedge"), ("Officials said", "Source")))
    wrong = _fitted(_gold(20, ("Officials", "Source")))
    assert right["Hedge"]["inside"]["hedge_modal"] > unseen["Hedge"]["inside"]["hedge_modal"]
    assert right["Hedge"]["outside"] > unseen["Hedge"]["outside"]
    assert wrong["Hedge"]["inside"]["hedge_modal"] == 0.0
    assert wrong["Source"]["inside"]["source_subject"] == 0.0
    for found in (right, wrong):
        same = {"hedge_adverb", "hedge_noun", "hedge_adjective"}
        for rule in same:
            assert found["Hedge"]["inside"][rule] == unseen["Hedge"]["inside"][rule] > 0


def test_what_nobody_annotated_shows_nothing_of_a_rule(unseen):
    """An article that does not name a label says nothing of the label's rules."""
    found = _fitted(_gold(20, ("Officials said", "Source"), labels=("Source",)))
    assert found["Hedge"] == unseen["Hedge"]
    assert found["Source"] != unseen["Source"]


def test_rules_stand_in_one_order(unseen):
    """A set's order changes with every process, and a model's version would change with it."""
    for entry in unseen.values():
        assert list(entry["inside"]) == sorted(entry["inside"])
