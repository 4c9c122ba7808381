"""Subjects that follow their verb: ", said Mayor Vahl, a pilot", ", said one engineer who …"."""

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.cues import Cue
from annotate.pipeline.rules.phrases import is_adverb, phrase_end

_STOPS = frozenset({".", ",", ";", "?", "!", ":", "—", "--", "–"})
_SENTENCE_STOPS = frozenset({".", ";", ":", "?", "!", "—", "--"})
_CONJUNCTIONS = frozenset({"and", "but", "while", "or", "yet", "then"})
_IDENTIFYING = frozenset({"who", "whose"})
_APPOSITIVES = frozenset("a an the another who whose".split())
_CLOSE = frozenset({"familiar", "close", "briefed", "involved"})
_PERIODS = frozenset({"last", "this", "week", "month", "year"})
_WHEN_AND_WHERE = frozenset({"in", "on", "at", "during", "after", "via"})
_LONGEST_TITLE = 5
_LONGEST_TITLE_OF_WORK = 10
_LONGEST_BRACKET = 8


def inverted_end(cue: Cue, end: int, ctx: Context) -> int | None:
    """Return the end of the subject that follows a cue, appositions and all, at most `end`.

    None where the cue is not of a verb that may stand before its subject, or what follows is none.
    """
    verb = cue.verb
    if verb is None or not verb.postposed or verb.addressed:
        return None
    plural = "base" in verb.forms and not verb.noun  # ", say some Democrats"
    if not plural and verb.forms.isdisjoint({"past", "third"}):
        return None
    if cue.end >= end or cue.end in ctx.quotes or not _opens_subject(cue.end, end, ctx):
        return None
    tokens, words = ctx.tokens, ctx.words
    first = tokens.lower[cue.end]
    is_pronoun = first in words.subject_pronouns and first not in words.determiners
    stop = cue.end + 1 if is_pronoun else phrase_end(cue.end, end, ctx)
    stop = _before_adverbial(cue.end, stop, end, ctx)
    stop = _through_bracket(stop, end, ctx)
    if stop < end and tokens.lower[stop] in _IDENTIFYING:
        return _clause_end(stop, end, ctx)
    if stop >= end or tokens.texts[stop] in _STOPS or stop in ctx.quotes:
        return _apposition_end(stop, end, ctx)
    after = tokens.lower[stop]
    return stop if after in words.prepositions or after in words.time_words else None


def named_end(start: int, end: int, ctx: Context) -> int:
    """Return the end of whom a preposition names, with the title of a work ("her “clean” plan")."""
    tokens, quotes = ctx.tokens, ctx.quotes
    stop = phrase_end(start, end, ctx)
    if stop >= end:
        return stop
    title = quotes.starting_at(stop)
    if title is not None and stop > start and title[1] - title[0] <= _LONGEST_TITLE_OF_WORK:
        stop = title[1]
        if stop < end and tokens.texts[stop - 2] not in _STOPS and tokens.lower[stop].isalpha():
            return phrase_end(stop, end, ctx)
        return stop
    participle = tokens.lower[stop - 1].endswith("ed") and not tokens.capital[stop - 1]
    if participle and stop - 1 > start:
        # "a poll released on Friday": what is released is named by its date.
        words, index = ctx.words, stop
        while index < end and (
            tokens.lower[index] in words.time_words
            or tokens.lower[index] in words.prepositions
            or tokens.lower[index] in _PERIODS
        ):
            index += 1
        if index > stop and tokens.lower[index - 1] not in words.prepositions:
            return index
    return stop


def identified_end(stop: int, end: int, ctx: Context) -> int:
    """Return the end of a name that closes its sentence, with what says who that is."""
    tokens = ctx.tokens
    stop = _through_bracket(stop, end, ctx)
    if stop < end and tokens.lower[stop] in _IDENTIFYING:
        return _clause_end(stop, end, ctx)
    if stop + 1 < end and tokens.texts[stop] == "," and tokens.lower[stop + 1] in _APPOSITIVES:
        found = _apposition_end(stop, end, ctx)
        if found >= end or tokens.texts[found] == ".":
            return found
    return stop


def _opens_subject(index: int, end: int, ctx: Context) -> bool:
    """Say whether a subject begins here: a name, a determiner, or a title before a name."""
    tokens, words = ctx.tokens, ctx.words
    first = tokens.lower[index]
    if first in words.relative_pronouns:
        return False
    if tokens.capital[index] or first in words.determiners or first in words.subject_pronouns:
        return True
    for place in range(index, min(end, index + _LONGEST_TITLE)):
        if tokens.capital[place]:
            return True
        if not _can_be_title(place, ctx):
            return False
        if _is_group(place, end, ctx):
            return True
    return False


def _can_be_title(index: int, ctx: Context) -> bool:
    words, word = ctx.words, ctx.tokens.lower[index]
    if word == "-":
        return not ctx.tokens.spaces[index]
    closed = (
        words.prepositions,
        words.subordinators,
        words.conjunctions,
        words.auxiliaries,
        words.time_words,
        words.discourse,
    )
    if not word.isalpha() or word.endswith("ing") or is_adverb(word, ctx):
        return False
    return not any(word in each for each in closed)


def _is_group(index: int, end: int, ctx: Context) -> bool:
    """Say whether a word can close a subject by itself (", said officials.")."""
    word, after = ctx.tokens.lower[index], index + 1
    people = word in ctx.lexicon.source_types["unnamed"]
    if after >= end or ctx.tokens.texts[after] in _STOPS:
        return people or word.endswith("s")
    following = ctx.tokens.lower[after]
    identifies = following in _IDENTIFYING or following in _CLOSE
    return people and (identifies or following in ctx.words.prepositions)


def _before_adverbial(start: int, stop: int, end: int, ctx: Context) -> int:
    """Return where a subject ends before when and where it was said ("in a statement")."""
    tokens, words = ctx.tokens, ctx.words
    for index in range(start + 1, min(stop, end) - 1):
        if tokens.lower[index] not in words.prepositions or tokens.lower[index] == "of":
            continue
        following = tokens.lower[index + 1 : index + 4]
        named = tokens.capital[index + 1]
        venue = not words.venue_nouns.isdisjoint(following)
        dated = not words.time_words.isdisjoint(following) and (named or venue)
        placed = venue and not named and tokens.lower[index] in _WHEN_AND_WHERE
        if dated or placed:
            return index
    return stop


def _through_bracket(stop: int, end: int, ctx: Context) -> int:
    """Return where a bracket after a name ends ("Rep. Vahl (D-Maine)")."""
    if stop >= end or ctx.tokens.texts[stop] != "(":
        return stop
    for index in range(stop + 1, min(end, stop + _LONGEST_BRACKET)):
        if ctx.tokens.texts[index] == ")":
            return index + 1
    return stop


def _clause_end(start: int, end: int, ctx: Context) -> int:
    """Return the end of the clause that says who somebody is ("who asked not to be named")."""
    tokens = ctx.tokens
    for index in range(start, end):
        text = tokens.texts[index]
        if index in ctx.quotes or text == "," or text in _SENTENCE_STOPS:
            return index
    return end


def _apposition_end(stop: int, end: int, ctx: Context) -> int:
    """Return where the apposition or relative clause after a name ends (", a ferry pilot")."""
    tokens = ctx.tokens
    if stop + 1 >= end or tokens.texts[stop] != "," or stop + 1 in ctx.quotes:
        return stop
    relative = tokens.lower[stop + 1] in ctx.words.relative_pronouns
    if not relative and _opens_clause(stop + 1, end, ctx):
        return stop
    index = stop + 1
    while index < end and index not in ctx.quotes:
        if tokens.texts[index] in _SENTENCE_STOPS:
            return index
        if tokens.texts[index] == "," and index + 1 < end:
            following = tokens.lower[index + 1]
            if following in _CONJUNCTIONS or _is_gerund(following, ctx):
                return index
        index += 1
    return index if tokens.texts[index - 1] != "," else index - 1


def _opens_clause(index: int, end: int, ctx: Context) -> bool:
    """Say whether what follows a comma is a clause or an adverbial, not an apposition."""
    words, word = ctx.words, ctx.tokens.lower[index]
    return (
        word.endswith("ing")
        or word in words.prepositions
        or word in words.subordinators
        or word in words.conjunctions
        or word in words.finite_auxiliaries
        or (word in words.subject_pronouns and word not in words.determiners)
        or index + 1 >= end
    )


def _is_gerund(word: str, ctx: Context) -> bool:
    verb = ctx.lexicon.verbs.get(word)
    return verb is not None and "ing" in verb.forms
