"""All rules together: the spans of one paragraph."""

from typing import NamedTuple

from annotate.pipeline.rules.attribution import find_attributions
from annotate.pipeline.rules.boilerplate import is_boilerplate
from annotate.pipeline.rules.context import make_context
from annotate.pipeline.rules.hedged_claims import find_hedged_claims
from annotate.pipeline.rules.hedges import find_hedges
from annotate.pipeline.rules.lexicon import Lexicon
from annotate.pipeline.rules.tokens import Range, RuleSpan, Tokens

__all__ = ["Labelling", "label_paragraph"]


class Labelling(NamedTuple):
    """What the rules found in a paragraph, as token ranges of its view.

    The spans are sorted by (start, -end, label), the quotations, with their marks, by start.
    """

    spans: tuple[RuleSpan, ...]
    quotations: tuple[Range, ...]


def label_paragraph(tokens: Tokens, lexicon: Lexicon) -> Labelling:
    """Find the Claim, Source and Hedge spans and the quotations of a paragraph.

    Boilerplate has no spans.
    """
    ctx = make_context(tokens, lexicon)
    if is_boilerplate(tokens, lexicon):
        return Labelling((), ctx.quotes.ranges)
    spans = find_attributions(ctx)
    hedges = find_hedges(ctx)
    spans += find_hedged_claims(hedges, spans, ctx)
    claimed = [False] * len(tokens)
    for span in spans:
        if span.label == "Claim":
            claimed[span.start : span.end] = [True] * (span.end - span.start)
    for hedge in hedges:
        if claimed[hedge.start]:
            spans.append(RuleSpan(hedge.start, hedge.end, "Hedge", f"hedge_{hedge.kind}"))
    ordered = sorted(spans, key=lambda span: (span.start, -span.end, span.label))
    return Labelling(tuple(ordered), ctx.quotes.ranges)
