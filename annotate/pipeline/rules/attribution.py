"""Attributions: the Source and Claim spans of a paragraph."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from annotate.pipeline.rules.announcements import find_announcements
from annotate.pipeline.rules.claims import cut_before, skip_openers, trim_claim
from annotate.pipeline.rules.clauses import find_clauses
from annotate.pipeline.rules.contents import (
    Content,
    content_limit,
    find_contents,
    with_recipient,
)
from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.headings import find_heading_source
from annotate.pipeline.rules.mentions import Mention, find_mentions
from annotate.pipeline.rules.nesting import find_nested
from annotate.pipeline.rules.nominals import find_nominals
from annotate.pipeline.rules.tokens import Range, RuleSpan, mark

# A quotation that no cue claims is a claim from this length on, with its marks; a longer one is
# asked for where it does not open its sentence.
_SHORTEST_QUOTE = 6
_LONGEST_TAIL = 8
_TAIL_OPENERS = frozenset({"on", "in", "at", "during", "after", "via"})
_SHORTEST_INNER_QUOTE = 10
_INQUIRIES = frozenset({"ask", "wonder"})
_DECLINE = frozenset({"decline", "refuse"})
_COMMENT = frozenset({("to", "comment"), ("comment", "."), ("to", "elaborate")})
_ABOUT = frozenset("about of on to for against up out down like".split())
_OUTSIDE = frozenset({".", ",", ";", ":", "—", "--"})


class Attributions(NamedTuple):
    """The Source and Claim spans of a paragraph, in no particular order.

    `parts` tell the same attributions apart as attribution research does (PARC): Source, Cue and
    Content, the content untrimmed, with "that" and its quotation marks.
    """

    spans: list[RuleSpan]
    parts: list[RuleSpan]


class _Sentence(NamedTuple):
    spans: list[RuleSpan]
    parts: list[RuleSpan]
    asking: list[RuleSpan]
    """Sources of questions: what they go on to say in the next sentence is theirs."""


def find_attributions(ctx: Context) -> Attributions:
    """Find the attributions of a paragraph."""
    spans = find_heading_source(ctx)
    parts: list[RuleSpan] = []
    if spans:
        return Attributions(spans, parts)
    asking: list[RuleSpan] = []
    for sentence in ctx.sentences:
        found = _attribute(sentence, ctx)
        spans.extend(found.spans)
        parts.extend(found.parts)
        asking.extend(found.asking)
    taken = mark(spans, len(ctx.tokens))
    for sentence in ctx.sentences:
        spans.extend(find_nominals(sentence, taken, ctx))
        announced = find_announcements(sentence, taken, ctx)
        spans.extend(announced)
        spans.extend(_nested(announced, ctx))
    quotes = _continued_quotes(spans, ctx)
    spans.extend(claim for claim, _ in quotes)
    spans.extend(_nested((claim for claim, _ in quotes), ctx))
    parts.extend(RuleSpan(*around, "Content", claim.rule) for claim, around in quotes)
    spans.extend(_going_on(asking, [around for _, around in quotes], ctx))
    return Attributions(spans, parts)


def _going_on(
    asking: Iterable[RuleSpan], quotes: Iterable[Range], ctx: Context
) -> Iterator[RuleSpan]:
    """Yield the sources of questions after which a quotation goes on (“Why?” he said. “It is.”)."""
    starts = {start for start, _ in quotes}
    for source in asking:
        if ctx.sentence_at(source.start)[1] in starts:
            yield source


def _nested(spans: Iterable[RuleSpan], ctx: Context) -> list[RuleSpan]:
    return find_nested([(span.start, span.end) for span in spans if span.label == "Claim"], ctx)


def _attribute(sentence: Range, ctx: Context) -> _Sentence:
    mentions = _without_reported(find_mentions(sentence, ctx), sentence, ctx)
    spans: list[RuleSpan] = []
    parts: list[RuleSpan] = []
    asking: list[RuleSpan] = []
    low = sentence[0]
    for number, mention in enumerate(mentions):
        if mention.start < low or _keeps_silent(mention, ctx):
            continue
        high = content_limit(mention, mentions[number + 1 :], sentence[1], ctx)
        contents = find_contents(mention, low, high, ctx)
        outer = _around_attribution(mention, low, sentence, ctx) if not contents else None
        if outer is not None:
            spans.append(RuleSpan(mention.start, mention.end, "Source", "source_according"))
            spans.append(outer)
            continue
        if not contents and mention.kind != "citing":
            continue
        rule = f"source_{mention.kind}"
        if _takes_object(mention, ctx):
            rule = "source_object"
        parts.extend(_parts(mention, contents, rule, ctx))
        if rule == "source_object" and not any(_is_told(content, ctx) for content in contents):
            continue
        if _asks(mention, contents, ctx):
            continue
        claims = [
            RuleSpan(*claim, "Claim", content.rule)
            for content in contents
            for claim in find_clauses(content.start, content.end, ctx)
        ]
        # A question asserts nothing, so nobody vouches for it.
        if contents and not claims:
            asking.append(RuleSpan(mention.start, mention.end, "Source", rule))
            continue
        end = with_recipient(mention, contents, ctx)
        spans.append(RuleSpan(mention.start, end, "Source", rule))
        spans.extend(claims)
        spans.extend(_nested(claims, ctx))
        low = max([mention.end, *[content.end for content in contents]])
    return _Sentence(spans, parts, asking)


def _takes_object(mention: Mention, ctx: Context) -> bool:
    """Say whether a cue is about a thing and reports no clause ("praised", "talked about")."""
    verb = mention.cue.verb
    if verb is not None:
        return verb.content == "object"
    return mention.cue.kind != "according" and ctx.tokens.lower[mention.cue.end - 1] in _ABOUT


def _asks(mention: Mention, contents: list[Content], ctx: Context) -> bool:
    """Say whether somebody only asks: a question asserts nothing."""
    verb = mention.cue.verb
    if verb is None or verb.lemma not in _INQUIRIES:
        return False
    return not any(content.start in ctx.quotes for content in contents)


def _is_told(content: Content, ctx: Context) -> bool:
    """Say whether a content is a clause or a quotation and not a thing that is judged."""
    start = content.start
    return start in ctx.quotes or (start > 0 and ctx.tokens.lower[start - 1] == "that")


def _keeps_silent(mention: Mention, ctx: Context) -> bool:
    """Say whether somebody only declines to comment: that vouches for nothing."""
    verb, end = mention.cue.verb, mention.end
    silent = verb is not None and verb.lemma in _DECLINE
    return silent and ctx.tokens.lower[end : end + 2] in _COMMENT


def _parts(mention: Mention, contents: list[Content], rule: str, ctx: Context) -> list[RuleSpan]:
    """Tell the source, its cue and its contents apart."""
    cue = mention.cue
    parts = [RuleSpan(cue.start, cue.end, "Cue", rule)]
    for side in ((mention.start, cue.start), (cue.end, mention.end)):
        named = _cut_marks(*side, ctx)
        if named is not None:
            parts.append(RuleSpan(*named, "Source", rule))
    for content in contents:
        start = content.start
        if start > mention.end and ctx.tokens.lower[start - 1] == "that":
            start -= 1
        whole = _cut_marks(start, content.end, ctx)
        if whole is not None:
            parts.append(RuleSpan(*whole, "Content", content.rule))
    return parts


def _cut_marks(start: int, end: int, ctx: Context) -> Range | None:
    """Return the range without punctuation at its end, but for that of a quotation."""
    while end > start and ctx.tokens.texts[end - 1] in _OUTSIDE and end - 1 not in ctx.quotes:
        end -= 1
    return (start, end) if start < end else None


def _around_attribution(
    mention: Mention, low: int, sentence: Range, ctx: Context
) -> RuleSpan | None:
    """Return the claim of "…, according to a memo" where it reports an attribution itself."""
    if mention.kind != "according" or low == sentence[0]:
        return None
    end = cut_before(mention.start, sentence[0], ctx)
    claim = trim_claim(skip_openers(sentence[0], end, ctx), end, ctx)
    return None if claim is None else RuleSpan(*claim, "Claim", "claim_outer")


def _without_reported(mentions: list[Mention], sentence: Range, ctx: Context) -> list[Mention]:
    """Leave out what a source at the end of the sentence reports ("…, the memo said.")."""
    if len(mentions) < 2:
        return mentions
    last = mentions[-1]
    verb = last.cue.verb
    rest = sentence[1] - last.end
    closes = rest <= 1 or (rest <= _LONGEST_TAIL and ctx.tokens.lower[last.end] in _TAIL_OPENERS)
    closes = closes and ctx.tokens.texts[last.start - 1] == ","
    if not closes or last.kind not in {"subject", "inverted"} or verb is None:
        return mentions
    if not verb.postposed or any(
        m.kind == "inverted" or m.start - 1 in ctx.quotes for m in mentions[:-1]
    ):
        return mentions
    return [last]


def _continued_quotes(spans: list[RuleSpan], ctx: Context) -> list[tuple[RuleSpan, Range]]:
    """Quotations that make up sentences of their own and that no cue claimed, with their marks."""
    taken = mark(spans, len(ctx.tokens))
    starts = {start for start, _ in ctx.sentences}
    claims: list[tuple[RuleSpan, Range]] = []
    for start, end in ctx.quotes.ranges:
        shortest = _SHORTEST_QUOTE if start in starts else _SHORTEST_INNER_QUOTE
        if end - start < shortest or any(taken[start:end]):
            continue
        rule = "claim_continued_quote" if start in starts else "claim_inner_quote"
        claims.extend(
            (RuleSpan(*claim, "Claim", rule), (start, end))
            for claim in find_clauses(start, end, ctx)
        )
    return claims
