"""Mentions of sources: a cue together with the subject that reports."""

from dataclasses import dataclass, replace

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.cues import Cue, find_cues
from annotate.pipeline.rules.inversion import identified_end, inverted_end, named_end
from annotate.pipeline.rules.noun_phrases import noun_phrase_start
from annotate.pipeline.rules.phrases import phrase_end, verb_group_start
from annotate.pipeline.rules.subjects import subject_start
from annotate.pipeline.rules.tokens import Range

_CONJUNCTIONS = frozenset({"and", "but", "while", "or", "yet", "then"})
# With evidence as their subject these are hedges ("tracks suggest").
_INDICATORS = frozenset({"suggest", "indicate"})
_LONGEST_ACT = 40
_NOUN_REACH = 6
_LONGEST_ANNOUNCEMENT = 12
_STOPS = frozenset({"that", "by", ";", ":"})
_WHOEVER = frozenset("anybody anyone those everybody everyone somebody someone people".split())
_LONGEST_DOCUMENT = 12
_DOCUMENT_OPENERS = frozenset("its their his her a the this".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A source with its cue, as a range of tokens.

    `kind` is one of: subject (before its verb), inverted (after it), lone (a cue without a
    subject), according, citing ("Citing officials, …").
    """

    start: int
    end: int
    cue: Cue
    kind: str


def find_mentions(sentence: Range, ctx: Context) -> list[Mention]:
    """Find the sources of a sentence outside quotations, in order, without overlap."""
    mentions: list[Mention] = []
    low, end = sentence
    for cue in find_cues(sentence, ctx):
        mention = _find_source(cue, low, end, ctx)
        alone = mention is None or mention.kind == "inverted"
        if alone and mentions and _is_inserted(mentions[-1], ctx):
            # The mention before it stands between the subject and this cue.
            start = mentions[-2].end if len(mentions) > 1 else sentence[0]
            around = _find_source(cue, start, end, ctx)
            if around is not None and around.start < mentions[-1].start:
                mention = around
                mentions.pop()
        if mention is None:
            continue
        previous = mentions[-1] if mentions else None
        joins = mention.kind in {"lone", "citing"}
        if joins and previous is not None and _continues(previous, mention, ctx):
            mentions[-1] = replace(previous, end=mention.end, cue=mention.cue)
        else:
            mentions.append(mention)
        low = mention.end
    return mentions


def _is_inserted(mention: Mention, ctx: Context) -> bool:
    """Say whether a mention can stand within a subject ("The memo, citing officials, said")."""
    tokens = ctx.tokens
    if mention.kind in {"lone", "citing"}:
        return mention.start > 0 and tokens.texts[mention.start - 1] == ","
    if mention.kind != "subject":
        return False
    if tokens.lower[mention.start] in {"who", "which"}:
        return True
    apposition = mention.start > 0 and tokens.texts[mention.start - 1] == ","
    return apposition and "who" in tokens.lower[mention.start : mention.end]


def _continues(previous: Mention, mention: Mention, ctx: Context) -> bool:
    """Say whether a lone cue goes on with the one before it ("denied and condemned").

    One that cites a source of its own does so after a comma as well ("reported, citing aides").
    """
    between = ctx.tokens.lower[previous.end : mention.start]
    if previous.kind == "subject" and _announces(previous.cue.head, mention.start, ctx):
        return mention.cue.kind == "gerund" and mention.kind == "lone"
    joint = "," if mention.kind == "citing" else "and"
    return previous.kind in {"subject", "lone"} and between == (joint,)


def _announces(verb: int, gerund: int, ctx: Context) -> bool:
    """Say whether a participle gives what a verb announces ("responded on Friday, saying")."""
    lower = ctx.tokens.lower
    if lower[verb] not in ctx.lexicon.announcing or lower[gerund - 1] != ",":
        return False
    between = lower[verb + 1 : gerund - 1]
    plain = len(between) <= _LONGEST_ANNOUNCEMENT and _STOPS.isdisjoint(between)
    return plain and ctx.quotes.owner[verb] == ctx.quotes.owner[gerund - 2] == -1


def _find_source(cue: Cue, low: int, end: int, ctx: Context) -> Mention | None:
    if cue.kind == "according":
        after = named_end(cue.end, end, ctx)
        if after <= cue.end:
            return None
        if cue.start > ctx.sentence_at(cue.start)[0]:
            after = identified_end(after, end, ctx)
        return Mention(cue.start, after, cue, "according")
    before = ctx.tokens.lower[cue.start - 1] if cue.start > low else ""
    if cue.kind == "gerund":
        return _find_gerund_source(cue, before, low, ctx)
    after_quote = cue.start > 0 and cue.start - 1 in ctx.quotes
    indicates = cue.verb is not None and cue.verb.lemma in _INDICATORS
    if indicates and before in ctx.lexicon.hedges.evidence:
        return None
    start = None if after_quote else subject_start(cue.start, low, ctx)
    opens = cue.start == low == ctx.sentence_at(cue.start)[0]
    if (before == "," or after_quote or opens) and cue.start == cue.head:
        stop = inverted_end(cue, end, ctx)
        if opens and stop is not None and not _precedes_quote(stop, ctx):
            stop = None
        closes = stop is not None and stop >= end - 1 and not _has_verb(cue.end, stop, ctx)
        if stop is not None and (start is None or closes):
            return Mention(cue.start, stop, cue, "inverted")
    if start is not None:
        start = _antecedent(start, low, ctx)
        return Mention(_with_document(start, low, ctx), cue.end, cue, "subject")
    if before in _CONJUNCTIONS and before != "or":
        return Mention(cue.start, cue.end, cue, "lone")
    return None


def _has_verb(start: int, end: int, ctx: Context) -> bool:
    """Say whether a reporting verb stands in what may be a subject after its verb."""
    verbs = (ctx.lexicon.verbs.get(word) for word in ctx.tokens.lower[start:end])
    return any(verb is not None and not verb.noun and verb.content == "clause" for verb in verbs)


def _precedes_quote(stop: int, ctx: Context) -> bool:
    """Say whether a quotation follows a source that opens its sentence ("Said Vahl: “…”")."""
    after = stop + 1 if ctx.tokens.texts[stop : stop + 1] in {(",",), (":",)} else stop
    return after < len(ctx.tokens) and after in ctx.quotes


def _antecedent(start: int, low: int, ctx: Context) -> int:
    """Return the start of whom a restrictive "who" picks out ("anybody who thinks")."""
    if ctx.tokens.lower[start] != "who" or start == low:
        return start
    if ctx.tokens.lower[start - 1] in _WHOEVER:
        return start - 1
    found = noun_phrase_start(start, low, ctx)
    return start if found is None else found


def _with_document(start: int, low: int, ctx: Context) -> int:
    """Return where a source begins that names its document first ("In its statement, …")."""
    tokens = ctx.tokens
    first = tokens.lower[low]
    if first != "in" or start - low > _LONGEST_DOCUMENT or tokens.texts[start - 1] != ",":
        return start
    if tokens.lower[low + 1] not in _DOCUMENT_OPENERS:
        return start
    documents = ctx.lexicon.source_types["document"]
    return start if documents.isdisjoint(tokens.lower[low + 1 : low + 4]) else low


def _find_gerund_source(cue: Cue, before: str, low: int, ctx: Context) -> Mention:
    verb = cue.verb
    if verb is not None and verb.lemma in ctx.lexicon.citing:
        end = phrase_end(cue.end, len(ctx.tokens), ctx)
        if end > cue.end:
            return Mention(cue.start, end, cue, "citing")
    start = _speech_act(cue, low, ctx)
    if start is None and before.isalnum() and before not in _NOT_SUBJECTS:
        start = subject_start(cue.start, low, ctx)
    if start is None:
        return Mention(cue.start, cue.end, cue, "lone")
    return Mention(start, cue.end, cue, "subject")


_NOT_SUBJECTS = frozenset("and but or by after before while without when in for of also".split())


def _speech_act(gerund: Cue, low: int, ctx: Context) -> int | None:
    """Return the start of the act that a gerund goes on with ("issued a warning, saying")."""
    lower, lexicon = ctx.tokens.lower, ctx.lexicon
    for index in range(gerund.start - 1, max(low, gerund.start - _LONGEST_ACT), -1):
        if index in ctx.quotes:
            continue
        if _announces(index, gerund.start, ctx):
            return subject_start(verb_group_start(index, low, ctx), low, ctx)
        if lower[index] not in lexicon.light_verbs:
            continue
        if not lexicon.nouns.isdisjoint(lower[index + 1 : index + 1 + _NOUN_REACH]):
            return subject_start(verb_group_start(index, low, ctx), low, ctx)
    return None
