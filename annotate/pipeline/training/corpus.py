"""Gold articles → the documents that spaCy trains from, and what the model cannot reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry

from annotate.errors import TrainingError
from annotate.pipeline.docs import SpanIssue, make_doc
from annotate.pipeline.paragraphs import paragraphs
from annotate.pipeline.span_crf.batches import assign_states
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.examples import as_example, make_piece
from annotate.pipeline.training.shards import read_corpus
from annotate.records import Annotation, Article

MAX_LOST = 0.2
"""Share of a label's gold spans out of reach from which training is refused."""


@dataclass(slots=True)
class CorpusReport:
    """What a corpus holds and what training will not see; counts are of spans, by label."""

    articles: int = 0
    words: int = 0
    spans: dict[str, int] = field(default_factory=dict)
    empty: int = 0
    """Articles without a span."""
    issues: list[SpanIssue] = field(default_factory=list)
    unreachable: list[tuple[str, int, int, str]] = field(default_factory=list)
    """Article, character offsets and label of spans that no chain can produce."""

    def lost(self) -> dict[str, int]:
        """Return, by label, the spans that training cannot see at all."""
        counts: dict[str, int] = {}
        for issue in self.issues:
            if issue.what == "lost":
                counts[issue.span.label] = counts.get(issue.span.label, 0) + 1
        for _, _, _, label in self.unreachable:
            counts[label] = counts.get(label, 0) + 1
        return counts


def check_reachable(report: CorpusReport) -> None:
    """Refuse a corpus that would train to nothing.

    Raises `TrainingError` where there is no span at all, or where the model could not produce a
    fifth or more of a label's spans, whatever it learned; the first of them is named.
    """
    if not report.spans:
        raise TrainingError(
            f"nothing to learn: {report.articles} training articles hold no span of the labels",
            hint="annotate some articles and pull them first",
        )
    for label, count in report.lost().items():
        if count >= MAX_LOST * report.spans[label]:
            first = next((u for u in report.unreachable if u[3] == label), None)
            where = f"; the first: {first[0]}, {first[1]}:{first[2]}" if first else ""
            raise TrainingError(
                f"{count} of {report.spans[label]} gold spans of {label} are out of the model's "
                f"reach (across paragraphs, or crossing others of their label){where}",
                hint="look at these annotations; mark within paragraphs",
            )


def gold_docs(
    nlp: Language,
    gold: Iterable[tuple[Article, Annotation]],
    *,
    labels: Sequence[str],
    nested_labels: Sequence[str],
) -> tuple[list[Doc], CorpusReport]:
    """Return the articles as documents for training, and the report on them: a small corpus."""
    report = CorpusReport()
    docs = stream_docs(nlp, gold, report, labels=labels, nested_labels=nested_labels)
    return list(docs), report


def stream_docs(
    nlp: Language,
    gold: Iterable[tuple[Article, Annotation]],
    report: CorpusReport,
    *,
    labels: Sequence[str],
    nested_labels: Sequence[str],
) -> Iterator[Doc]:
    """Yield the articles as documents for training, one at a time, and report on each.

    Only `labels` are kept; a document's group names those of them that were annotated at all.
    """
    chains = [*sorted(labels), *sorted(nested_labels)]
    for article, annotation in gold:
        spans = tuple(span for span in annotation.spans if span.label in labels)
        known = [label for label in labels if label in annotation.labels]
        doc, issues = make_doc(article, spans, make=nlp.make_doc, key=SPANS_KEY, labels=known)
        report.articles += 1
        report.words += sum(not token.is_space for token in doc)
        report.empty += not spans
        report.issues += issues
        for span in spans:
            report.spans[span.label] = report.spans.get(span.label, 0) + 1
        _, left = assign_states(doc.spans[SPANS_KEY], doc, chains)
        report.unreachable += [
            (article.article_id, span.start_char, span.end_char, span.label_) for span in left
        ]
        yield doc


def nesting(docs: Iterable[Doc]) -> list[str]:
    """Return the labels of which a span lies inside another of the same label, sorted."""
    found: set[str] = set()
    for doc in docs:
        last: dict[str, int] = {}
        for span in sorted(doc.spans.get(SPANS_KEY, ()), key=lambda s: (s.start, -s.end)):
            if span.start < last.get(span.label_, -1):
                found.add(span.label_)
            last[span.label_] = max(last.get(span.label_, -1), span.end)
    return sorted(found)


def paragraph_docs(docs: Iterable[Doc]) -> Iterator[Doc]:
    """Yield every paragraph as a document of its own, so that batches mix articles.

    Spans across paragraphs are left out; `gold_docs` has reported them.
    """
    for doc in docs:
        group = doc.spans[SPANS_KEY]
        for start, end in paragraphs(doc):
            tokens = doc[start:end]
            yield make_piece(
                doc.vocab,
                [token.text for token in tokens],
                [bool(token.whitespace_) for token in tokens],
                [
                    (span.start - start, span.end - start, span.label_)
                    for span in group
                    if start <= span.start and span.end <= end
                ],
                {name: value for name, value in group.attrs.items() if name == "labels"},
            )


def make_paragraph_corpus(path: str) -> Callable[[Language], Iterator[Example]]:
    """Return a reader of whole documents that gives their paragraphs as examples.

    Registered as `annotate.Paragraphs.v1`. Storing the paragraphs themselves as `DocBin`s would
    cost a millisecond each: spaCy unpacks every span group with a packer that looks up all
    plug-ins.
    """

    def read(nlp: Language) -> Iterator[Example]:
        return map(as_example, paragraph_docs(read_corpus(path, nlp.vocab)))

    return read


def count_batches(config: dict[str, Any], docs: Iterable[Doc]) -> int:
    """Return how many batches the batcher of a training config makes of an epoch."""
    batcher: Any = registry.resolve({"batcher": config["training"]["batcher"]})["batcher"]
    return max(1, sum(1 for _ in batcher(paragraph_docs(docs))))
