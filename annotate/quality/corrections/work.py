"""One annotation against the prediction that was shown → what was corrected. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from annotate.quality.corrections.links import correct_links
from annotate.quality.corrections.spans import correct_spans
from annotate.quality.corrections.tally import CorrectedWork
from annotate.quality.effort import ACTIONS, addition_cost
from annotate.records import Annotation, Article, Prediction, Span

RuleNames = Mapping[tuple[int, int, str], str]
"""The name of the rule that marks a place (start, end, label) of one text."""


def correct(
    article: Article,
    annotation: Annotation,
    prediction: Prediction,
    *,
    rules: RuleNames | None = None,
) -> CorrectedWork:
    """Return what a person changed; predicted labels that nobody annotated there are unjudged."""
    known = frozenset(annotation.labels)
    names = rules or {}
    shown = [_judged(span, known) for span in prediction.spans if span.label in known]
    ids = {span.id for span in shown}
    links = [
        link
        for link in prediction.links
        if link.label in known and link.head_id in ids and link.tail_id in ids
    ]
    spans = correct_spans(article.text, shown, annotation.spans)
    drawn = sum(not link.inferred for link in annotation.links)
    return CorrectedWork(
        article=article,
        annotation_id=annotation.annotation_id,
        annotator=annotation.annotator,
        prediction=prediction,
        spans=spans,
        links=correct_links(spans, links, annotation.links),
        rules={
            span.id: names[span.start, span.end, span.label]
            for span in shown
            if (span.start, span.end, span.label) in names
        },
        unjudged=len(prediction.spans) - len(shown) + len(prediction.links) - len(links),
        anew=sum(map(addition_cost, annotation.spans)) + drawn * ACTIONS["link"],
    )


def _judged(span: Span, known: frozenset[str]) -> Span:
    """Return the span without the choices that nobody was asked for."""
    if all(name in known for name in span.attributes):
        return span
    held = {name: values for name, values in span.attributes.items() if name in known}
    return Span(id=span.id, start=span.start, end=span.end, label=span.label, attributes=held)
