"""The loss ledger of an export version: every mark that does not arrive as somebody made it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.exports.lines import ExportedArticle
from annotate.quality.adjudication import Decided
from annotate.quality.ledger import Book, Entry
from annotate.records import Annotation, ArticleKey
from annotate.workflow.learning.audit.conversion import Division, training_entries
from annotate.workflow.learning.audit.marks import counted_marks, entry_of, pass_through
from annotate.workflow.learning.audit.page import file_entries, page_entries
from annotate.workflow.learning.separation import divide_gold, texts_of_tests
from annotate.workflow.state.context import Context

UNDECIDED = "no rule of adjudication decides which annotation counts"
JOINED = "what a majority of several people has counts as gold"
NOT_GOLD = "another annotation of the article counts as gold"
BRIDGE = "the article nearly repeats articles of different splits"
REPEATS = "the article nearly repeats a test article"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReport:
    """What a version's marks came to."""

    export: str
    articles: int
    annotated: int
    skipped: int
    """How often somebody skipped an article; what they had marked is read nowhere."""
    gold: dict[str, int]
    """Gold articles by what they serve for."""
    book: Book


def report_ledger(
    context: Context,
    *,
    export: str | None = None,
    on_entry: Callable[[Entry], None] | None = None,
) -> LedgerReport:
    """Enter every mark that is snapped, unreachable, unknown, unmodelled, inferred or dropped.

    `on_entry` gets each entry, stage by stage, in the order of the articles; nothing is trained.
    Raises `UnknownExportError` and `DamagedExportError`.
    """
    version = context.versions.find(export)
    lines = list(context.versions.load(version).values())
    decided = {line.key: context.decide(line.annotations) for line in lines}
    chosen = (
        (line, (line.article, found.annotation)) for line in lines if (found := decided[line.key])
    )
    splits, kept_out = divide_gold(chosen, texts_of_tests(lines))
    book = Book()
    with context.seen(reads=True) as seen:
        for entry in page_entries(lines, seen, context.scheme, book):
            _enter(book, entry, on_entry)
        for entry in file_entries(seen):
            book.account(entry.stage, entry.what).incoming += 1
            _enter(book, entry, on_entry)
    served = {id(annotation) for gold in splits.values() for _, annotation in gold}
    repeats = {kept.article_id: kept.repeats for kept in kept_out}
    for entry in _export_entries(lines, decided, served, repeats, book):
        _enter(book, entry, on_entry)
    corpora = {line.article.article_id: line.corpus for line in lines if line.corpus is not None}
    marked = {span.label for gold in splits.values() for _, a in gold for span in a.spans}
    division = Division(
        train=splits["train"],
        foreign=splits["foreign"],
        dev=splits["dev"],
        labels=tuple(label for label in context.scheme.span_labels if label in marked),
        corpora=corpora,
    )
    for entry in training_entries(context, division, book):
        _enter(book, entry, on_entry)
    return LedgerReport(
        export=version.name,
        articles=len(lines),
        annotated=sum(bool(line.annotations) for line in lines),
        skipped=sum(line.skipped for line in lines),
        gold={name: len(splits[name]) for name in ("train", "foreign", "dev", "test")},
        book=book,
    )


def _export_entries(
    lines: Sequence[ExportedArticle],
    decided: Mapping[ArticleKey, Decided | None],
    served: Collection[int],
    repeats: Mapping[str, str],
    book: Book,
) -> Iterator[Entry]:
    """Yield the marks that are in the version, and in no gold that is learned or tested on.

    `served` are the identities of the annotations that are; `repeats` names test articles.
    """
    for line in lines:
        found = decided[line.key]
        gold = None if found is None else found.annotation
        made = () if gold is None or gold in line.annotations else (gold,)
        for annotation in made:
            for mark in counted_marks(annotation):
                yield entry_of(mark, annotation, "export", "joined", JOINED, corpus=line.corpus)
        for annotation in (*line.annotations, *made):
            why = _left_out(line, annotation, gold, served, repeats)
            if why is None:
                pass_through(book, "export", annotation, made=annotation in made)
                continue
            reason, detail = why
            for mark in counted_marks(annotation):
                book.account("export", mark.what).incoming += annotation not in made
                told = "; ".join(filter(None, [mark.detail, detail])) or None
                yield entry_of(
                    mark, annotation, "export", "dropped", reason, corpus=line.corpus, detail=told
                )


def _left_out(
    line: ExportedArticle,
    annotation: Annotation,
    gold: Annotation | None,
    served: Collection[int],
    repeats: Mapping[str, str],
) -> tuple[str, str | None] | None:
    if gold is None:
        return UNDECIDED, None
    if annotation is not gold:
        return NOT_GOLD, None
    if line.split == "none":
        return BRIDGE, None
    if id(annotation) not in served:
        return REPEATS, repeats.get(line.article.article_id)
    return None


def _enter(book: Book, entry: Entry, on_entry: Callable[[Entry], None] | None) -> None:
    book.enter(entry)
    if on_entry is not None:
        on_entry(entry)
