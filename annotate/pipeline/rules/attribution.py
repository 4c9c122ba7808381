"""Attributions: which source vouches, and for which stretch of text."""

from dataclasses import dataclass
from typing import NamedTuple

from annotate.pipeline.rules.claims import clause_start, cut_before, skip_to_content, trim_claim
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.cues import Cue, find_cues
from annotate.pipeline.rules.phrases import phrase_end, subject_start
from annotate.pipeline.rules.tokens import Range, RuleSpan

__all__ = ["find_attributions"]

_CLOSING_CONJUNCTIONS = frozenset({"and", "but", "while", "though", "although", "or", "yet"})
_LONGEST_TAIL = 8


@dataclass(frozen=True, slots=True)
class _Mention:
    """A cue with the source it belongs to. `kind`: subject, lone, inverted or according."""

    start: int
    end: int
    cue: Cue
    kind: str


class _Content(NamedTuple):
    start: int
    end: int
    rule: str


def find_attributions(ctx: Context) -> list[RuleSpan]:
    """Find the Source and Claim spans of a paragraph, in no particular order."""
    spans: list[RuleSpan] = []
    for sentence in ctx.sentences:
        spans.extend(_attribute(sentence, ctx))
    claimed = [(span.start, span.end) for span in spans]
    spans.extend(_continued_quotes(claimed, ctx))
    return spans


def _attribute(sentence: Range, ctx: Context) -> list[RuleSpan]:
    mentions = _find_mentions(sentence, ctx)
    spans: list[RuleSpan] = []
    low = sentence[0]
    for number, mention in enumerate(mentions):
        if mention.start < low:
            continue
        high = _next_cut(mention, mentions[number + 1 :], sentence[1], ctx)
        contents = _contents(mention, low, high, sentence, ctx)
        if not contents and not _stands_alone(mention, ctx):
            continue
        spans.append(RuleSpan(mention.start, mention.end, "Source", f"source_{mention.kind}"))
        for content in contents:
            claim = trim_claim(content.start, content.end, ctx)
            if claim is not None:
                spans.append(RuleSpan(*claim, "Claim", content.rule))
        low = max([mention.end, *[content.end for content in contents]])
    return spans


def _stands_alone(mention: _Mention, ctx: Context) -> bool:
    verb = mention.cue.verb
    return mention.kind == "subject" and verb is not None and verb.content == "clause"


def _find_mentions(sentence: Range, ctx: Context) -> list[_Mention]:
    mentions: list[_Mention] = []
    low, end = sentence
    for cue in find_cues(sentence, ctx):
        mention = _find_source(cue, low, end, ctx)
        if mention is not None:
            mentions.append(mention)
            low = mention.end
    return mentions


def _find_source(cue: Cue, low: int, end: int, ctx: Context) -> _Mention | None:
    tokens, quotes = ctx.tokens, ctx.quotes
    if cue.kind == "according":
        stop = phrase_end(cue.end, end, ctx)
        return _Mention(cue.start, stop, cue, "according") if stop > cue.end else None
    if cue.kind == "gerund":
        return _Mention(cue.start, cue.end, cue, "lone")
    before = tokens.texts[cue.start - 1] if cue.start > low else ""
    after_quote = cue.start > 0 and cue.start - 1 in quotes
    if (before == "," or after_quote) and cue.start == cue.head and _can_invert(cue, ctx):
        stop = _inverted_end(cue, end, ctx)
        if stop is not None:
            return _Mention(cue.start, stop, cue, "inverted")
    start = subject_start(cue.start, low, ctx)
    if start is not None:
        return _Mention(start, cue.end, cue, "subject")
    if ctx.tokens.lower[cue.start - 1 : cue.start] and before in _CLOSING_CONJUNCTIONS:
        return _Mention(cue.start, cue.end, cue, "lone")
    return None


def _can_invert(cue: Cue, ctx: Context) -> bool:
    verb = cue.verb
    return verb is not None and verb.postposed and ("past" in verb.forms or "third" in verb.forms)


def _inverted_end(cue: Cue, end: int, ctx: Context) -> int | None:
    """Return the end of the subject that follows its verb (", said Mayor Vahl")."""
    tokens, words = ctx.tokens, ctx.words
    if cue.end >= end or cue.end in ctx.quotes:
        return None
    first = tokens.lower[cue.end]
    if not tokens.capital[cue.end] and first not in words.determiners:
        if first not in words.subject_pronouns or first in words.relative_pronouns:
            return None
    stop = phrase_end(cue.end, end, ctx)
    if stop >= end or tokens.texts[stop] in {".", ",", ";", "?", "!", ":", "—"} or stop in ctx.quotes:
        if stop < end and tokens.texts[stop] == "," and cue.start - 1 not in ctx.quotes:
            return stop
        return stop
    return None


def _next_cut(mention: _Mention, later: list[_Mention], end: int, ctx: Context) -> int:
    """Return where the content after a mention has to end: before the next independent one."""
    tokens = ctx.tokens
    for other in later:
        start = other.start
        if start <= mention.end or start == 0:
            continue
        before = tokens.lower[start - 1]
        if other.kind == "according":
            return start
        if other.kind == "lone" and (before == "," or before in _CLOSING_CONJUNCTIONS):
            return start
        if other.kind == "inverted":
            return start
        if other.kind == "subject":
            if before == ";" or before in {"while", "although", "though"}:
                return start
            if before in _CLOSING_CONJUNCTIONS and tokens.texts[start - 2] == ",":
                return start
    return end


def _contents(
    mention: _Mention, low: int, high: int, sentence: Range, ctx: Context
) -> list[_Content]:
    if mention.kind == "according":
        return _around_according(mention, low, high, ctx)
    contents: list[_Content] = []
    left = _left_content(mention, low, high, ctx)
    if left is not None:
        contents.append(left)
    right = _right_content(mention, high, left is not None, ctx)
    if right is not None:
        contents.append(right)
    return contents


def _around_according(mention: _Mention, low: int, high: int, ctx: Context) -> list[_Content]:
    end = cut_before(mention.start, low, ctx)
    if end - low > 3:
        return [_Content(clause_start(low, end, ctx), end, "claim_before_according")]
    if mention.end + 2 < high:
        return [_Content(mention.end, cut_before(high, mention.end, ctx), "claim_after_according")]
    return []


def _left_content(mention: _Mention, low: int, high: int, ctx: Context) -> _Content | None:
    tokens, quotes = ctx.tokens, ctx.quotes
    start = mention.start
    if start - low < 2 or mention.kind == "lone":
        return None
    if start - 1 in quotes:
        begin = clause_start(low, start, ctx)
        return _Content(begin, start, "claim_quote_before")
    if tokens.texts[start - 1] != "," or (mention.cue.verb and not mention.cue.verb.postposed):
        return None
    rest = high - mention.end
    if rest > 0 and tokens.texts[mention.end] == "," or rest <= _LONGEST_TAIL:
        if rest > 1 and tokens.lower[mention.end] in {"that", "the", "he", "she", "it", "they"}:
            return None
        if mention.end < high and mention.end in quotes:
            return None
        return _Content(clause_start(low, start, ctx), start, "claim_clause_before")
    return None


def _right_content(
    mention: _Mention, high: int, has_left: bool, ctx: Context
) -> _Content | None:
    tokens, quotes = ctx.tokens, ctx.quotes
    begin = skip_to_content(mention.end, high, ctx)
    if begin >= high:
        return None
    if has_left:
        quoted = [i for i in range(begin, min(high, begin + 3)) if i in quotes]
        if not quoted and tokens.texts[mention.end] != ",":
            return None
    end = cut_before(high, begin, ctx) if high < len(tokens) else high
    if end - begin < 1 or not any(text[0].isalnum() for text in tokens.texts[begin:end]):
        return None
    rule = "claim_quote_after" if begin in quotes else "claim_clause_after"
    if mention.cue.verb is not None and mention.cue.verb.content == "object":
        rule = "claim_object_after"
    return _Content(begin, end, rule)


def _continued_quotes(claimed: list[Range], ctx: Context) -> list[RuleSpan]:
    """Quotations that make up sentences of their own and that no cue claimed."""
    taken = [False] * len(ctx.tokens)
    for start, end in claimed:
        taken[start:end] = [True] * (end - start)
    starts = {start for start, _ in ctx.sentences}
    spans = []
    for start, end in ctx.quotes.ranges:
        if end - start < 6 or any(taken[start:end]):
            continue
        if start not in starts and end - start < 10:
            continue
        claim = trim_claim(start, end, ctx)
        if claim is not None:
            spans.append(RuleSpan(*claim, "Claim", "claim_continued_quote"))
    return spans
