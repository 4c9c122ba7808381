"""Attributions within claims: "the memo said engineers believe …", “I think we will win”."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from annotate.pipeline.rules.clauses import find_clauses
from annotate.pipeline.rules.contents import content_limit, find_contents, with_recipient
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import can_be_clause, has_finite, opens_clause
from annotate.pipeline.rules.mentions import Mention, find_mentions
from annotate.pipeline.rules.quotes import find_quotes
from annotate.pipeline.rules.tokens import Range, RuleSpan, Tokens

_DEEPEST = 2
_SHORTEST_OUTER = 4
_THOUGHTS = frozenset({"think", "believe", "hope", "guess", "suspect", "reckon"})
_CONDITIONS = frozenset({"if", "when", "unless"})


def find_nested(claims: Iterable[Range], ctx: Context) -> list[RuleSpan]:
    """Find the sources and the inner claims that claims report, within quotations as well."""
    return [span for claim in claims for span in _within(*claim, ctx, depth=1)]


def _within(start: int, end: int, ctx: Context, *, depth: int) -> Iterator[RuleSpan]:
    words = ctx.tokens.lower[start + 1 : end - 1]
    if end - start < _SHORTEST_OUTER or ctx.lexicon.cue_openers.isdisjoint(words):
        return
    inner = _slice(start, end, ctx)
    total = end - start
    mentions = find_mentions((0, total), inner)
    low = 0
    for number, mention in enumerate(mentions):
        if mention.start < low or not _reports(mention, inner):
            continue
        high = _limit(mention, content_limit(mention, mentions[number + 1 :], total, inner), inner)
        after = [
            content
            for content in find_contents(mention, mention.start, high, inner)
            if content.start >= mention.end
        ]
        if len(after) != 1 or not _is_content(mention, after[0].start, after[0].end, inner):
            continue
        found = find_clauses(after[0].start, after[0].end, inner)
        last = with_recipient(mention, after, inner)
        yield RuleSpan(start + mention.start, start + last, "Source", "source_nested")
        for first, stop in found:
            yield RuleSpan(start + first, start + stop, "Claim", "claim_nested")
            if depth < _DEEPEST:
                yield from _within(start + first, start + stop, ctx, depth=depth + 1)
        low = max(stop for _, stop in found)


def _slice(start: int, end: int, ctx: Context) -> Context:
    """Return a part of a paragraph as a paragraph of one sentence."""
    whole = ctx.tokens
    tokens = Tokens(
        whole.texts[start:end],
        whole.lower[start:end],
        whole.spaces[start:end],
        whole.capital[start:end],
    )
    quotes = find_quotes(tokens, ctx.lexicon)
    return replace(ctx, tokens=tokens, quotes=quotes, sentences=((0, end - start),))


def _reports(mention: Mention, ctx: Context) -> bool:
    verb = mention.cue.verb
    if mention.kind != "subject" or (verb is not None and verb.content == "object"):
        return False
    return mention.end < len(ctx.tokens) and ctx.tokens.texts[mention.end] != ","


def _is_content(mention: Mention, start: int, end: int, ctx: Context) -> bool:
    """Say whether a clause follows the cue, or what somebody is called or regarded as."""
    lower, verb = ctx.tokens.lower, mention.cue.verb
    if verb is not None and verb.content == "both":
        called = mention.start > 0 and lower[mention.start - 1] == "what"
        return called or "as" in lower[start:end]
    if lower[start - 1] == "that" and start - 1 >= mention.end:
        return _opens_subject(start, ctx) or has_finite(start, end, ctx)
    if verb is not None and verb.lemma in _THOUGHTS:
        return can_be_clause(start, end, ctx)
    clause = _main_clause(start, end, ctx)
    return opens_clause(clause, end, ctx)


def _opens_subject(index: int, ctx: Context) -> bool:
    word, words = ctx.tokens.lower[index], ctx.words
    named = ctx.tokens.capital[index] or word in words.determiners
    return named or word in words.subject_pronouns


def _main_clause(start: int, end: int, ctx: Context) -> int:
    """Return where the main clause after an opening subordinate clause begins, else `start`."""
    tokens = ctx.tokens
    if (
        tokens.lower[start] in ctx.words.subordinators
        or tokens.lower[start] in ctx.words.prepositions
    ):
        for index in range(start + 1, end - 1):
            if tokens.texts[index] == "," and opens_clause(index + 1, end, ctx):
                return index + 1
    return start


def _limit(mention: Mention, high: int, ctx: Context) -> int:
    """Return where the content of a source within a condition ends: before the consequence."""
    tokens = ctx.tokens
    if mention.start and tokens.lower[0] in _CONDITIONS:
        for index in range(mention.end, high):
            if tokens.texts[index] == "," and index not in ctx.quotes:
                return index
    return high
