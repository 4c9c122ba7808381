"""Subjects before a verb, with their appositions and relative clauses."""

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import has_finite
from annotate.pipeline.rules.noun_phrases import noun_phrase_start
from annotate.pipeline.rules.phrases import is_break

_DASHES = frozenset({"—", "--", "–"})
_MODIFIERS = frozenset("about nearly almost only not roughly neither both".split())
_PRONOUNS = frozenset({"he", "she", "they", "it", "we", "i", "this", "that"})
_LONGEST_APPOSITION = 30
_PERIODS = frozenset("week month year weekend morning night evening afternoon summer".split())
_LONGEST_RELATIVE = 8
_LONGEST_CLAUSE = 12
_RELATIVES = frozenset({"who", "whose"})


def subject_start(end: int, start: int, ctx: Context) -> int | None:
    """Return where the subject that ends before the token `end` begins, not before `start`.

    Appositions and relative clauses between commas belong to it. None where the words before
    `end` do not look like a subject.
    """
    if end <= start:
        return None
    if ctx.tokens.texts[end - 1] == ",":
        bracket = end - 2 > start and ctx.tokens.texts[end - 2] == ")"
        found = noun_phrase_start(end - 1, start, ctx) if bracket else None
        return _subject_with_apposition(end, start, ctx) if found is None else found
    dated = _before_date(end, start, ctx)
    if dated < end:
        return subject_start(dated, start, ctx)
    if ctx.tokens.texts[end - 1] in _DASHES:
        return _subject_before_dashes(end, start, ctx)
    found = noun_phrase_start(end, start, ctx)
    if found is None:
        found = _before_relative_clause(end, start, ctx)
        return None if found is None else _with_modifier(found, start, ctx)
    found = _with_infinitive(found, start, ctx)
    return _with_modifier(_with_relative_clause(found, start, ctx), start, ctx)


def _before_date(end: int, start: int, ctx: Context) -> int:
    """Return where a subject ends before when it was said ("a survey this week found")."""
    lower = ctx.tokens.lower
    if end - 2 > start and lower[end - 2] in {"this", "last"} and lower[end - 1] in _PERIODS:
        return end - 2
    return end


def _with_infinitive(found: int, start: int, ctx: Context) -> int:
    """Return the start of a subject whose infinitive ends in the phrase found ("trying to win")."""
    lower = ctx.tokens.lower
    joint = found - 1 if lower[found - 1] == "to" else found - 2
    if joint - 1 < start or lower[joint] != "to":
        return found
    participle = joint - 1 if lower[joint - 1].endswith("ing") else joint
    before = noun_phrase_start(participle, start, ctx) if participle > start else None
    return found if before is None else before


def _with_relative_clause(found: int, start: int, ctx: Context) -> int:
    """Return the start of a subject whose relative clause ends in the phrase found.

    In "dockers who watched the vote said" the phrase found is "the vote".
    """
    tokens = ctx.tokens
    for index in range(found - 1, max(start, found - _LONGEST_RELATIVE), -1):
        if is_break(index, ctx) or index in ctx.quotes:
            break
        if tokens.lower[index] == "who":
            before = noun_phrase_start(index, start, ctx)
            if before is None or tokens.lower[before] in ctx.words.subject_pronouns:
                break
            return before
    return found


def _before_relative_clause(end: int, start: int, ctx: Context) -> int | None:
    """Return the start of a subject whose relative clause ends in a verb ("laws were annulled")."""
    for index in range(end - 1, max(start, end - _LONGEST_CLAUSE), -1):
        if is_break(index, ctx) or index in ctx.quotes:
            return None
        if ctx.tokens.lower[index] in _RELATIVES:
            before = noun_phrase_start(index, start, ctx)
            if before is None or ctx.tokens.lower[before] in _PRONOUNS:
                return None
            return before if has_finite(index + 1, end, ctx) else None
    return None


def _subject_before_dashes(end: int, start: int, ctx: Context) -> int | None:
    """Return the start of the subject before an insertion between dashes."""
    for index in range(end - 2, max(start, end - _LONGEST_APPOSITION), -1):
        if ctx.tokens.texts[index] in _DASHES and index not in ctx.quotes:
            return noun_phrase_start(index, start, ctx)
    return None


def _with_modifier(found: int, start: int, ctx: Context) -> int:
    """Return the start of a subject with the adverb before it ("nearly half of them")."""
    if found > start and ctx.tokens.lower[found - 1] in _MODIFIERS:
        return found - 1
    return found


def _subject_with_apposition(end: int, start: int, ctx: Context) -> int | None:
    texts = ctx.tokens.texts
    lowest = max(start, end - _LONGEST_APPOSITION)
    if end - 2 < start or (end - 2 in ctx.quotes and ctx.quotes.ending_at(end - 2)):
        return None
    index = end - 2
    while index > lowest:
        if texts[index] == "," and index not in ctx.quotes:
            found = noun_phrase_start(index, start, ctx)
            if found is not None and _is_name_like(found, index, ctx):
                return _through_appositions(found, index, start, ctx)
        index -= 1
    return None


def _through_appositions(found: int, end: int, start: int, ctx: Context) -> int:
    """Go on where the phrase found is an apposition itself ("Vahl, 40, a pilot, said")."""
    tokens, words = ctx.tokens, ctx.words
    while found - 1 > start and tokens.texts[found - 1] == ",":
        before = noun_phrase_start(found - 1, start, ctx)
        if before is None or not _is_name_like(before, found - 1, ctx):
            break
        if before != start and not is_break(before - 1, ctx):
            break
        if end - found > 2 and tokens.lower[found] not in words.determiners:
            break
        found, end = before, found - 1
    return found


def _is_name_like(start: int, end: int, ctx: Context) -> bool:
    """Say whether a phrase can be followed by an apposition: a name, or a definite phrase."""
    tokens, words = ctx.tokens, ctx.words
    first = tokens.lower[start]
    if first in words.prepositions or first in words.subordinators:
        return False
    if first in words.time_words or tokens.lower[end - 1] in words.time_words:
        return False
    if first in _PRONOUNS:
        return False
    return first in words.determiners or any(tokens.capital[start:end])
