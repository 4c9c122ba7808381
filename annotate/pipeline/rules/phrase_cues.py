"""Cues of several words that no list can hold: "made it very clear", "issued a warning that"."""

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import opens_clause
from annotate.pipeline.rules.phrases import is_adverb, is_break

_NOUN_REACH = 5
_COPULAS = frozenset("is are was were am be been 's 're 'm feel feels felt remain remains".split())
_MAKE = frozenset({"make", "makes", "made", "making"})
_CLEAR = frozenset({"clear", "plain"})


def light_verb_end(index: int, end: int, ctx: Context) -> int:
    """Return the end of a light verb with its reporting noun before "that" or a colon, or 0."""
    if ctx.tokens.lower[index] not in ctx.lexicon.light_verbs:
        return 0
    return noun_object_end(index + 1, end, ctx, colon=True)


def noun_object_end(start: int, end: int, ctx: Context, *, colon: bool = False) -> int:
    """Return the end of a reporting noun with its modifiers before its content, or 0.

    The content follows after "that", or after a colon where `colon` is set.
    """
    lower, nouns = ctx.tokens.lower, ctx.lexicon.nouns
    for index in range(start, min(start + _NOUN_REACH, end - 1)):
        if is_break(index, ctx) or lower[index] in ctx.words.prepositions or index in ctx.quotes:
            return 0
        if lower[index] in nouns and (lower[index + 1] == "that" or (colon and _colon(index, ctx))):
            return index + 1
    return 0


def _colon(index: int, ctx: Context) -> bool:
    return ctx.tokens.texts[index + 1] == ":"


def clear_end(index: int, end: int, ctx: Context) -> int:
    """Return the end of "made it (very) clear" before its content, or 0."""
    lower = ctx.tokens.lower
    if lower[index] not in _MAKE:
        return 0
    stop = index + 1
    if stop < end and lower[stop] == "it":
        stop += 1
    while stop < end and (
        is_adverb(lower[stop], ctx) or lower[stop] in {"very", "pretty", "quite"}
    ):
        stop += 1
    return stop + 1 if stop < end and lower[stop] in _CLEAR else 0


def adjective_end(index: int, start: int, end: int, ctx: Context) -> int:
    """Return the end of a predicative adjective of the mind before a clause ("is sure"), or 0."""
    lower = ctx.tokens.lower
    if lower[index] not in ctx.lexicon.adjectives or index + 1 >= end:
        return 0
    first = index
    while first > start and (
        is_adverb(lower[first - 1], ctx)
        or lower[first - 1] in {"very", "so", "quite", "not", "also"}
    ):
        first -= 1
    if first == start or lower[first - 1] not in _COPULAS:
        return 0
    if first - 1 > start and lower[first - 2] in {"it", "that", "this", "there", "which"}:
        return 0
    after = index + 1
    return after if lower[after] == "that" or opens_clause(after, end, ctx) else 0
