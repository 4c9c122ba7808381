"""Contents: the stretch of text that a mentioned source vouches for."""

from collections.abc import Sequence
from typing import NamedTuple

from annotate.pipeline.rules.claims import cut_before, skip_openers, skip_to_content
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import has_finite
from annotate.pipeline.rules.mentions import Mention
from annotate.pipeline.rules.phrases import phrase_end
from annotate.pipeline.rules.reported import is_reported, lacks_content

_CONJUNCTIONS = frozenset({"and", "but", "while", "though", "although", "or", "yet"})
_CONTRASTS = frozenset({"while", "although", "though"})
# Before a source at the start of a sentence these make its clause a subordinate one.
_SUBORDINATORS = frozenset("while as after when although though because since".split())
_DASHES = frozenset({"—", "–", "--", "-"})
_COMPARISONS = frozenset({("compared", "to"), ("compared", "with")})
_QUOTE_STOPS = frozenset({",", ".", "?", "!", "…"})
_OBJECT_STOPS = frozenset(", ; because after when while before since although though".split())
_CLAUSE_SUBJECTS = frozenset({"that", "the", "he", "she", "it", "they"})
# A source that closes its sentence has at most this many tokens after its cue.
_LONGEST_TAIL = 8
_LONGEST_RECIPIENT = 8
_LONGEST_OPENER = 3
_LONGEST_OBJECT = 12
_RECIPIENT_STOPS = frozenset("in on at during after before this last when as earlier about".split())
_SHORTEST_CLAUSE = 3
_ADVERBS = frozenset({"even", "just", "earlier", "later", "last", "asked", "then", "speaking"})


class Content(NamedTuple):
    """A stretch of tokens that holds a claim, and the name of the rule that found it."""

    start: int
    end: int
    rule: str


def content_limit(mention: Mention, later: Sequence[Mention], end: int, ctx: Context) -> int:
    """Return where the content after a mention has to end: before the next independent one."""
    tokens = ctx.tokens
    limit = _clause_limit(mention, end, ctx)
    for other in later:
        start = other.start
        if start <= mention.end or start == 0:
            continue
        before = tokens.lower[start - 1]
        joined = before in _CONJUNCTIONS
        if other.kind in {"according", "inverted", "citing"}:
            return min(limit, start)
        if other.kind == "lone" and (before == "," or joined):
            return min(limit, start)
        if other.kind != "subject":
            continue
        if before == ";" or before in _CONTRASTS:
            return min(limit, start)
        quotation = ctx.quotes.ending_at(start - 1)
        if quotation is not None and quotation[0] > mention.end:
            return min(limit, quotation[0])
        if before == "," and _opens_main_clause(other, end, ctx):
            return min(limit, start)
        if joined and tokens.texts[start - 2] == ",":
            return min(limit, start)
    return limit


def _opens_main_clause(mention: Mention, end: int, ctx: Context) -> bool:
    """Say whether a source after a comma surely has a content of its own."""
    after = mention.end
    if after >= end:
        return False
    if ctx.tokens.lower[after] == "," and after + 1 < end:
        after += 1
    return after in ctx.quotes or ctx.tokens.lower[after] in {"that", ":"}


def _clause_limit(mention: Mention, end: int, ctx: Context) -> int:
    """Return the end of the subordinate or bracketed clause that a mention stands in."""
    tokens = ctx.tokens
    start = mention.start
    before = tokens.lower[start - 1] if start else ""
    sentence_start = ctx.sentence_at(start)[0]
    if before in _SUBORDINATORS and start - sentence_start <= 4:
        return _next_mark(mention.end + 1, end, ",", ctx)
    if before == "(" or tokens.texts[sentence_start] == "(":
        return _next_mark(mention.end, end, ")", ctx)
    relative = tokens.lower[start] in {"who", "which"}
    if relative and before == "," and mention.end < end and tokens.lower[mention.end] != "that":
        return _next_mark(mention.end + 1, end, ",", ctx)
    return end


def _next_mark(start: int, end: int, mark: str, ctx: Context) -> int:
    for index in range(start, end):
        if ctx.tokens.texts[index] == mark and index not in ctx.quotes:
            return index
    return end


def find_contents(mention: Mention, low: int, high: int, ctx: Context) -> list[Content]:
    """Find what a mention vouches for between `low` and `high`: before it, after it, or both."""
    if mention.kind == "citing":
        return []
    if mention.kind == "according":
        return _around_according(mention, low, high, ctx)
    aside = _beside_as(mention, low, ctx)
    if aside is not None:
        return [aside]
    before = _content_before(mention, low, high, ctx)
    after = _content_after(mention, high, before is not None, ctx)
    if before is not None and after is not None and _is_bare_subject(before, after, ctx):
        return [after]
    return [content for content in (before, after) if content is not None]


def _beside_as(mention: Mention, low: int, ctx: Context) -> Content | None:
    """Find the main clause that an "as" clause vouches for ("As he told CNN, …")."""
    tokens, verb, start = ctx.tokens, mention.cue.verb, mention.start
    if start == 0 or tokens.lower[start - 1] != "as" or verb is None or not verb.postposed:
        return None
    first, last = ctx.sentence_at(start)
    stop = next((i for i in range(mention.end, last) if tokens.texts[i] in {",", "."}), last)
    if stop - mention.end > _LONGEST_RECIPIENT or has_finite(mention.end, stop, ctx):
        return None
    if any(index in ctx.quotes for index in range(mention.end, stop)):
        return None
    if start - first <= _LONGEST_OPENER:
        if stop + _SHORTEST_CLAUSE >= last or tokens.texts[stop] != ",":
            return None
        return Content(stop + 1, cut_before(last, stop, ctx), "claim_clause_after")
    if tokens.texts[start - 2] != "," or start - 2 - low < _SHORTEST_CLAUSE:
        return None
    return Content(skip_openers(low, start - 2, ctx), start - 2, "claim_clause_before")


def with_recipient(mention: Mention, contents: Sequence[Content], ctx: Context) -> int:
    """Return the end of a source with the person spoken to ("warned Lowhaven that").

    The object of a cue before a colon belongs to it as well ("addressed the crew: “…”").
    """
    verb, end = mention.cue.verb, mention.end
    lower, words = ctx.tokens.lower, ctx.words
    if verb is None or not contents:
        return end
    colon = contents[-1].start - 1
    if verb.content == "object" and end < colon <= end + _LONGEST_OBJECT and lower[colon] == ":":
        return colon
    if not verb.addressed:
        return end
    last = ctx.sentence_at(end - 1)[1] if contents[-1].start < end else contents[-1].start
    if last == end + 1 and lower[end] == "that":
        return end  # nobody is spoken to: "warned that"
    if lower[last - 1] == "that" and end < last - 1 <= end + _LONGEST_RECIPIENT:
        return last - 1 - (lower[last - 2] == ",")
    stop = phrase_end(end, min(last, end + _LONGEST_RECIPIENT), ctx)
    for index in range(end, stop):
        dated = lower[index] in words.time_words and not ctx.tokens.texts[index].isupper()
        if dated or lower[index] in _RECIPIENT_STOPS:
            return index
    return stop


def _is_bare_subject(before: Content, after: Content, ctx: Context) -> bool:
    """Say whether a source stands between a claim's subject and its verb ("It, he said, is")."""
    tokens, words = ctx.tokens, ctx.words
    if tokens.lower[after.start] not in words.finite_auxiliaries:
        return False
    return words.finite_auxiliaries.isdisjoint(tokens.lower[before.start : before.end])


def _around_according(mention: Mention, low: int, high: int, ctx: Context) -> list[Content]:
    end = cut_before(mention.start, low, ctx)
    if end - low >= _SHORTEST_CLAUSE:
        return [Content(skip_openers(low, end, ctx), end, "claim_before_according")]
    if mention.end + 2 < high:
        return [Content(mention.end, cut_before(high, mention.end, ctx), "claim_after_according")]
    return []


def _content_before(mention: Mention, low: int, high: int, ctx: Context) -> Content | None:
    tokens, quotes = ctx.tokens, ctx.quotes
    start = mention.start
    relative = tokens.lower[start] in ctx.words.relative_pronouns
    if start - low < 2 or mention.kind == "lone" or relative:
        return None
    begin = skip_openers(low, start, ctx)
    if start - 1 in quotes:
        return Content(begin, start, "claim_quote_before")
    if tokens.texts[start - 1] != "," or (mention.cue.verb and not mention.cue.verb.postposed):
        return None
    rest = high - mention.end
    if not ((rest > 0 and tokens.texts[mention.end] == ",") or rest <= _LONGEST_TAIL):
        return None
    addressed = mention.cue.verb is not None and mention.cue.verb.addressed
    if rest > 1 and not addressed and tokens.lower[mention.end] in _CLAUSE_SUBJECTS:
        return None
    if mention.end < high and mention.end in quotes:
        return None
    if rest > 1 and _is_adverbial(begin, start - 1, ctx):
        return None
    return Content(begin, start, "claim_clause_before")


def _is_adverbial(start: int, end: int, ctx: Context) -> bool:
    """Say whether the text before a source is an adverbial alone ("In an interview, …")."""
    tokens, words = ctx.tokens, ctx.words
    first = tokens.lower[start]
    opens = first in words.prepositions or first in words.subordinators or first in _ADVERBS
    return opens and "," not in tokens.texts[start:end]


def _content_after(mention: Mention, high: int, has_before: bool, ctx: Context) -> Content | None:
    tokens, quotes = ctx.tokens, ctx.quotes
    verb = mention.cue.verb
    begin = skip_to_content(mention.end, high, verb, ctx)
    if begin >= high:
        return None
    quoted = begin in quotes
    if has_before:
        near = any(index in quotes for index in range(begin, min(high, begin + 3)))
        goes_on = mention.cue.kind == "gerund" or tokens.lower[mention.end] in {",", "that"}
        if not near and not goes_on:
            return None
    if lacks_content(mention, begin, quoted=quoted, ctx=ctx):
        return None
    end = cut_before(high, begin, ctx) if high < len(tokens) else high
    if quoted:
        return Content(begin, _quote_end(begin, end, ctx), "claim_quote_after")
    if (
        verb is not None
        and verb.content in {"object", "both"}
        and tokens.lower[begin - 1] != "that"
    ):
        end = _object_end(begin, end, ctx)
    end = _before_aside(begin, end, ctx)
    if end <= begin or not is_reported(verb, begin, end, ctx):
        return None
    if verb is not None and verb.content == "object":
        return Content(begin, end, "claim_object_after")
    return Content(begin, end, "claim_clause_after")


def _before_aside(begin: int, end: int, ctx: Context) -> int:
    """Return where an aside of the writer begins: after a single dash, or a comparison."""
    tokens = ctx.tokens
    outside = [index for index in range(begin + 1, end - 1) if index not in ctx.quotes]
    dashes = [i for i in outside if tokens.texts[i] in _DASHES and tokens.spaces[i]]
    if len(dashes) == 1:
        end = dashes[0]
    compared = (i for i in outside if tokens.lower[i : i + 2] in _COMPARISONS)
    return min(next(compared, end), end)


def _quote_end(begin: int, end: int, ctx: Context) -> int:
    """Return the end of a content that opens with a quotation: its own if that is a sentence."""
    _, last = ctx.quotes.ranges[ctx.quotes.owner[begin]]
    return last if last < end and ctx.tokens.texts[last - 2] in _QUOTE_STOPS else end


def _object_end(begin: int, end: int, ctx: Context) -> int:
    """Return where the object of a verb ends: before a comma or an adverbial clause."""
    for index in range(begin + 1, end):
        if index in ctx.quotes:
            continue
        if ctx.tokens.lower[index] in _OBJECT_STOPS:
            return index
    return end
