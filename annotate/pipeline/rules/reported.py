"""Whether what follows a cue is reported: a clause, and no adverbial or mere thing."""

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import COLLECTIVES, can_be_clause
from annotate.pipeline.rules.lexicon import Verb
from annotate.pipeline.rules.mentions import Mention

_NO_CONTENT = frozenset(
    "in at on for of over against like from under during through within into with as before after"
    " by until since among".split()
)
_NO_SUBJECTS = frozenset("yes no so nothing little thanks prayers things words same".split())
_SHORTEST_CLAUSE = 3


def is_reported(verb: Verb | None, begin: int, end: int, ctx: Context) -> bool:
    """Say whether a verb that reports clauses has one after it ("told a story" reports none)."""
    if verb is None or verb.content != "clause" or ctx.tokens.lower[begin] == "to":
        return True
    before = ctx.tokens.lower[begin - 1]
    inserted = before == "," and not ctx.tokens.lower[begin].endswith("ing")
    if before == "that" or inserted or can_be_clause(begin, end, ctx):
        return True
    return verb.lemma == "say" and _names_subject(begin, end, ctx)


def lacks_content(mention: Mention, begin: int, *, quoted: bool, ctx: Context) -> bool:
    """Say whether an adverbial follows the cue and not a clause ("as she showed in the debate")."""
    verb = mention.cue.verb
    if verb is None or verb.content != "clause" or begin != mention.end or quoted:
        return False
    if ctx.tokens.lower[begin + 1 : begin + 2] in {("least",), ("most",)}:
        return False
    return ctx.tokens.lower[begin] in _NO_CONTENT or ctx.tokens.texts[begin] in {",", ".", ")"}


def _names_subject(begin: int, end: int, ctx: Context) -> bool:
    """Say whether a name or a plural opens what is said, so that a verb no list knows follows."""
    tokens, words = ctx.tokens, ctx.words
    opening = range(begin, min(end - 2, begin + _SHORTEST_CLAUSE))
    for index in opening:
        word, after = tokens.lower[index], tokens.lower[index + 1]
        if word in _NO_SUBJECTS or not word.isalpha():
            return False
        plural = word.endswith("s") and word not in words.determiners
        joined = after in words.prepositions or after in words.conjunctions
        if (tokens.capital[index] or plural or word in COLLECTIVES) and (
            after.isalpha() and not joined
        ):
            return True
    return False
