"""What several annotators of one article dispute, and what they all agree on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotate.quality.agreement import SharedArticle
from annotate.records import Annotation, Link, Span


def is_disputed(article: SharedArticle) -> bool:
    """Tell whether two of its annotations differ: in a place, label, choice or link."""
    first, *others = (_content(annotation) for annotation in article.annotations)
    return any(other != first for other in others)


def agreed_marks(article: SharedArticle) -> tuple[tuple[Span, ...], tuple[Link, ...]]:
    """Return the spans that everybody drew alike, with common choices, and the links between them.

    The spans have the ids of the first annotator's.
    """
    first, *others = article.annotations
    theirs = [{_place(span): span for span in annotation.spans} for annotation in others]
    spans: dict[tuple[int, int, str], Span] = {}
    for span in first.spans:
        same = [spans_of.get(_place(span)) for spans_of in theirs]
        if None not in same and _place(span) not in spans:
            spans[_place(span)] = Span(
                id=span.id,
                start=span.start,
                end=span.end,
                label=span.label,
                attributes={
                    name: values
                    for name, values in span.attributes.items()
                    if all(s is not None and s.attributes.get(name) == values for s in same)
                },
            )
    drawn = [_links(annotation) for annotation in others]
    links = [
        Link(head_id=spans[head].id, tail_id=spans[tail].id, label=label)
        for head, tail, label in sorted(_links(first))
        if head in spans and tail in spans and all((head, tail, label) in d for d in drawn)
    ]
    return tuple(spans.values()), tuple(links)


def _content(annotation: Annotation) -> Any:
    marks = {(*_place(span), _frozen(span.attributes)) for span in annotation.spans}
    return marks, _links(annotation)


def _links(annotation: Annotation) -> set[tuple[tuple[int, int, str], tuple[int, int, str], str]]:
    places = {span.id: _place(span) for span in annotation.spans}
    return {(places[link.head_id], places[link.tail_id], link.label) for link in annotation.links}


def _frozen(attributes: Mapping[str, tuple[str, ...]]) -> frozenset[tuple[str, tuple[str, ...]]]:
    return frozenset((name, tuple(sorted(values))) for name, values in attributes.items())


def _place(span: Span) -> tuple[int, int, str]:
    return (span.start, span.end, span.label)
