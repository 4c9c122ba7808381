"""Claims in the writer's own voice: what a hedge outside all attributions weakens."""

from collections.abc import Sequence

from annotate.pipeline.rules.claims import trim_claim
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.hedges import Hedge
from annotate.pipeline.rules.phrases import is_break, phrase_end, subject_start, verb_group_start
from annotate.pipeline.rules.tokens import Range, RuleSpan

__all__ = ["find_hedged_claims"]

# Words after a comma that open a clause of its own.
_CLAUSE_OPENERS = frozenset(
    "but while which who whose although though whereas yet where when because since".split()
)
_CONDITIONS = frozenset({"if", "unless"})
_DASHES = frozenset({"—", "--", "–"})
_LONGEST_PHRASE = 8


def find_hedged_claims(
    hedges: Sequence[Hedge], spans: Sequence[RuleSpan], ctx: Context
) -> list[RuleSpan]:
    """Find the claims that hedges weaken outside the claims in `spans`, without overlap.

    `spans` are the spans found so far; the claims found leave their tokens out.
    """
    taken = [False] * len(ctx.tokens)
    for span in spans:
        taken[span.start : span.end] = [True] * (span.end - span.start)
    claims: list[RuleSpan] = []
    for clausal in (True, False):
        for hedge in hedges:
            if taken[hedge.start] or hedge.nominal is clausal or hedge.start in ctx.quotes:
                continue
            found = _phrase(hedge, ctx) if hedge.nominal else _clause(hedge, ctx)
            if found is None:
                continue
            start, end = _free_part(found, hedge, taken)
            claim = trim_claim(start, end, ctx)
            if claim is None or not claim[0] <= hedge.start < hedge.end <= claim[1]:
                continue
            taken[claim[0] : claim[1]] = [True] * (claim[1] - claim[0])
            rule = "claim_hedged_phrase" if hedge.nominal else "claim_hedged_clause"
            claims.append(RuleSpan(*claim, "Claim", rule))
    return claims


def _free_part(found: Range, hedge: Hedge, taken: Sequence[bool]) -> Range:
    start, end = hedge.start, hedge.end
    while start > found[0] and not taken[start - 1]:
        start -= 1
    while end < found[1] and not taken[end]:
        end += 1
    return start, end


def _sentence_of(index: int, ctx: Context) -> Range:
    for sentence in ctx.sentences:
        if sentence[0] <= index < sentence[1]:
            return sentence
    raise IndexError(index)


def _clause(hedge: Hedge, ctx: Context) -> Range | None:
    """Return the clause around a hedge that belongs to its verb."""
    start, end = _sentence_of(hedge.start, ctx)
    return _clause_start(hedge, start, ctx), _clause_end(hedge.end, end, ctx)


def _clause_start(hedge: Hedge, start: int, ctx: Context) -> int:
    tokens, words = ctx.tokens, ctx.words
    if hedge.kind == "phrase" and tokens.lower[hedge.start] in {"it", "there"}:
        return hedge.start
    group = verb_group_start(hedge.start, start, ctx)
    if group > start and tokens.lower[group - 1] in words.relative_pronouns:
        pronoun = group - 1
        if pronoun > start and not is_break(pronoun - 1, ctx):
            antecedent = subject_start(pronoun, start, ctx)
            return pronoun if antecedent is None else antecedent
        return pronoun
    first = start
    if tokens.lower[first] in words.conjunctions:
        first += 1
    if tokens.lower[first] in _CONDITIONS:
        return first
    subject = subject_start(group, first, ctx)
    if subject is not None:
        return subject
    return _after_break(hedge.start, first, ctx)


def _after_break(index: int, start: int, ctx: Context) -> int:
    tokens = ctx.tokens
    for position in range(index - 1, start - 1, -1):
        text = tokens.texts[position]
        if text in _DASHES or text in {";", ":"}:
            return position + 1
        if text == "," and tokens.lower[position + 1] in {*_CLAUSE_OPENERS, "and", "or"}:
            return position + 2
    return start


def _clause_end(index: int, end: int, ctx: Context) -> int:
    tokens = ctx.tokens
    for position in range(index, end):
        text = tokens.texts[position]
        if text in _DASHES or text in {";", ":"}:
            return position
        if text == "," and position + 1 < end and tokens.lower[position + 1] in _CLAUSE_OPENERS:
            return position
    return end


def _phrase(hedge: Hedge, ctx: Context) -> Range | None:
    """Return the noun phrase around a hedge that belongs to a noun."""
    tokens, words = ctx.tokens, ctx.words
    start, end = _sentence_of(hedge.start, ctx)
    first = hedge.start
    while first > start and hedge.start - first < _LONGEST_PHRASE:
        word = tokens.lower[first - 1]
        if is_break(first - 1, ctx) or word in words.prepositions or word in words.subordinators:
            break
        if word in words.finite_auxiliaries or word in words.conjunctions:
            break
        if word in ctx.lexicon.verbs or word.endswith("ing") or word in words.be_forms:
            break
        first -= 1
        if word in words.determiners:
            break
    if hedge.kind == "noun" and first <= start + 1:
        return first, _clause_end(hedge.end, end, ctx)
    last = phrase_end(hedge.end, end, ctx)
    return (first, last) if last > hedge.end else None
