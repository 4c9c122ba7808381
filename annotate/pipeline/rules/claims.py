"""Claim boundaries: what of a stretch of text is the claim itself."""

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.tokens import Range

__all__ = ["clause_start", "skip_to_content", "trim_claim"]

_FINAL_PUNCTUATION = frozenset({".", ",", ";", ":", "-", "--", "—", "–", "?", "!", "…", "..."})
_OPENING_PUNCTUATION = frozenset({",", ":", ";", "-", "--", "—", "–", ".", "…", "...", ")", "]"})
_CONJUNCTIONS = frozenset({"and", "but", "or", "while", "though", "although", "yet", "so"})
_ADVERBIAL_PREPOSITIONS = frozenset(
    "in on at during after via to before from late early last this earlier later by for".split()
)
_LONGEST_ADVERBIAL = 14


def trim_claim(start: int, end: int, ctx: Context) -> Range | None:
    """Cut punctuation and marks off a claim's ends.

    The marks of a quotation that makes up the whole claim go, and so does the final punctuation
    within it. A quotation that only ends the claim keeps its marks. None if nothing is left.
    """
    texts, quotes = ctx.tokens.texts, ctx.quotes
    while start < end and texts[start] in _OPENING_PUNCTUATION:
        start += 1
    end = _trim_end(start, end, ctx)
    if start >= end:
        return None
    opening = quotes.starting_at(start)
    if opening is not None and opening[1] >= end:
        start += 1
        end = min(end, quotes.content(opening)[1])
        end = _trim_end(start, end, ctx)
    else:
        index = quotes.owner[end - 1]
        if index >= 0 and quotes.ranges[index][0] < start and quotes.ranges[index][1] == end:
            end -= 1
            end = _trim_end(start, end, ctx)
    if start >= end or not any(text[0].isalnum() for text in texts[start:end]):
        return None
    return start, end


def _trim_end(start: int, end: int, ctx: Context) -> int:
    texts = ctx.tokens.texts
    while end > start and texts[end - 1] in _FINAL_PUNCTUATION:
        end -= 1
    return end


def clause_start(start: int, end: int, ctx: Context) -> int:
    """Skip the conjunction that opens a clause."""
    if start + 1 < end and ctx.tokens.lower[start] in {"but", "and"}:
        return start + 1
    return start


def cut_before(index: int, start: int, ctx: Context) -> int:
    """Return where the text before `index` ends, without a comma and a conjunction there."""
    texts, lower = ctx.tokens.texts, ctx.tokens.lower
    while index > start and (texts[index - 1] in _FINAL_PUNCTUATION or lower[index - 1] in _CONJUNCTIONS):
        if texts[index - 1] in {".", "?", "!"} and index - 1 in ctx.quotes:
            break
        index -= 1
    return index


def skip_to_content(start: int, end: int, ctx: Context) -> int:
    """Skip what stands between a cue and its content.

    That is an adverbial or the person spoken to before "that" or a quotation ("said on Friday in
    a statement that"), the complementiser, a colon and a comma.
    """
    tokens, quotes, words = ctx.tokens, ctx.quotes, ctx.words
    lower = tokens.lower
    index = start
    if index >= end:
        return index
    if lower[index] != "that" and tokens.texts[index] not in {":", ","} and index not in quotes:
        limit = min(end, index + _LONGEST_ADVERBIAL)
        for position in range(index, limit):
            if position in quotes:
                if position > index and tokens.texts[position - 1] in {",", ":"}:
                    index = position
                break
            if tokens.texts[position] == ":" and position + 1 < end:
                index = position
                break
            if lower[position] == "that" and _is_adverbial(index, position, ctx):
                index = position
                break
        else:
            position = limit
        if index == start:
            index = _skip_short_adverbial(index, end, ctx)
    while index < end and tokens.texts[index] in {",", ":", "—", "--", "-"}:
        index += 1
    if index < end and lower[index] == "that" and index not in quotes:
        index += 1
    while index < end and tokens.texts[index] in {","} and index + 1 < end and index + 1 in quotes:
        index += 1
    return index


def _is_adverbial(start: int, end: int, ctx: Context) -> bool:
    """Say whether the text between a cue and "that" is an adverbial or a recipient."""
    tokens, words = ctx.tokens, ctx.words
    first = tokens.lower[start]
    if first in _ADVERBIAL_PREPOSITIONS or first in words.time_words or first.endswith("ly"):
        return True
    return tokens.lower[end - 1] in words.venue_nouns


def _skip_short_adverbial(start: int, end: int, ctx: Context) -> int:
    """Skip "on Friday", "Tuesday", "in a statement" where a clause follows."""
    tokens, words = ctx.tokens, ctx.words
    index = start
    while index < end:
        word = tokens.lower[index]
        if word in words.time_words:
            index += 1
        elif word in {"in", "on", "at", "during", "via", "this", "last", "late", "early", "earlier"}:
            length = _venue_length(index + 1, end, ctx)
            if not length:
                break
            index += 1 + length
        else:
            break
    return index


def _venue_length(start: int, end: int, ctx: Context) -> int:
    """Return the number of tokens up to a noun of place or time within four tokens, or 0."""
    tokens, words = ctx.tokens, ctx.words
    for index in range(start, min(end, start + 4)):
        if tokens.lower[index] in words.venue_nouns:
            following = index + 1
            while following < end and tokens.lower[following] in words.venue_nouns:
                following += 1
            return following - start
        if tokens.texts[index] in _FINAL_PUNCTUATION:
            break
    return 0
