"""Gold → what a stage of training learns from: one pass, of which memory holds a few articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from spacy.language import Language
from spacy.tokens import Doc

from annotate.pipeline.span_crf.prior import LabelPrior
from annotate.pipeline.training.corpus import CorpusReport, stream_docs
from annotate.pipeline.training.prior import PriorCounts
from annotate.pipeline.training.shards import write_corpus
from annotate.pipeline.training.weak import RULES_BATCH, Filling
from annotate.records import Annotation, Article

Gold: TypeAlias = Iterable[tuple[Article, Annotation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Documents on disk, and what was counted on their way there."""

    path: Path
    articles: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldCorpus:
    """Gold on disk; what it says of the rules, and what it got from them."""

    corpus: Corpus
    report: CorpusReport
    prior: Sequence[LabelPrior]
    filled: Mapping[str, int]


def write_counted(docs: Iterable[Doc], path: Path) -> Corpus:
    """Write documents as a corpus and count them."""
    articles = tokens = 0

    def counted() -> Iterator[Doc]:
        nonlocal articles, tokens
        for doc in docs:
            articles += 1
            tokens += len(doc)
            yield doc

    write_corpus(counted(), path)
    return Corpus(path=path, articles=articles, tokens=tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """How gold becomes documents: the tokens of `rules`, and the labels that are learned."""

    rules: Language
    labels: Sequence[str]
    nested_labels: Sequence[str]
    aliases: Mapping[str, str]

    def docs(self, gold: Gold, report: CorpusReport) -> Iterator[Doc]:
        """Yield the documents one at a time, as people marked them."""
        return stream_docs(
            self.rules, gold, report, labels=self.labels, nested_labels=self.nested_labels
        )

    def report(self, gold: Gold) -> CorpusReport:
        """Return what training will not see, and keep no document."""
        report = CorpusReport()
        for _ in self.docs(gold, report):
            pass
        return report

    def write(self, gold: Gold, path: Path) -> CorpusReport:
        """Write the documents as people marked them."""
        report = CorpusReport()
        write_corpus(self.docs(gold, report), path)
        return report

    def gather(
        self, gold: Gold, path: Path, *, on_doc: Callable[[Doc], None] = lambda _: None
    ) -> GoldCorpus:
        """Write the documents with the rules' spans of labels that nobody annotated there.

        The prior is counted before these come; `on_doc` gets every document without them as well.
        """
        report = CorpusReport()
        counts = PriorCounts(self.rules, labels=self.labels, aliases=self.aliases)
        fill = Filling(self.rules, labels=self.labels, aliases=self.aliases)

        def learned() -> Iterator[Doc]:
            pairs = ((doc.text, doc) for doc in self.docs(gold, report))
            for found, doc in self.rules.pipe(pairs, as_tuples=True, batch_size=RULES_BATCH):
                counts.add(doc, found)
                on_doc(doc)
                fill(doc, found)
                yield doc

        corpus = write_counted(learned(), path)
        return GoldCorpus(corpus=corpus, report=report, prior=counts.priors(), filled=fill.counts())
