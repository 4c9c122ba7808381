"""The last stages of the ledger: gold into what training sees, the mirror image of `retrain`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotate.pipeline.rule_labels import ENGLISH, known_to_rules
from annotate.quality.ledger import Book, Entry, Fate, Stage
from annotate.records import Annotation, Article
from annotate.workflow.learning.audit.marks import CountedMark, counted_marks, entry_of
from annotate.workflow.learning.planning import sample_gold
from annotate.workflow.learning.separation import Gold
from annotate.workflow.state.context import Context

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.training.conversion import Converted

NO_LABEL = "a label that the labelling config has not: retrain refuses it"
UNREACHABLE = "across paragraphs, or crossing spans of its label"
FILLED = "nobody was asked for its label there: the rules' span stands for it"
BY_RULE = "links are made by rule: none is learned"
NO_LINK = "a relation that the labelling config has not"
NO_CHOICE = "a choice, or a value of it, that the labelling config has not"
FIRST = "of several values of a choice the first one counts"
OWN_ALONE = "choices are learned from one's own training articles alone"
FEW = "fewer than 20 examples of the choice, or all of them alike"

_Fate = tuple[Fate, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """What is learned from what, by `divide_gold`; `corpora` names that of an article.

    `labels` are those of the labelling config that occur in any gold.
    """

    train: Gold
    foreign: Gold
    dev: Gold
    labels: Sequence[str]
    corpora: Mapping[str, str]


def training_entries(context: Context, division: Division, book: Book) -> Iterator[Entry]:
    """Yield what training does not see as it was marked, without training anything."""
    from annotate.pipeline.languages import blank
    from annotate.pipeline.training.conversion import convert, nested_labels
    from annotate.pipeline.training.loop import rules_pipeline

    settings = context.settings
    parts: list[tuple[Stage, bool, Gold]] = [
        ("training", True, division.train),
        ("training", False, division.foreign),
        ("dev", False, division.dev),
    ]
    if not any(gold for _, _, gold in parts):
        return
    labels = division.labels
    nlp: Any = blank(settings.language)
    known = settings.language == ENGLISH and bool(known_to_rules(labels, settings.aliases))
    rules: Any = rules_pipeline(context.workspace.lexicons) if known else None
    nested = nested_labels(nlp, [*division.train, *division.foreign], labels)
    learned = _learnable(context, division.train)
    for stage, own, gold in parts:
        for article, annotation in gold:
            found = convert(
                nlp,
                article,
                annotation,
                labels=labels,
                nested=nested,
                rules=rules if stage == "training" and _lacks(annotation, labels) else None,
                aliases=settings.aliases,
            )
            book.account(stage, "span").outgoing += found.spans
            corpus = division.corpora.get(article.article_id)
            yield from _snapped(article, annotation, stage, found, corpus)
            for mark in counted_marks(annotation):
                account = book.account(stage, mark.what)
                account.incoming += 1
                fate = _fate(context, mark, found, learned if own else None)
                if fate is not None:
                    yield entry_of(mark, annotation, stage, *fate, corpus=corpus)
                elif mark.what != "span":
                    account.outgoing += 1


def _snapped(
    article: Article,
    annotation: Annotation,
    stage: Stage,
    found: Converted,
    corpus: str | None,
) -> Iterator[Entry]:
    for issue in found.issues:
        if issue.what == "moved" and issue.span.id not in found.unreachable:
            yield _span_entry(
                annotation, stage, "snapped", issue.reason,
                (issue.span.start, issue.span.end, issue.span.label), corpus,
                detail=f"to {issue.start}:{issue.end}",
            )  # fmt: skip
    for place in found.filled:
        yield Entry(
            stage=stage,
            what="span",
            fate="inferred",
            reason=FILLED,
            article_id=article.article_id,
            start=place[0],
            end=place[1],
            label=place[2],
            corpus=corpus,
        )


def _span_entry(
    annotation: Annotation,
    stage: Stage,
    fate: Fate,
    reason: str,
    place: tuple[int, int, str],
    corpus: str | None,
    *,
    detail: str,
) -> Entry:
    mark = CountedMark(what="span", span_id="", start=place[0], end=place[1], label=place[2])
    return entry_of(mark, annotation, stage, fate, reason, corpus=corpus, detail=detail)


def _fate(
    context: Context, mark: CountedMark, found: Converted, learned: Iterable[Any] | None
) -> _Fate | None:
    """Return why a mark is not learned, or `None` where it is."""
    scheme = context.scheme
    if mark.what == "link":
        unknown = mark.label not in scheme.link_labels
        return ("unknown", NO_LINK) if unknown else ("unmodelled", BY_RULE)
    if mark.label not in scheme.span_labels:
        return "unknown", NO_LABEL
    if mark.span_id not in found.kept:
        why = next((i.reason for i in found.issues if i.span.id == mark.span_id), "lost")
        return "dropped", why if mark.what == "span" else f"its span is lost: {why}"
    if mark.what == "span":
        return ("unreachable", UNREACHABLE) if mark.span_id in found.unreachable else None
    return _choice_fate(context, mark, learned)


def _choice_fate(
    context: Context, mark: CountedMark, learned: Iterable[Any] | None
) -> _Fate | None:
    if mark.name is None or mark.value is None:
        return None
    held, _ = context.scheme.fit_choices(mark.label, {mark.name: (mark.value,)})
    if mark.name not in held:
        return "unknown", NO_CHOICE
    if learned is None:
        return "unmodelled", OWN_ALONE
    if mark.place:
        return "unmodelled", FIRST
    return None if (mark.label, mark.name) in learned else ("unmodelled", FEW)


def _lacks(annotation: Annotation, labels: Sequence[str]) -> bool:
    return any(label not in annotation.labels for label in labels)


def _learnable(context: Context, train: Gold) -> frozenset[tuple[str, str]]:
    """Return the choices (label, control) of which there is enough: what `fit_choice` asks for."""
    from annotate.pipeline.choices.model import MIN_EXAMPLES

    english = context.settings.language == ENGLISH
    options: dict[tuple[str, str], list[str]] = {}
    for _, annotation in (*train, *(sample_gold(context.scheme) if english else ())):
        for span in annotation.spans:
            for name, values in span.attributes.items():
                if values:
                    options.setdefault((span.label, name), []).append(values[0])
    return frozenset(
        key
        for key, chosen in options.items()
        if len(chosen) >= MIN_EXAMPLES and len(set(chosen)) > 1
    )
