"""The claims in a stretch of content: its sentences, and their coordinate clauses."""

from collections.abc import Iterator
from itertools import pairwise

from annotate.pipeline.rules.claims import skip_openers, trim_claim
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import can_be_clause, has_finite, is_finite, opens_clause
from annotate.pipeline.rules.tokens import Range

_FINAL = frozenset({".", "?", "!", "…", "..."})
_CLOSERS = frozenset({"”", '"', "''", "’", "'", ")", "]"})
_COORDINATORS = frozenset({"and", "but", "or", "yet", "so", "nor"})
_CONTRASTS = frozenset({"while", "whereas", "because", "though", "although"})
_RELATIVES = frozenset({"which", "who", "where", "whose"})
_BARE_SUBJECTS = frozenset("i he she we they it that's you there some nobody this".split())
_NOMINATIVES = frozenset("i he she we they".split())
# Words that open a subject or a content, though they can subordinate as well.
_NOMINAL_OPENERS = frozenset("that what how why".split())
_CONDITIONS = frozenset("if when whenever unless once because although though since".split())
_SETTINGS = frozenset("with despite amid besides given unlike notwithstanding".split())
_DASHES = frozenset({"—", "–", "--"})
_MARKS = frozenset({",", ";", ":", *_DASHES})
_JOINTS = frozenset({",", ";", *_DASHES, "and", "but", "or"})
_SHORTEST = 3
_LONGEST_FRAGMENT = 7


def find_clauses(start: int, end: int, ctx: Context) -> list[Range]:
    """Find the claims that a content holds, in order: a trimmed range for each.

    Its sentences are claims each, and so are coordinate clauses with a subject of their own,
    non-restrictive clauses and reported contrasts. Questions within a longer content assert
    nothing, nor do sentences without a verb.
    """
    whole = trim_claim(start, end, ctx)
    if whole is None:
        return []
    sentences = list(_sentences(*whole, ctx))
    sentences = [s for s in sentences if not _is_question(*s, ctx)]
    if len(sentences) > 1:
        sentences = [s for s in sentences if _is_statement(*s, ctx)] or sentences[:1]
    trimmed = (trim_claim(*part, ctx) for each in sentences for part in _clauses(*each, ctx))
    claims = [part for part in trimmed if part is not None]
    return claims + [inner for claim in claims for inner in _insertions(*claim, ctx)]


def _insertions(start: int, end: int, ctx: Context) -> list[Range]:
    """Find the non-restrictive clauses between two commas within a claim."""
    tokens = ctx.tokens
    commas = [index for index in range(start, end) if tokens.texts[index] == ","]
    return [
        (first + 1, last)
        for first, last in pairwise(commas)
        if tokens.lower[first + 1] == "which" and last - first > _SHORTEST
    ]


def skip_setting(start: int, end: int, ctx: Context, *, concessions: bool = False) -> int:
    """Skip an opening "with …" or "despite …" phrase before the clause that is claimed.

    A clause with "though" or "while" is skipped where `concessions` is set.
    """
    word = ctx.tokens.lower[start]
    if word not in _SETTINGS and not (concessions and word in _CONTRASTS):
        return start
    for index in range(start + 2, end - 2):
        if ctx.tokens.texts[index] == "," and opens_clause(index + 1, end, ctx):
            return index + 1
    return start


def _sentences(start: int, end: int, ctx: Context) -> Iterator[Range]:
    tokens = ctx.tokens
    first = index = start
    while index < end:
        if tokens.texts[index] in _FINAL:
            after = index + 1
            while after < end and tokens.texts[after] in _CLOSERS and not tokens.spaces[after - 1]:
                after += 1
            if after < end and _can_open(after, ctx):
                yield first, after
                first = index = after
                continue
        index += 1
    if first < end:
        yield first, end


def _can_open(index: int, ctx: Context) -> bool:
    tokens = ctx.tokens
    return tokens.capital[index] or tokens.texts[index] in {"“", '"', "''", "‘", "…", "..."}


def _is_question(start: int, end: int, ctx: Context) -> bool:
    texts = ctx.tokens.texts
    last = end - 1
    while last > start and texts[last] in _CLOSERS:
        last -= 1
    return texts[last] == "?"


def _is_statement(start: int, end: int, ctx: Context) -> bool:
    """Say whether a sentence among others has a verb; of a long one that is taken for granted."""
    opening = skip_openers(start, end, ctx)
    if end - opening > _LONGEST_FRAGMENT and not ctx.tokens.lower[opening].endswith("ing"):
        return True
    return can_be_clause(opening, end, ctx)


def _clauses(start: int, end: int, ctx: Context) -> Iterator[Range]:
    """Cut a sentence before each clause that is a claim of its own."""
    first = skip_setting(skip_openers(start, end, ctx), end, ctx)
    index = first + 1
    while index < end - 1:
        joint = ctx.tokens.lower[index] in _JOINTS
        begin = _new_clause(first, index, end, ctx) if joint else None
        if begin is None:
            index += 1
            continue
        contrasted = ctx.tokens.lower[first] in _CONTRASTS
        yield skip_openers(first + contrasted, index, ctx), index
        first, index = begin, begin + 1
    yield skip_openers(first, end, ctx), end


def _new_clause(first: int, index: int, end: int, ctx: Context) -> int | None:
    """Return where a clause begins that the token at `index` cuts off from the one before."""
    tokens = ctx.tokens
    text, word = tokens.texts[index], tokens.lower[index]
    if end - index < _SHORTEST:
        return None
    if text == ";":
        return index + 1 if has_finite(first, index, ctx) else None
    if text == "," or text in _DASHES:
        return _after_mark(first, index, end, ctx)
    if word in {"and", "but", "or"} and tokens.texts[index - 1] not in _MARKS:
        return _after_conjunction(first, index, end, ctx)
    return None


def _after_mark(first: int, index: int, end: int, ctx: Context) -> int | None:
    tokens = ctx.tokens
    after = index + 1
    word = tokens.lower[after]
    contrasted = tokens.texts[index] == "," and tokens.lower[first] in _CONTRASTS
    if contrasted and opens_clause(after, end, ctx):
        return after
    if tokens.texts[index] == "," and word in _RELATIVES:
        closed = any(tokens.texts[i] == "," for i in range(after, end))
        return None if closed else after
    if tokens.texts[index] == "," and word in _CONTRASTS:
        return after + 1 if _is_main(first, index, ctx) else None
    if word in _COORDINATORS:
        sure = ctx.tokens.lower[after + 1] in _NOMINATIVES and _is_main(first, index, ctx)
        if not sure and not _is_complete(first, index, ctx):
            return None
        return _after_joint(after + 1, end, ctx)
    splice = word in _BARE_SUBJECTS and _is_complete(first, index, ctx)
    if splice and opens_clause(after, end, ctx) and _is_clause(index, first, ctx):
        return after
    return None


def _after_conjunction(first: int, index: int, end: int, ctx: Context) -> int | None:
    """Return where the clause after "and" or "but" without a comma begins, if it is a claim."""
    if not _is_complete(first, index, ctx) or _is_subordinate(first, index, ctx):
        return None
    return _after_joint(index + 1, end, ctx)


def _after_joint(begin: int, end: int, ctx: Context) -> int | None:
    """Return where the clause after a conjunction begins, if it has a subject of its own."""
    lower = ctx.tokens.lower
    if begin + 1 >= end:
        return None
    if lower[begin] == "that" and not is_finite(begin + 1, begin, ctx):
        return begin + 1
    if begin in ctx.quotes and ctx.quotes.starting_at(begin):
        return begin if opens_clause(begin + 1, end, ctx) else None
    if opens_clause(begin, end, ctx):
        return begin
    if lower[begin] in ctx.words.prepositions or lower[begin] in ctx.words.discourse:
        for index in range(begin + 1, min(end - 1, begin + 8)):
            if ctx.tokens.texts[index] == ",":
                return begin if opens_clause(index + 1, end, ctx) else None
    return None


def _is_complete(first: int, index: int, ctx: Context) -> bool:
    """Say whether the text before a mark holds a main clause, no condition alone."""
    return _is_main(first, index, ctx) and has_finite(first, index, ctx)


def _is_main(first: int, index: int, ctx: Context) -> bool:
    """Say whether the text before a mark is no subordinate clause alone."""
    lower, words = ctx.tokens.lower, ctx.words
    begin = first
    while begin < index and (lower[begin] in _COORDINATORS or not lower[begin][0].isalnum()):
        begin += 1
    if begin >= index:
        return False
    if lower[begin] not in words.subordinators or lower[begin] in _NOMINAL_OPENERS:
        return True
    return any(
        ctx.tokens.texts[position] == "," and opens_clause(position + 1, index, ctx)
        for position in range(begin + 1, index - 1)
    )


def _is_clause(index: int, first: int, ctx: Context) -> bool:
    """Say whether the text between a mark and the one before it is a main clause."""
    tokens = ctx.tokens
    begin = index
    while begin > first and tokens.texts[begin - 1] not in _MARKS:
        begin -= 1
    if not _CONDITIONS.isdisjoint(tokens.lower[begin:index]):
        return False
    if begin > first and tokens.lower[begin] in _COORDINATORS:
        begin += 1
    return begin == first or opens_clause(begin, index, ctx)


def _is_subordinate(first: int, index: int, ctx: Context) -> bool:
    """Say whether the clause before a conjunction is a subordinate one, since the last comma."""
    tokens, words = ctx.tokens, ctx.words
    for position in range(index - 1, first, -1):
        if tokens.texts[position] in _MARKS:
            return False
        word = tokens.lower[position]
        if word in words.subordinators and word != "than" and position > first:
            return word != "that" or tokens.lower[position - 1] != ","
    return False
