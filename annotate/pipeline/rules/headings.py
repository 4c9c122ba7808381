"""Headings that name their source after a colon: "Ferry to stop: Report"."""

from annotate.pipeline.rules.claims import trim_claim
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.tokens import RuleSpan

_LONGEST_SOURCE = 4
_SHORTEST_CLAIM = 3


def find_heading_source(ctx: Context) -> list[RuleSpan]:
    """Find the Claim and the Source of a paragraph that is a heading, none elsewhere."""
    tokens = ctx.tokens
    total = len(tokens)
    for index in range(total - 2, max(_SHORTEST_CLAIM, total - 2 - _LONGEST_SOURCE), -1):
        if tokens.texts[index] != ":" or index in ctx.quotes:
            continue
        words = tokens.lower[index + 1 :]
        if words[-1] not in ctx.lexicon.heading_sources or not all(w.isalnum() for w in words):
            return []
        claim = trim_claim(0, index, ctx)
        if claim is None:
            return []
        return [
            RuleSpan(*claim, "Claim", "claim_heading"),
            RuleSpan(index + 1, total, "Source", "source_heading"),
        ]
    return []
