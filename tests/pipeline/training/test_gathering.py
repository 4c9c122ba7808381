from sentences import GOLD, LABELS, pair

from annotate.pipeline.training.corpus import gold_docs
from annotate.pipeline.training.gathering import Gathering, write_counted
from annotate.pipeline.training.loop import rules_pipeline
from annotate.pipeline.training.prior import fit_prior
from annotate.pipeline.training.shards import read_corpus
from annotate.pipeline.training.weak import fill_unknown

RULES = rules_pipeline()
GATHERING = Gathering(rules=RULES, labels=LABELS, nested_labels=("Claim",), aliases={})
GIVEN = [
    *GOLD,
    pair(90, "Officials said it may close.", [("Officials said", "Source")], labels=("Source",)),
]


def _spans(doc):
    group = doc.spans["sc"]
    return doc.text, [(s.start, s.end, s.label_) for s in group], group.attrs["labels"]


def test_one_pass_makes_of_gold_what_single_steps_make(tmp_path):
    """Report, prior, what the rules fill in and the documents are those of the whole list."""
    docs, report = gold_docs(RULES, GIVEN, labels=LABELS, nested_labels=("Claim",))
    prior = fit_prior(RULES, docs, labels=LABELS, aliases={})
    filled = fill_unknown(RULES, docs, labels=LABELS)
    found = GATHERING.gather(iter(GIVEN), tmp_path / "gold.spacy")
    assert found.report == report
    assert found.prior == prior
    assert found.filled == filled == {"Claim": 1, "Hedge": 1}
    read = list(read_corpus(found.corpus.path, RULES.vocab))
    assert [_spans(doc) for doc in read] == [_spans(doc) for doc in docs]
    assert (found.corpus.articles, found.corpus.tokens) == (len(docs), sum(map(len, docs)))


def test_what_the_rules_fill_in_is_not_shown_as_gold(tmp_path):
    """Whoever learns choices sees documents as people marked them."""
    seen = []
    GATHERING.gather(GIVEN, tmp_path / "gold.spacy", on_doc=lambda doc: seen.append(_spans(doc)))
    docs, report = gold_docs(RULES, GIVEN, labels=LABELS, nested_labels=("Claim",))
    assert seen == [_spans(doc) for doc in docs]
    assert GATHERING.report(GIVEN) == report


def test_gold_is_read_as_it_is_written(tmp_path):
    """An article is asked for when the one before it has long been a document."""
    held = {"most": 0, "now": 0}

    def gold():
        for item in GIVEN * 10:
            held["now"] += 1
            held["most"] = max(held["most"], held["now"])
            yield item

    def release(_):
        held["now"] -= 1

    GATHERING.gather(gold(), tmp_path / "gold.spacy", on_doc=release)
    assert held["now"] == 0
    assert held["most"] < 40 < len(GIVEN * 10)


def test_an_empty_corpus_is_counted(tmp_path):
    """Where there is nothing, a corpus of nothing is written."""
    found = write_counted([], tmp_path / "none.spacy")
    assert (found.articles, found.tokens) == (0, 0)
    assert list(read_corpus(found.path, RULES.vocab)) == []
