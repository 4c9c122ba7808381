"""Finite verbs and subjects, told by words alone: where a clause of its own begins."""

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.phrases import is_adverb, is_break

# Pronouns that are never an object, and others that may be one.
_NOMINATIVES = frozenset("i he she we they".split())
_PRONOUNS = frozenset(
    "it you there this that these those nobody everybody someone everyone no-one something nothing"
    " everything somebody anybody".split()
)
_SUBJECTS = frozenset("i he she we they it you there".split())
_DEMONSTRATIVES = frozenset({"this", "that"})
_SHARES = frozenset({"percent", "%"})
_OBJECTS = frozenset("it him them us me".split())
_CONTRACTED = frozenset("'re 'm 've 'll 'd am".split())
_BEFORE_IS = frozenset(
    "it he she that there here what who this where how everybody everyone nobody".split()
)
_HELPERS = frozenset("to has have had 've be been being is are was were 's 're 'm".split())
_LONGEST_SUBJECT = 12
_SHORTEST_PAST = 5
_SHORTEST_VERB = 3
COLLECTIVES = frozenset({"people", "police", "men", "women", "children"})
"""Nouns that are plural without an ending."""


def is_finite(index: int, start: int, ctx: Context) -> bool:
    """Say whether a token looks like a finite verb; nothing before `start` is regarded."""
    lower, words = ctx.tokens.lower, ctx.words
    word = lower[index]
    before = lower[index - 1] if index > start else ""
    if word in words.finite_auxiliaries or word in _CONTRACTED:
        return before != "to"
    if word == "'s":
        return before in _BEFORE_IS or _is_copula(index, ctx)
    if before in _NOMINATIVES:
        return word.isalpha() and word not in words.conjunctions and word not in words.prepositions
    if before in _DEMONSTRATIVES and word in words.finite_verbs:
        return True
    if before in words.determiners or before in _HELPERS or before in words.finite_auxiliaries:
        return False
    if before in words.prepositions or (before == "-" and not ctx.tokens.spaces[index - 1]):
        return False
    if word in words.finite_verbs:
        return True
    verb = ctx.lexicon.verbs.get(word)
    if verb is not None and not verb.noun and ("past" in verb.forms or "third" in verb.forms):
        return True
    if not word.endswith("ed") or len(word) < _SHORTEST_PAST or ctx.tokens.capital[index]:
        return False
    return index + 1 >= len(lower) or lower[index + 1] != "by"


def _is_copula(index: int, ctx: Context) -> bool:
    """Say whether "'s" after a name is a verb: a possessor is not followed by an article."""
    if index + 1 >= len(ctx.tokens):
        return False
    after = ctx.tokens.lower[index + 1]
    return after in {"a", "an", "the", "not", "been", "n't"} or after.endswith("ing")


def has_finite(start: int, end: int, ctx: Context) -> bool:
    """Say whether a stretch of tokens has a finite verb."""
    return any(is_finite(index, start, ctx) for index in range(start, end))


def opens_clause(index: int, end: int, ctx: Context) -> bool:
    """Say whether a subject begins at a token, and its finite verb follows soon."""
    tokens, words = ctx.tokens, ctx.words
    lower = tokens.lower
    if index + 1 >= end:
        return False
    word = lower[index]
    if word in _NOMINATIVES:
        return lower[index + 1].isalpha() or lower[index + 1].startswith(("'", "’"))
    if word in _PRONOUNS and _verb_follows(index + 1, end, ctx):
        return True
    if word[0].isdigit() and lower[index + 1] in _SHARES:
        return True
    named = tokens.capital[index] or word in words.determiners or word in words.subject_pronouns
    if word in words.relative_pronouns and word != "that":
        return False
    if word in words.subordinators or word in words.prepositions or word in words.conjunctions:
        return False
    if word in words.finite_auxiliaries or word in words.be_forms or word in words.finite_verbs:
        return False
    if not named and not word.endswith("s") and word not in COLLECTIVES:
        return False
    return _subject_has_verb(index, end, ctx)


def _verb_follows(index: int, end: int, ctx: Context) -> bool:
    while index < end and is_adverb(ctx.tokens.lower[index], ctx):
        index += 1
    if index >= end:
        return False
    word = ctx.tokens.lower[index]
    return is_finite(index, index - 1, ctx) or word in ctx.words.finite_verbs


def _subject_has_verb(start: int, end: int, ctx: Context) -> bool:
    tokens, words = ctx.tokens, ctx.words
    for index in range(start + 1, min(end, start + _LONGEST_SUBJECT)):
        word = tokens.lower[index]
        if is_finite(index, start, ctx):
            return True
        if is_break(index, ctx) or word in words.relative_pronouns:
            return False
        if word in words.subordinators or word == "to":
            return False
    return False


def can_be_clause(start: int, end: int, ctx: Context) -> bool:
    """Say whether a stretch of tokens may hold a finite verb, one that no list knows included."""
    lower = ctx.tokens.lower
    if start < end - 1:
        if lower[start] in _SUBJECTS and lower[start + 1].isalpha():
            return True
        if lower[start][0].isdigit() and lower[start + 1] in _SHARES:
            return True
    return has_finite(start, end, ctx) or any(
        _can_be_present(index, end, ctx) for index in range(start + 1, end)
    )


def _can_be_present(index: int, end: int, ctx: Context) -> bool:
    """Say whether a word may be a verb in the present, after a noun and before what follows one."""
    tokens, words = ctx.tokens, ctx.words
    word, before = tokens.lower[index], tokens.lower[index - 1]
    if not word.isalpha() or tokens.capital[index] or len(word) < _SHORTEST_VERB:
        return False
    if not before.isalpha() or before in words.determiners or before in words.prepositions:
        return False
    if word.endswith("s") == before.endswith("s") or word in words.prepositions:
        return False
    if index + 1 >= end or is_break(index + 1, ctx):
        return word.endswith("s")
    after = tokens.lower[index + 1]
    if word.endswith("s"):
        return after in words.determiners or after in words.prepositions or is_adverb(after, ctx)
    return after in words.determiners or after in _OBJECTS
