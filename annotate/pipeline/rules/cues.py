"""Reporting cues in a sentence: "said", "according to", "made it clear", ", adding"."""

from dataclasses import dataclass

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.lexicon import Phrases, Verb
from annotate.pipeline.rules.phrases import verb_group_start
from annotate.pipeline.rules.tokens import Range

__all__ = ["Cue", "find_cues"]

# The prepositions that a gerund can follow ("by saying").
_GERUND_PREPOSITIONS = frozenset({"by", "after", "before", "while", "without", "when", "in", "for"})
_PLURALS = frozenset(
    {"people", "police", "men", "women", "media", "percent", "republicans", "democrats", "others"}
)
_NOT_PLURAL = frozenset({"is", "was", "his", "as", "has", "this", "us", "'s", "its", "does"})
_CLAUSE_OPENERS = frozenset({"that", "he", "she", "they", "it", "we", "i", "there", "if", "whether"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting cue.

    `start` to `end` covers the verb group with its auxiliaries and particles, `head` is the
    verb's token. `kind` is one of: verb; gerund (an -ing form without an auxiliary); according;
    phrase. `verb` is None for the last two.
    """

    start: int
    end: int
    head: int
    kind: str
    verb: Verb | None


def find_cues(sentence: Range, ctx: Context) -> list[Cue]:
    """Find the cues of a sentence outside quotations, in order."""
    lower, owner, lexicon = ctx.tokens.lower, ctx.quotes.owner, ctx.lexicon
    verbs, phrases, according = lexicon.verbs, lexicon.cue_phrases, lexicon.according
    start, end = sentence
    cues: list[Cue] = []
    index = start
    while index < end:
        word = lower[index]
        if owner[index] >= 0 or not (word in verbs or word in phrases or word in according):
            index += 1
            continue
        cue = _match(index, start, end, ctx)
        if cue is None:
            index += 1
        else:
            cues.append(cue)
            index = cue.end
    return cues


def _match(index: int, start: int, end: int, ctx: Context) -> Cue | None:
    lexicon = ctx.lexicon
    length = match_phrase(index, end, lexicon.according, ctx)
    if length:
        return Cue(index, index + length, index, "according", None)
    length = match_phrase(index, end, lexicon.cue_phrases, ctx)
    if length:
        group = verb_group_start(index, start, ctx)
        return Cue(group, index + length, index, "phrase", None)
    verb = lexicon.verbs.get(ctx.tokens.lower[index])
    if verb is None:
        return None
    return _match_verb(index, verb, start, end, ctx)


def match_phrase(index: int, end: int, phrases: Phrases, ctx: Context) -> int:
    """Return the length of the longest phrase that starts at a token, or 0."""
    lower = ctx.tokens.lower
    for words in phrases.get(lower[index], ()):
        length = len(words)
        if index + length <= end and lower[index : index + length] == words:
            return length
    return 0


def _match_verb(index: int, verb: Verb, start: int, end: int, ctx: Context) -> Cue | None:
    lower, words = ctx.tokens.lower, ctx.words
    before = lower[index - 1] if index > start else ""
    after = lower[index + 1] if index + 1 < end else ""
    if before in words.determiners or before == "of" or after == "-" or before == "-":
        return None
    group = verb_group_start(index, start, ctx)
    helpers = lower[group:index]
    passive = any(word in words.be_forms for word in helpers)
    tail = index + 1
    if tail < end and after in verb.particles:
        tail += 1
    if "ing" in verb.forms:
        if passive:
            return Cue(group, tail, index, "verb", verb)
        if not verb.lone or (before in words.prepositions and before not in _GERUND_PREPOSITIONS):
            return None
        return Cue(index, tail, index, "gerund", verb)
    if "past" in verb.forms or "participle" in verb.forms:
        if passive or after == "by" or before in words.prepositions:
            return None
        if "past" not in verb.forms and not any(w in {"has", "have", "had", "'ve"} for w in helpers):
            return None
        return Cue(group, tail, index, "verb", verb)
    if before in words.prepositions or (verb.noun and after not in _CLAUSE_OPENERS):
        return None
    if "third" in verb.forms:
        return Cue(group, tail, index, "verb", verb)
    if before not in words.base_contexts and not _is_plural(before) or before == "to":
        return None
    return Cue(group, tail, index, "verb", verb)


def _is_plural(word: str) -> bool:
    return word in _PLURALS or (word.endswith("s") and word not in _NOT_PLURAL and len(word) > 3)
