from collections import Counter
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LABELS, marked_articles, shared_articles

from annotate.exports.lines import ExportedArticle
from annotate.labels import parse_label_config
from annotate.pipeline.languages import blank
from annotate.pipeline.span_crf.batches import assign_states
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.corpus import gold_docs, nesting
from annotate.quality.adjudication import adjudicate
from annotate.quality.ledger import Book
from annotate.records import Annotation, Article, Link, Span
from annotate.workflow.learning.audit.conversion import (
    BY_RULE,
    FILLED,
    OWN_ALONE,
    Division,
    training_entries,
)
from annotate.workflow.learning.audit.ledger import (
    BRIDGE,
    JOINED,
    NOT_GOLD,
    REPEATS,
    UNDECIDED,
    report_ledger,
)
from annotate.workflow.state.init import label_config_template

NAMES = (*LABELS, "source_type", "attributed_to", "hedges")
SCHEME = parse_label_config(label_config_template("claims.xml"))


class _Settings:
    language = "de"  # no rules fill anything in, and no samples are read
    aliases: ClassVar[dict] = {}


NLP = blank(_Settings.language)


class _Workspace:
    lexicons = ()


class _Context:
    """As much of a context as the conversion asks for: properties run often."""

    scheme = SCHEME
    settings = _Settings()
    workspace = _Workspace()
    rules = ("ground_truth", "reviewer", "latest")

    def decide(self, annotations):
        return adjudicate(annotations, self.rules)


def _annotation(article, spans, links=(), *, labels=NAMES, number="1", **changes):
    return Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=tuple(spans),
        links=tuple(links),
        labels=labels,
        annotator="ada",
        annotation_id=number,
        **changes,
    )


def _line(article, *annotations, split="train", **changes):
    return ExportedArticle(
        article=article,
        annotations=annotations,
        group=article.article_id,
        split=split,
        blind=split == "test",
        **changes,
    )


def _learnable(pairs, learned):
    """Count what training sees, from its own documents: spans that fit a chain."""
    docs = gold_docs(NLP, learned, labels=LABELS, nested_labels=())[0]
    nested = nesting(docs)
    found = 0
    for doc in gold_docs(NLP, pairs, labels=LABELS, nested_labels=nested)[0]:
        group = doc.spans[SPANS_KEY]
        _, left = assign_states(group, doc, [*sorted(LABELS), *sorted(nested)])
        found += len(group) - len(left)
    return found


@given(st.lists(marked_articles(max_spans=5), max_size=3), marked_articles(max_spans=5))
def test_what_goes_in_comes_out_or_stands_in_the_ledger(marked, other):
    """Spans, links and choices: in = what the documents of training hold + what is entered."""
    train = [(article, _annotation(article, spans, links)) for article, spans, links in marked]
    dev = [(other[0], _annotation(other[0], *other[1:]))]
    book = Book()
    entries = []
    division = Division(train=train, foreign=[], dev=dev, labels=LABELS, corpora={})
    for entry in training_entries(_Context(), division, book):
        book.enter(entry)
        entries.append(entry)
    assert book.unbalanced() == []
    for stage, gold in (("training", train), ("dev", dev)):
        lost = Counter(entry.what for entry in entries if entry.stage == stage and entry.lost)
        spans = sum(len(annotation.spans) for _, annotation in gold)
        assert spans == _learnable(gold, train) + lost["span"]
        assert sum(len(annotation.links) for _, annotation in gold) == lost["link"]
        choices = [v for _, a in gold for s in a.spans for v in s.attributes.values()]
        assert sum(map(len, choices)) == lost["choice"]  # of so few none is learned
        moved = [entry for entry in entries if entry.stage == stage and entry.fate == "snapped"]
        assert book.account(stage, "span").changed == len(moved)


class _Versions:
    """Export versions that hold some lines."""

    def __init__(self, lines):
        self._lines = {line.key: line for line in lines}

    def find(self, _):
        return type("Version", (), {"name": "0001"})

    def load(self, _):
        return self._lines


@given(
    shared_articles(),
    shared_articles(),
    st.sampled_from(["train", "dev", "test", "none"]),
    st.sampled_from([("latest",), ("majority",), ("majority", "latest")]),
)
def test_every_stage_comes_out_even(one, other, split, rules):
    """Of several people's work one counts: the rest is entered, whatever the article serves for.

    What a majority has is entered as joined, and what no rule decides as dropped.
    """
    lines = {}
    for article, annotations in (one, other):
        lines[article.key] = _line(article, *annotations, split=split)
    context = _Seen(lines.values())
    context.rules = rules
    entries = []
    found = report_ledger(context, on_entry=entries.append)
    assert found.book.unbalanced() == []
    every = [a for line in lines.values() for a in line.annotations]
    export = found.book.account("export", "span")
    assert export.incoming == sum(len(a.spans) for a in every)
    inferred = sum(link.inferred for a in every for link in a.links)
    assert sum(entry.fate == "inferred" for entry in entries) == inferred
    reasons = {entry.reason for entry in entries if entry.stage == "export"}
    known = {BRIDGE if split == "none" else REPEATS, NOT_GOLD, JOINED, UNDECIDED}
    assert reasons <= known - ({UNDECIDED} if "latest" in rules else set())
    joined = [e for e in entries if e.fate == "joined" and e.what == "span"]
    assert export.added == len(joined)


class _Seen(_Context):
    """The same with versions, and nothing that a pull dropped."""

    def __init__(self, lines):
        self.versions = _Versions(lines)

    def seen(self, *, reads):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def unkept(self):
        return []

    def file_losses(self):
        return []


def _reasons(found):
    found_counts = Counter()
    for key, count in found.book.counts.items():
        found_counts[key[1:]] += count
    return found_counts


def test_foreign_corpora_and_development_articles_are_in_it(context):
    """Snapped and unreachable spans are told of both, with the corpus; a choice is nobody's there."""
    text = "Officials said it.\n\nThe bridge may close on Monday."
    chosen = Span(id="s", start=0, end=9, label="Source", attributes={"source_type": ("named",)})
    across = Span(id="c", start=10, end=30, label="Claim")
    cut = Span(id="h", start=31, end=33, label="Hedge")
    lines = []
    for name, split, corpus in (
        ("f", "train", "polnear"),
        ("d", "dev", None),
        ("t", "train", None),
    ):
        article = Article(article_id=name, text=f"{name} {text}")
        spans = [replace(s, start=s.start + 2, end=s.end + 2) for s in (chosen, across, cut)]
        link = Link(head_id="c", tail_id="s", label="attributed_to")
        annotation = _annotation(article, spans, [link])
        lines.append(_line(article, annotation, split=split, corpus=corpus))
    context.versions.write(sorted(lines, key=lambda line: line.key), about={})
    entries = []
    found = report_ledger(context, on_entry=entries.append)
    assert found.book.unbalanced() == []
    assert found.gold == {"train": 1, "foreign": 1, "dev": 1, "test": 0}
    for name, corpus, why in (
        ("f", "polnear", OWN_ALONE),
        ("d", None, OWN_ALONE),
        ("t", None, None),  # learned, with the examples of the sample corpus
    ):
        mine = [entry for entry in entries if entry.article_id == name]
        assert {(entry.what, entry.fate, entry.corpus) for entry in mine} == {
            ("span", "unreachable", corpus),
            ("span", "snapped", corpus),
            ("link", "unmodelled", corpus),
            *([("choice", "unmodelled", corpus)] if why else []),
        }
        assert {e.reason for e in mine if e.what == "choice"} == ({why} if why else set())
        snapped = next(entry for entry in mine if entry.fate == "snapped")
        assert (snapped.start, snapped.end, snapped.detail) == (33, 35, "to 33:36")
    assert _reasons(found)["link", "unmodelled", BY_RULE] == 2 + 1


def test_rules_that_stand_in_for_people_are_entered(context):
    """Where nobody was asked for hedges, the rules' hedge that training learns is no person's."""
    article = Article(article_id="a", text="Officials said the bridge may close.")
    other = Article(article_id="b", text="The mayor said that the quay might close.")
    hedge = Span(id="h", start=29, end=34, label="Hedge")
    spans = [Span(id="s", start=0, end=14, label="Source")]
    lines = [
        _line(article, _annotation(article, spans, labels=("Source", "Claim"))),
        _line(other, _annotation(other, [hedge])),
    ]
    context.versions.write(lines, about={})
    entries = []
    found = report_ledger(context, on_entry=entries.append)
    assert found.book.unbalanced() == []
    (entry,) = [entry for entry in entries if entry.reason == FILLED]
    assert (entry.article_id, entry.start, entry.label) == ("a", 26, "Hedge")
    assert entry.annotator is None


def test_labels_that_the_config_has_not_are_unknown(context):
    """Where retrain would refuse the version, the ledger says of which marks."""
    article = Article(article_id="a", text="Officials said the bridge may close.")
    person = Span(id="p", start=0, end=9, label="Person", attributes={"mood": ("glad",)})
    annotation = _annotation(article, [person], labels=("Person",))
    context.versions.write([_line(article, annotation)], about={})
    found = report_ledger(context)
    assert found.book.unbalanced() == []
    assert {key[:3] for key in found.book.counts} == {
        ("training", "span", "unknown"),
        ("training", "choice", "unknown"),
    }


def test_nothing_annotated_leaves_the_ledger_empty(context):
    """A version of skipped articles has accounts without marks, and skips that are told."""
    context.versions.write([_line(Article(article_id="a", text="One."), skipped=2)], about={})
    found = report_ledger(context)
    assert (found.annotated, found.skipped, dict(found.book.counts)) == (0, 2, {})


def test_a_thousand_spans_in_one_article_are_counted(context):
    """One article of a thousand spans comes out even, and what repeats another one is entered."""
    article = Article(article_id="a", text="The quay is shut. " * 1000)
    spans = [Span(id=f"{n}", start=18 * n, end=18 * n + 17, label="Claim") for n in range(1000)]
    again = replace(spans[0], id="again")
    context.versions.write([_line(article, _annotation(article, [*spans, again]))], about={})
    found = report_ledger(context)
    account = found.book.account("training", "span")
    assert (account.incoming, account.outgoing, account.lost) == (1001, 1000, 1)
    assert found.book.unbalanced() == []


@pytest.mark.parametrize("corpus", ["polnear", None])
def test_losses_of_files_are_entered(context, corpus):
    """What a file held and no article line does stands in the ledger, with its place if told."""
    article = Article(article_id="a", text="Officials said it.")
    context.versions.write([_line(article, corpus=corpus)], about={})
    with context.seen() as seen:
        detail = "mood=glad of the Source 3:8"
        seen.put_file_losses("gold.jsonl", corpus, [("a", "attribute", detail)])
    entries = []
    found = report_ledger(context, on_entry=entries.append)
    (entry,) = entries
    assert (entry.stage, entry.what, entry.start, entry.end) == ("exchange", "choice", 3, 8)
    assert (entry.corpus, entry.detail) == (corpus, f"gold.jsonl: {detail}")
    assert found.book.unbalanced() == []
