"""Noun phrases before a token: how far one reaches to the left."""

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.phrases import is_adverb, is_break

_COLLECTIVES = frozenset("people police percent % men women personnel staff half data".split())
_COORDINATORS = frozenset({"and", "or", "nor", "&"})
# Prepositions whose phrase can belong to the noun before them.
_ATTACHED = frozenset("of for in at from with on to by against between near inside behind".split())
# Determiners that can stand within a noun phrase, and words that can stand before one.
_INNER_DETERMINERS = frozenset({"one", "all", "no", "other", "two", "three", "four"})
_PREDETERMINERS = frozenset({"all", "both", "some", "many", "half"})
_PRONOUNS = frozenset({"he", "she", "they", "we", "i", "you"})
_LONGEST_SUBJECT = 22
_LONGEST_QUOTED = 6
_LONGEST_BRACKET = 8
_TRAILING = frozenset(
    "meanwhile then now still however yet also there even today yesterday later again 's".split()
)


def noun_phrase_start(end: int, start: int, ctx: Context) -> int | None:
    """Return where the noun phrase that ends before the token `end` begins.

    It does not begin before `start`; its prepositional phrases, brackets and coordinated parts
    belong to it. None where the words do not look like a noun phrase.
    """
    lower, words = ctx.tokens.lower, ctx.words
    if lower[end - 1] in words.subject_pronouns:
        joined = end - 2 > start and lower[end - 2] == "and"
        if not joined or lower[end - 1] not in {"others", "another", "many", "several"}:
            return end - 1
        before = noun_phrase_start(end - 2, start, ctx)
        return end - 1 if before is None else before
    index = end
    while index > start:
        current = index - 1
        if end - current > _LONGEST_SUBJECT:
            return None
        inserted = _insertion_start(current, index, start, end, ctx)
        if inserted is not None:
            index = inserted
            continue
        if _ends_phrase(current, start, end, ctx):
            break
        index = current
        word = lower[index]
        if word not in words.determiners or _is_of_name(index, start, ctx):
            continue
        if index - 1 > start and lower[index - 1] == "and":
            if not _joins_full_phrase(index - 1, start, ctx):
                break
            index -= 1
        elif word not in _INNER_DETERMINERS and not _goes_on_before(index, start, ctx):
            break
    return _trim_subject(index, end, ctx)


def _is_of_name(index: int, start: int, ctx: Context) -> bool:
    """Say whether a determiner is a part of a name ("CBS This Morning")."""
    capital = ctx.tokens.capital
    return (
        index > start and capital[index] and capital[index - 1] and ctx.tokens.lower[index] != "the"
    )


def _goes_on_before(index: int, start: int, ctx: Context) -> bool:
    """Say whether a noun phrase goes on before its determiner ("the head of the board")."""
    if index == start:
        return False
    before = ctx.tokens.lower[index - 1]
    return before in ctx.words.prepositions or before in _PREDETERMINERS


def _insertion_start(current: int, index: int, start: int, end: int, ctx: Context) -> int | None:
    """Return the start of a bracket or of quoted words within the phrase, if one ends here."""
    tokens = ctx.tokens
    if current in ctx.quotes and index < end and index not in ctx.quotes:
        first, last = ctx.quotes.ranges[ctx.quotes.owner[current]]
        ends_clause = is_break(last - 2, ctx)
        if not ends_clause and last - first <= _LONGEST_QUOTED and first >= start:
            return first
    if tokens.texts[current] == ")" and current > start:
        return _opening_bracket(current, start, ctx)
    return None


def _ends_phrase(current: int, start: int, end: int, ctx: Context) -> bool:
    """Say whether a token does not belong to the phrase on its right."""
    words, word = ctx.words, ctx.tokens.lower[current]
    if is_break(current, ctx) or current in ctx.quotes:
        return True
    if word in _COORDINATORS:
        return not _coordinates(current, start, end, ctx)
    if word == "that" and current > start and ctx.tokens.lower[current - 1] in words.prepositions:
        return False
    if word in words.prepositions:
        return not _attaches(current, start, end, ctx)
    if word in words.subordinators or word in words.conjunctions:
        return True
    if word in words.finite_auxiliaries:
        return not _is_late_capital(current, ctx)
    if word in words.relative_pronouns:
        return True
    return (word in words.be_forms and word != "'s") or _is_verb(current, end, ctx)


def _opening_bracket(closing: int, start: int, ctx: Context) -> int | None:
    for index in range(closing - 1, max(start, closing - _LONGEST_BRACKET) - 1, -1):
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
        return _joins_full_phrase(index, start, ctx)
    if before in ctx.lexicon.verbs or before.endswith(("ed", "ing")) or before in words.time_words:
        return False
    plural = before.endswith("s") and after.endswith("s")
    return not is_break(index - 1, ctx) and (plural or end - index > 2)


def _joins_full_phrase(index: int, start: int, ctx: Context) -> bool:
    """Say whether "and" has nothing but a noun phrase before it in its clause."""
    tokens, words = ctx.tokens, ctx.words
    first = index
    while first > start and not is_break(first - 1, ctx):
        word = tokens.lower[first - 1]
        inner = word in {"of", "by", "'s"} or word in words.determiners or tokens.capital[first - 1]
        if word in _PRONOUNS and first == index:
            return first - 1 == start or is_break(first - 2, ctx) or first - 2 in ctx.quotes
        if not inner and (
            word in words.finite_auxiliaries
            or word in words.prepositions
            or word in words.subordinators
            or word in words.conjunctions
            or word in ctx.lexicon.verbs
            or word.endswith(("ed", "ing"))
        ):
            return False
        if index - first > _LONGEST_SUBJECT:
            return False
        first -= 1
    return first < index and (tokens.capital[first] or tokens.lower[first] in words.determiners)


def _attaches(index: int, start: int, end: int, ctx: Context) -> bool:
    """Say whether a preposition hangs on a noun before it."""
    tokens, words = ctx.tokens, ctx.words
    if index + 1 >= end or index == start:
        return False
    if tokens.lower[index] == "of":
        return True
    before = tokens.lower[index - 1]
    verb = ctx.lexicon.verbs.get(before)
    gerund = before.endswith("ing") and tokens.lower[index - 2] not in words.determiners
    if is_break(index - 1, ctx) or (verb is not None and not verb.noun) or gerund:
        return False
    if before in words.auxiliaries or before in words.subject_pronouns:
        return False
    if before in words.prepositions or before in words.conjunctions:
        return False
    if tokens.lower[index] not in _ATTACHED:
        return False
    if before.endswith("ed") and index - 2 >= start:
        return tokens.lower[index - 2] in ctx.lexicon.source_types["document"]
    return before not in words.subordinators and not before.endswith("ed")


def _is_verb(index: int, end: int, ctx: Context) -> bool:
    """Say whether a word before the head of a phrase is surely a finite verb."""
    verb = ctx.lexicon.verbs.get(ctx.tokens.lower[index])
    if verb is None or index == end - 1 or ctx.tokens.capital[index]:
        return False
    return not verb.noun and "past" in verb.forms and verb.content == "clause"


def _is_late_capital(index: int, ctx: Context) -> bool:
    """Say whether a word has a capital that is not that of its sentence: "Jolly", "Will"."""
    return ctx.tokens.capital[index] and index > ctx.sentence_at(index)[0]


def _trim_subject(index: int, end: int, ctx: Context) -> int | None:
    tokens, words = ctx.tokens, ctx.words
    lower = tokens.lower
    while (
        index < end
        and not _is_late_capital(index, ctx)
        and (
            lower[index] in _TRAILING
            or is_adverb(lower[index], ctx)
            or lower[index] in words.time_words
            or (lower[index] in words.conjunctions and not tokens.capital[index])
        )
    ):
        index += 1
    if index >= end:
        return None
    for position in range(index, end):
        word = lower[position]
        if tokens.capital[position] or word in words.determiners:
            return index
        if word.endswith("s") or word[0].isdigit() or word in _COLLECTIVES:
            return index
        if word in ctx.lexicon.source_types["unnamed"]:
            return index
    return index if index == end - 1 and _is_bare_noun(index, ctx) else None


def _is_bare_noun(index: int, ctx: Context) -> bool:
    """Say whether one word alone is the subject of a clause ("history says")."""
    tokens, words = ctx.tokens, ctx.words
    first = index == ctx.sentence_at(index)[0]
    word, before = tokens.lower[index], "" if first else tokens.lower[index - 1]
    opens = first or before in words.subordinators or before in words.conjunctions
    verb = tokens.lower[index + 1] if index + 1 < len(tokens) else ""
    return opens and verb.endswith("s") and word.isalpha() and word not in words.prepositions
