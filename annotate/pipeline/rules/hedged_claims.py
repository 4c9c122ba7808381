"""Claims in the writer's own voice: what a hedge outside all attributions weakens."""

from collections.abc import Sequence

from annotate.pipeline.rules.claims import trim_claim
from annotate.pipeline.rules.clauses import skip_setting
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.hedges import Hedge
from annotate.pipeline.rules.phrases import is_break, phrase_end, verb_group_start
from annotate.pipeline.rules.subjects import subject_start
from annotate.pipeline.rules.tokens import Range, RuleSpan, mark

# Words after a comma that open a clause of its own.
_CLAUSE_OPENERS = frozenset(
    "but while which who whose although though whereas yet where when because since".split()
)
_COORDINATORS = frozenset({"and", "or", "but"})
_CONDITIONS = frozenset({"if", "unless"})
_DASHES = frozenset({"—", "--", "–"})
_LONGEST_PHRASE = 8


def find_hedged_claims(
    hedges: Sequence[Hedge], spans: Sequence[RuleSpan], ctx: Context
) -> list[RuleSpan]:
    """Find the claims that hedges weaken outside the claims in `spans`, without overlap.

    `spans` are the spans found so far; the claims found leave their tokens out.
    """
    taken = mark(spans, len(ctx.tokens))
    claims: list[RuleSpan] = []
    for clausal in (True, False):
        for hedge in hedges:
            if taken[hedge.start] or hedge.nominal is clausal or hedge.start in ctx.quotes:
                continue
            found = _phrase(hedge, ctx) if hedge.nominal else _clause(hedge, ctx)
            if found is None:
                continue
            start, end = _free_part(found, hedge, taken, ctx)
            claim = trim_claim(start, end, ctx)
            if claim is None or not claim[0] <= hedge.start < hedge.end <= claim[1]:
                continue
            taken[claim[0] : claim[1]] = [True] * (claim[1] - claim[0])
            rule = "claim_hedged_phrase" if hedge.nominal else "claim_hedged_clause"
            claims.append(RuleSpan(*claim, "Claim", rule))
    return claims


def find_hedged_reports(hedges: Sequence[Hedge], spans: Sequence[RuleSpan]) -> list[RuleSpan]:
    """Find the claims that are a hedged attribution ("Vahl has reportedly said that …").

    Such a claim covers the source and the claim that follows it.
    """
    claims: list[RuleSpan] = []
    for source in spans:
        if source.label != "Source" or not any(
            hedge.kind == "adverb" and source.start <= hedge.start < source.end for hedge in hedges
        ):
            continue
        for span in spans:
            if span.label == "Claim" and 0 <= span.start - source.end <= 1:
                claims.append(RuleSpan(source.start, span.end, "Claim", "claim_outer"))
                break
    return claims


def _free_part(found: Range, hedge: Hedge, taken: Sequence[bool], ctx: Context) -> Range:
    start, end = hedge.start, hedge.end
    while start > found[0] and not taken[start - 1]:
        start -= 1
    while end < found[1] and not taken[end]:
        end += 1
    if end < found[1]:
        last = _without_dangling(hedge.end, end, ctx)
        # An attribution that hangs on the clause without a comma belongs to it.
        joined = all(
            word.isalpha() and word not in _COORDINATORS for word in ctx.tokens.lower[last:end]
        )
        end = found[1] if joined and not _is_cut(found[1], taken) else last
    return start, end


def _is_cut(end: int, taken: Sequence[bool]) -> bool:
    """Say whether a span may go on over the end of a stretch of tokens."""
    return end < len(taken) and taken[end - 1] and taken[end]


def _without_dangling(start: int, end: int, ctx: Context) -> int:
    """Cut words off that join a claim to an attribution after it ("… after the board said")."""
    words = ctx.words
    while end > start:
        word = ctx.tokens.lower[end - 1]
        joins = word in words.prepositions or word in words.subordinators or word == ","
        if not joins and word not in words.conjunctions and word not in words.determiners:
            break
        end -= 1
    return end


def _clause(hedge: Hedge, ctx: Context) -> Range | None:
    """Return the clause around a hedge that belongs to its verb."""
    start, end = ctx.sentence_at(hedge.start)
    first = _clause_start(hedge, start, ctx)
    inserted = first > start and ctx.tokens.texts[first - 1] == ","
    if inserted and ctx.tokens.lower[first] in ctx.words.relative_pronouns:
        return first, _next_comma(hedge.end, end, ctx)
    main = skip_setting(first, end, ctx, concessions=True)
    first = main if main <= hedge.start else first
    return first, _clause_end(hedge.end, end, ctx)


def _next_comma(index: int, end: int, ctx: Context) -> int:
    for position in range(index, end):
        if ctx.tokens.texts[position] in {",", ";"} and position not in ctx.quotes:
            return position
    return end


def _clause_start(hedge: Hedge, start: int, ctx: Context) -> int:
    tokens, words = ctx.tokens, ctx.words
    if hedge.kind == "phrase" and tokens.lower[hedge.start] in {"it", "there"}:
        return hedge.start
    group = verb_group_start(hedge.start, start, ctx)
    if group > start and tokens.lower[group - 1] in words.relative_pronouns:
        pronoun = group - 1
        if pronoun > start and not is_break(pronoun - 1, ctx):
            return _short_phrase_start(pronoun, start, ctx)
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


def _short_phrase_start(index: int, start: int, ctx: Context) -> int:
    """Return where the noun phrase around a token begins, without what a preposition joins."""
    tokens, words = ctx.tokens, ctx.words
    first = index
    while first > start and index - first < _LONGEST_PHRASE:
        word = tokens.lower[first - 1]
        verb = ctx.lexicon.verbs.get(word)
        if is_break(first - 1, ctx) or (word in words.prepositions and word != "of"):
            break
        if word in words.subordinators or word in words.conjunctions:
            break
        if word in words.finite_auxiliaries or (word in words.be_forms and word != "'s"):
            break
        if (verb is not None and not verb.noun) or word.endswith("ing"):
            break
        if word in words.verb_particles:
            break
        first -= 1
        if word in words.determiners:
            break
    return first


def _phrase(hedge: Hedge, ctx: Context) -> Range | None:
    """Return the noun phrase around a hedge that belongs to a noun."""
    tokens, words = ctx.tokens, ctx.words
    start, end = ctx.sentence_at(hedge.start)
    first = _short_phrase_start(hedge.start, start, ctx)
    opens = first == start or (first == start + 1 and tokens.lower[start] in words.conjunctions)
    if hedge.kind == "noun" and opens:
        return first, _clause_end(hedge.end, end, ctx)
    last = phrase_end(hedge.end, end, ctx)
    return (first, last) if last > hedge.end else None
