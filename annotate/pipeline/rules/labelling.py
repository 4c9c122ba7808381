"""All rules together: the spans of one paragraph."""

from typing import NamedTuple

from annotate.pipeline.rules.attribution import find_attributions
from annotate.pipeline.rules.boilerplate import is_boilerplate
from annotate.pipeline.rules.context import make_context
from annotate.pipeline.rules.hedged_claims import find_hedged_claims, find_hedged_reports
from annotate.pipeline.rules.hedges import Hedge, find_hedges
from annotate.pipeline.rules.lexicon import Lexicon
from annotate.pipeline.rules.tokens import Range, RuleSpan, Tokens, mark


class Labelling(NamedTuple):
    """What the rules found in a paragraph, as token ranges of its view.

    The spans are sorted by (start, -end, label), the quotations, with their marks, by start.
    `parts` are the attributions' Source, Cue and Content (`find_attributions`), sorted likewise.
    """

    spans: tuple[RuleSpan, ...]
    quotations: tuple[Range, ...]
    parts: tuple[RuleSpan, ...]
    sentences: tuple[Range, ...]


def label_paragraph(tokens: Tokens, lexicon: Lexicon) -> Labelling:
    """Find the Claim, Source and Hedge spans and the quotations of a paragraph.

    Boilerplate has no spans.
    """
    ctx = make_context(tokens, lexicon)
    if is_boilerplate(tokens, lexicon):
        return Labelling((), ctx.quotes.ranges, (), tuple(ctx.sentences))
    spans, parts = find_attributions(ctx)
    hedges = find_hedges(ctx)
    spans = _without_hedged_objects(spans, hedges)
    attributed = mark((s for s in spans if s.label == "Claim"), len(tokens))
    # Within reported speech "would" is the past of "will".
    hedges = [h for h in hedges if h.kind != "conditional" or not attributed[h.start]]
    spans += find_hedged_reports(hedges, spans)
    spans += find_hedged_claims(hedges, spans, ctx)
    claimed = mark((s for s in spans if s.label == "Claim"), len(tokens))
    spans += [
        RuleSpan(hedge.start, hedge.end, "Hedge", f"hedge_{hedge.kind}")
        for hedge in hedges
        if claimed[hedge.start]
    ]
    ordered = sorted(set(spans), key=_reading_order)
    return Labelling(
        tuple(_without_conflicts(ordered)),
        ctx.quotes.ranges,
        tuple(_without_conflicts(sorted(set(parts), key=_reading_order))),
        tuple(ctx.sentences),
    )


def _reading_order(span: RuleSpan) -> tuple[int, int, str, str]:
    return (span.start, -span.end, span.label, span.rule)


def _without_conflicts(ordered: list[RuleSpan]) -> list[RuleSpan]:
    """Keep the first of two spans of one label that overlap, but for a Claim inside a Claim."""
    kept: list[RuleSpan] = []
    open_spans: dict[str, list[RuleSpan]] = {}
    for span in ordered:
        around = [other for other in open_spans.get(span.label, ()) if other.end > span.start]
        nests = span.label == "Claim" and all(
            span.end <= other.end and span[:2] != other[:2] for other in around
        )
        if not around or nests:
            kept.append(span)
            around.append(span)
        open_spans[span.label] = around
    return kept


def _without_hedged_objects(spans: list[RuleSpan], hedges: list[Hedge]) -> list[RuleSpan]:
    """Leave out attributions whose content is a hedged noun phrase ("discussed an alleged leak").

    The hedge makes a claim of the noun phrase; there is no source.
    """
    kept: list[RuleSpan] = []
    for span in spans:
        hedged = span.rule == "claim_object_after" and any(
            hedge.nominal and span.start <= hedge.start < span.end for hedge in hedges
        )
        if not hedged:
            kept.append(span)
        elif kept and kept[-1].rule == "source_object":
            kept.pop()
    return kept
