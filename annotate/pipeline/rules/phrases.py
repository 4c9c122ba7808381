"""The edges of phrases, told by words alone: there is no tagger."""

from annotate.pipeline.rules.context import Context

_BREAKS = frozenset(". , ; : ? ! … ... - -- — – ( ) [ ] “ ” \" '' `` « » „".split())
_SHORTEST_ADVERB = 5
_OTHERS = frozenset({"others", "another", "several", "many"})
_HAVE = frozenset({"has", "have", "had", "'ve", "'s", "'d"})


def is_adverb(word: str, ctx: Context) -> bool:
    """Say whether a lower-case word looks like an adverb in -ly."""
    return (
        word.endswith("ly") and len(word) >= _SHORTEST_ADVERB and word not in ctx.words.not_adverbs
    )


def is_break(index: int, ctx: Context) -> bool:
    """Say whether a token is punctuation that ends a phrase; a hyphen within a word is not."""
    text = ctx.tokens.texts[index]
    if text not in _BREAKS:
        return False
    if text in {"-", "–"} and index > 0:
        return ctx.tokens.spaces[index] or ctx.tokens.spaces[index - 1]
    return True


def verb_group_start(verb: int, start: int, ctx: Context) -> int:
    """Return where the auxiliaries and adverbs before a verb begin, not before `start`."""
    lower, words = ctx.tokens.lower, ctx.words
    index = verb
    while index > start:
        word = lower[index - 1]
        since = word == "since" and index - 2 >= start and lower[index - 2] in _HAVE
        if word not in words.auxiliaries and not is_adverb(word, ctx) and not since:
            break
        if word in {"both", "all"}:
            break
        # "Will wrote", "Jolly said": names, unless the verb has a capital too, as in a headline.
        if ctx.tokens.capital[index - 1] and not ctx.tokens.capital[verb]:
            break
        index -= 1
    return index


def phrase_end(start: int, end: int, ctx: Context) -> int:
    """Return where the noun phrase that starts at `start` ends, at most `end`.

    It ends before punctuation, a finite verb or a subordinator; its prepositional phrases
    belong to it.
    """
    tokens, words = ctx.tokens, ctx.words
    index = start
    while index < end:
        word = tokens.lower[index]
        if is_break(index, ctx) or (index in ctx.quotes and index > start):
            break
        if index > start:
            joined = word in _OTHERS and tokens.lower[index - 1] == "and"
            if (word in words.finite_auxiliaries or word in words.subject_pronouns) and not joined:
                break
            if word in words.subordinators and word != "as":
                break
            if word in words.conjunctions and not _joins_right(index, end, ctx):
                break
            if word in words.time_words and tokens.lower[index - 1] not in words.determiners:
                break
        index += 1
    while index > start + 1 and tokens.lower[index - 1] in words.prepositions:
        index -= 1
    return index


def _joins_right(index: int, end: int, ctx: Context) -> bool:
    tokens = ctx.tokens
    if tokens.lower[index] != "and" or index + 1 >= end:
        return False
    after = tokens.lower[index + 1]
    if after in _OTHERS:
        return True
    if after in ctx.words.subject_pronouns or after in ctx.lexicon.verbs:
        return False
    return after not in ctx.words.finite_auxiliaries
