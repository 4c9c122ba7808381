"""Predicted spans and links → what of them the labelling config can hold; the rest is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from annotate.labels import LabelScheme
from annotate.records import Link, Span


def fit(
    spans: Iterable[Span],
    links: Iterable[Link],
    scheme: LabelScheme,
    *,
    aliases: Mapping[str, str],
    left_out: Counter[str],
) -> tuple[tuple[Span, ...], tuple[Link, ...]]:
    """Return spans, with those choices alone that the scheme has for them, and links between them.

    `aliases` maps labels to what they are called now. `left_out` counts by name what goes.
    """

    def holds(kind: str, name: str, known: tuple[str, ...]) -> bool:
        held = name in known
        if not held:
            left_out[f"{kind} {name}"] += 1
        return held

    named = (
        replace(span, label=aliases[span.label]) if span.label in aliases else span
        for span in spans
    )
    kept = tuple(
        _with_choices(span, scheme, left_out)
        for span in named
        if holds("label", span.label, scheme.span_labels)
    )
    ids = {span.id for span in kept}
    fitting = []
    for link in links:
        if not {link.head_id, link.tail_id} <= ids:  # an end was left out, and counted
            left_out[f"link {link.label} of a span that was left out"] += 1
        elif holds("link", link.label, scheme.link_labels):
            fitting.append(link)
    return kept, tuple(fitting)


def _with_choices(span: Span, scheme: LabelScheme, left_out: Counter[str]) -> Span:
    kept, rest = scheme.fit_choices(span.label, span.attributes)
    for name, values in rest.items():
        control = scheme.choice(name)
        known = control is not None and span.label in control.labels
        for value in values if known else ("",):
            left_out[f"option {value} of {name}" if known else f"choice {name}"] += 1
    return replace(span, attributes=kept) if rest else span
