"""Noun phrases and verb groups, told by their edges: there is no tagger."""

from annotate.pipeline.rules.context import Context

__all__ = ["is_adverb", "phrase_end", "subject_start", "verb_group_start"]

_BREAKS = frozenset(". , ; : ? ! … ... - -- — – ( ) [ ] “ ” \" '' `` « » „".split())
_ADVERB_SUFFIX = "ly"
_COORDINATORS = frozenset({"and", "or", "&"})
_LONGEST_SUBJECT = 22
_LONGEST_APPOSITION = 30
_TRAILING = frozenset(
    "meanwhile then now still however yet also there even today yesterday later again".split()
)


def is_adverb(word: str, ctx: Context) -> bool:
    """Say whether a lower-case word looks like an adverb in -ly."""
    return word.endswith(_ADVERB_SUFFIX) and len(word) > 4 and word not in ctx.words.not_adverbs


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
        if word not in words.auxiliaries and not is_adverb(word, ctx):
            break
        if word == "both" or word == "all":
            break
        index -= 1
    return index


def subject_start(end: int, start: int, ctx: Context) -> int | None:
    """Return where the subject that ends before the token `end` begins, not before `start`.

    Appositions and relative clauses between commas belong to it. None where the words before
    `end` do not look like a subject.
    """
    if end <= start:
        return None
    if ctx.tokens.texts[end - 1] == ",":
        return _subject_with_apposition(end, start, ctx)
    if ctx.tokens.texts[end - 1] in {"—", "--", "–"}:
        return None
    return _noun_phrase_start(end, start, ctx)


def _subject_with_apposition(end: int, start: int, ctx: Context) -> int | None:
    texts = ctx.tokens.texts
    lowest = max(start, end - _LONGEST_APPOSITION)
    if end - 2 < start or end - 2 in ctx.quotes and ctx.quotes.ending_at(end - 2):
        return None
    index = end - 2
    while index > lowest:
        if texts[index] == "," and index not in ctx.quotes:
            found = _noun_phrase_start(index, start, ctx)
            if found is not None and _is_name_like(found, index, ctx):
                return found
        index -= 1
    return None


def _is_name_like(start: int, end: int, ctx: Context) -> bool:
    """Say whether a phrase can be followed by an apposition: a name, or a definite phrase."""
    tokens, words = ctx.tokens, ctx.words
    first = tokens.lower[start]
    if first in words.prepositions or first in words.subordinators:
        return False
    if first in words.time_words or tokens.lower[end - 1] in words.time_words:
        return False
    if first in {"he", "she", "they", "it", "we", "i", "this", "that"}:
        return False
    return first in words.determiners or any(tokens.capital[start:end])


def _noun_phrase_start(end: int, start: int, ctx: Context) -> int | None:
    tokens, words = ctx.tokens, ctx.words
    lower = tokens.lower
    if lower[end - 1] in words.subject_pronouns:
        return end - 1
    index = end
    while index > start:
        current = index - 1
        word = lower[current]
        if end - current > _LONGEST_SUBJECT:
            return None
        if current in ctx.quotes and (index == end or index not in ctx.quotes):
            owner = ctx.quotes.ranges[ctx.quotes.owner[current]]
            if index == end or owner[1] - owner[0] > 6 or owner[0] < start:
                break
            index = owner[0]
            continue
        if tokens.texts[current] == ")" and current > start:
            opening = _opening_bracket(current, start, ctx)
            if opening is None:
                break
            index = opening
            continue
        if is_break(current, ctx):
            break
        if word in _COORDINATORS:
            if not _coordinates(current, start, end, ctx):
                break
        elif word in words.prepositions:
            if not _attaches(current, start, end, ctx):
                break
        elif word in words.subordinators or word in words.conjunctions:
            break
        elif word in words.finite_auxiliaries or word in words.be_forms and word != "'s":
            break
        elif word in words.relative_pronouns:
            break
        elif _is_verb(current, end, ctx):
            break
        index = current
        if (
            word in words.determiners
            and word not in {"one", "all", "no", "other", "two", "three", "four"}
            and (index == start or lower[index - 1] not in words.prepositions)
            and (index == start or lower[index - 1] not in {"all", "both", "some", "many", "half"})
        ):
            break
    return _trim_subject(index, end, ctx)


def _opening_bracket(closing: int, start: int, ctx: Context) -> int | None:
    for index in range(closing - 1, max(start, closing - 8) - 1, -1):
        if ctx.tokens.texts[index] == "(":
            return index
    return None


def _coordinates(index: int, start: int, end: int, ctx: Context) -> bool:
    """Say whether "and" joins two parts of one noun phrase."""
    tokens, words = ctx.tokens, ctx.words
    if index - 1 < start or index + 1 >= end:
        return False
    before, after = tokens.lower[index - 1], tokens.lower[index + 1]
    if tokens.capital[index - 1] and tokens.capital[index + 1]:
        return True
    if after in words.determiners or after in words.subject_pronouns:
        return False
    if before in ctx.lexicon.verbs or before.endswith(("ed", "ing")) or before in words.time_words:
        return False
    return not is_break(index - 1, ctx) and end - index > 2


def _attaches(index: int, start: int, end: int, ctx: Context) -> bool:
    """Say whether a preposition hangs on a noun before it."""
    tokens, words = ctx.tokens, ctx.words
    if index + 1 >= end or index == start:
        return False
    if tokens.lower[index] == "of":
        return True
    before = tokens.lower[index - 1]
    if is_break(index - 1, ctx) or before in ctx.lexicon.verbs or before.endswith("ing"):
        return False
    if before in words.auxiliaries or before in words.subject_pronouns:
        return False
    if before in words.prepositions or before in words.conjunctions:
        return False
    if tokens.lower[index] in {"than", "as", "like", "about"}:
        return False
    return before not in words.subordinators and not before.endswith("ed")


def _is_verb(index: int, end: int, ctx: Context) -> bool:
    """Say whether a word before the head of a phrase is surely a finite verb."""
    verb = ctx.lexicon.verbs.get(ctx.tokens.lower[index])
    if verb is None or index == end - 1 or ctx.tokens.capital[index]:
        return False
    return not verb.noun and "past" in verb.forms and verb.content == "clause"


def _trim_subject(index: int, end: int, ctx: Context) -> int | None:
    tokens, words = ctx.tokens, ctx.words
    lower = tokens.lower
    while index < end and (
        lower[index] in _TRAILING
        or lower[index] == "'s"
        or is_adverb(lower[index], ctx)
        or lower[index] in words.time_words
        or (lower[index] in words.conjunctions and not tokens.capital[index])
    ):
        index += 1
    if index >= end:
        return None
    for position in range(index, end):
        word = lower[position]
        if tokens.capital[position] or word in words.determiners:
            return index
        if word.endswith("s") or word in {"people", "police", "percent", "men", "women"}:
            return index
    return None


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
            if word in words.finite_auxiliaries or word in words.subject_pronouns:
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
    if after in ctx.words.subject_pronouns or after in ctx.lexicon.verbs:
        return False
    return after not in ctx.words.finite_auxiliaries
