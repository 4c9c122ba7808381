"""Reporting nouns with their possessor as sources: "the union's threat to strike"."""

from annotate.pipeline.rules.claims import trim_claim
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.phrases import is_break
from annotate.pipeline.rules.subjects import subject_start
from annotate.pipeline.rules.tokens import Range, RuleSpan

_POSSESSIVES = frozenset({"his", "her", "their", "its", "my", "our", "your"})
_OPENERS = frozenset({"that", "to"})
_BE = frozenset({"is", "was", "are", "were"})
_NEW_CLAUSES = frozenset({"and", "or", "but", "that", "who", "which", "if"})
_STOPS = frozenset({"after", "before", "when", "while", "during", "because", "since", "as"})


def find_nominals(sentence: Range, taken: list[bool], ctx: Context) -> list[RuleSpan]:
    """Find sources that are a possessor and a reporting noun before "that" or "to".

    `taken` marks the tokens that other sources and claims have; nothing is found there.
    """
    tokens, nouns = ctx.tokens, ctx.lexicon.clausal_nouns
    start, end = sentence
    spans: list[RuleSpan] = []
    for index in range(start + 1, end - 3):
        if tokens.lower[index] not in nouns or taken[index] or index in ctx.quotes:
            continue
        last = index + 1
        if tokens.lower[last] in _BE and tokens.lower[last + 1] == "that":
            last += 1
        if tokens.lower[last] not in _OPENERS:
            continue
        first = _possessor_start(index, start, ctx)
        if first is None and tokens.lower[last] == "that":
            first = _phrase_start(index, start, ctx)
        if first is None:
            continue
        begin = last + (tokens.lower[last] == "that")
        claim = trim_claim(begin, _claim_end(begin, end, ctx), ctx)
        if claim is None or any(taken[first : claim[1]]):
            continue
        spans.append(RuleSpan(first, last, "Source", "source_noun"))
        spans.append(RuleSpan(*claim, "Claim", "claim_after_noun"))
    return spans


def _possessor_start(noun: int, start: int, ctx: Context) -> int | None:
    """Return where the possessor of a noun begins ("their", "Mayor Vahl's repeated")."""
    tokens = ctx.tokens
    for index in range(noun - 1, max(start, noun - 3) - 1, -1):
        word = tokens.lower[index]
        if word in _POSSESSIVES:
            return index
        if word in {"'s", "'"}:
            return subject_start(index, start, ctx)
        if is_break(index, ctx) or word in ctx.words.prepositions:
            break
    return None


def _phrase_start(noun: int, start: int, ctx: Context) -> int | None:
    """Return where the phrase of a noun without a possessor begins ("a new report", "charges")."""
    tokens, words = ctx.tokens, ctx.words
    for index in range(noun - 1, max(start, noun - 4) - 1, -1):
        word = tokens.lower[index]
        if word in words.determiners:
            return index
        if is_break(index, ctx) or word in words.prepositions or not word.isalpha():
            break
    plural = tokens.lower[noun].endswith("s")
    bare = noun == start or tokens.lower[noun - 1] in words.prepositions
    return noun if plural and bare else None


def _claim_end(begin: int, end: int, ctx: Context) -> int:
    """Return where the claim after a noun ends: before a comma or a new clause."""
    tokens = ctx.tokens
    # An infinitive has no finite verb of its own, a clause has one.
    verbs = 0 if tokens.lower[begin] == "to" else 1
    for index in range(begin + 1, end):
        if tokens.texts[index] in {",", ";", "—", "--", ")"} and index not in ctx.quotes:
            return index
        if tokens.lower[index] in _STOPS:
            return index
        if tokens.lower[index] in ctx.words.finite_auxiliaries:
            if verbs == 0:
                return index
            verbs -= 1
        elif tokens.lower[index] in _NEW_CLAUSES:
            verbs += 1
    return end
