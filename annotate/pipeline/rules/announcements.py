"""What stands before a colon and a quotation: “Tiel addressed the crew: ‘We sail.’”."""

from annotate.pipeline.rules.clauses import find_clauses
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import can_be_clause
from annotate.pipeline.rules.tokens import Range, RuleSpan

_LONGEST = 16
_LONGEST_NAME = 4


def find_announcements(sentence: Range, taken: list[bool], ctx: Context) -> list[RuleSpan]:
    """Find the source that announces a quotation after a colon, and what the quotation claims.

    `taken` marks the tokens that other sources and claims have; nothing is found there. Where the
    colon ends the paragraph, a reporting noun has to show that something is announced.
    """
    start, end = sentence
    colon = _colon(start, end, ctx)
    if colon is None or any(taken[start:end]):
        return []
    first = _skip_adverbial(start, colon, ctx)
    if not _announces(first, colon, ctx):
        return []
    source = RuleSpan(first, colon, "Source", "source_announcing")
    if colon + 1 == len(ctx.tokens):
        return [source] if _tells(first, colon, ctx) else []
    quotation = ctx.quotes.starting_at(colon + 1)
    claims = find_clauses(*quotation, ctx) if quotation is not None else []
    if not claims:
        return []
    return [source, *(RuleSpan(*claim, "Claim", "claim_announced") for claim in claims)]


def _tells(start: int, end: int, ctx: Context) -> bool:
    """Say whether a reporting noun or verb stands among some words."""
    verbs = (ctx.lexicon.verbs.get(word) for word in ctx.tokens.lower[start:end])
    told = any(verb is not None and verb.postposed and not verb.noun for verb in verbs)
    return told or not ctx.lexicon.nouns.isdisjoint(ctx.tokens.lower[start:end])


def _colon(start: int, end: int, ctx: Context) -> int | None:
    """Return the colon before a quotation or at the end of the paragraph."""
    for index in range(start + 1, end):
        if ctx.tokens.texts[index] == ":" and index not in ctx.quotes:
            last = index + 1 == len(ctx.tokens)
            return index if last or ctx.quotes.starting_at(index + 1) is not None else None
    return None


def _skip_adverbial(start: int, colon: int, ctx: Context) -> int:
    words = ctx.words
    word = ctx.tokens.lower[start]
    if word in words.prepositions or word in words.subordinators or word in words.discourse:
        for index in range(colon - 1, start, -1):
            if ctx.tokens.texts[index] == ",":
                return index + 1
    return start


def _announces(start: int, colon: int, ctx: Context) -> bool:
    """Say whether the words before a colon are a name or a clause."""
    tokens = ctx.tokens
    if not 0 < colon - start <= _LONGEST or any(i in ctx.quotes for i in range(start, colon)):
        return False
    if colon - start <= _LONGEST_NAME and all(tokens.capital[start:colon]):
        return True
    return tokens.capital[start] and can_be_clause(start, colon, ctx)
