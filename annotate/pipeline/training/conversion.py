"""What training makes of one annotation: the same conversion, told mark by mark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spacy.language import Language

from annotate.pipeline.docs import SpanIssue
from annotate.pipeline.training.config import SPANS_KEY
from annotate.pipeline.training.corpus import gold_docs, nesting
from annotate.pipeline.training.weak import fill_unknown
from annotate.records import Annotation, Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """An annotation as training sees it.

    `spans` counts what the network can learn, `kept` are the ids of the spans that became spans of
    the document, `unreachable` those of them that no chain can produce. `filled` are the rules'
    spans (start, end, label) of labels that nobody annotated there.
    """

    spans: int
    kept: frozenset[str]
    issues: tuple[SpanIssue, ...]
    unreachable: frozenset[str]
    filled: tuple[tuple[int, int, str], ...]


def nested_labels(
    nlp: Language, gold: Iterable[tuple[Article, Annotation]], labels: Sequence[str]
) -> tuple[str, ...]:
    """Return the labels that get a second chain; memory holds an article at a time."""
    found: set[str] = set()
    for pair in gold:
        docs, _ = gold_docs(nlp, [pair], labels=labels, nested_labels=())
        found.update(nesting(docs))
    return tuple(sorted(found))


def convert(
    nlp: Language,
    article: Article,
    annotation: Annotation,
    *,
    labels: Sequence[str],
    nested: Sequence[str],
    rules: Language | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Converted:
    """Return what becomes of an annotation's spans; `rules` fill in labels not annotated there."""
    docs, report = gold_docs(nlp, [(article, annotation)], labels=labels, nested_labels=nested)
    (doc,) = docs
    group = doc.spans[SPANS_KEY]
    ids = list(group.attrs["ids"])
    places = {
        (span.start_char, span.end_char, span.label_): key
        for span, key in zip(group, ids, strict=True)
    }
    unreachable = {places[start, end, label] for _, start, end, label in report.unreachable}
    filled: list[tuple[int, int, str]] = []
    if rules is not None:
        fill_unknown(rules, [doc], labels=labels, aliases=aliases)
        filled = [
            (span.start_char, span.end_char, span.label_)
            for span in doc.spans[SPANS_KEY]
            if (span.start_char, span.end_char, span.label_) not in places
        ]
    return Converted(
        spans=len(ids) - len(unreachable) + len(filled),
        kept=frozenset(ids),
        issues=tuple(report.issues),
        unreachable=frozenset(unreachable),
        filled=tuple(filled),
    )
