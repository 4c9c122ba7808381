"""Reporting cues in a sentence: "said", "according to", "made it clear", ", adding"."""

from dataclasses import dataclass, replace

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.finite import opens_clause
from annotate.pipeline.rules.lexicon import Phrases, Verb
from annotate.pipeline.rules.phrase_cues import (
    adjective_end,
    clear_end,
    light_verb_end,
    noun_object_end,
)
from annotate.pipeline.rules.phrases import is_adverb, verb_group_start
from annotate.pipeline.rules.tokens import Range

# The prepositions that a gerund can follow ("by saying").
_GERUND_PREPOSITIONS = frozenset({"by", "after", "before", "while", "without", "when", "in", "for"})
_PLURALS = frozenset(
    {
        "people",
        "police",
        "half",
        "third",
        "majority",
        "percent",
        "%",
        "most",
        "several",
        "men",
        "women",
        "media",
        "republicans",
        "democrats",
        "others",
        "data",
    }
)
_NOT_PLURAL = frozenset({"is", "was", "his", "as", "has", "this", "us", "'s", "its", "does"})
_PLURAL_REACH = 14
_COUNTS = frozenset(
    "few many most some all each two three four five six seven eight nine ten".split()
)
_REFLEXIVES = frozenset("himself herself itself themselves myself ourselves".split())
_GERUND_JOINTS = frozenset("and but or while by".split())
_CLOSING = frozenset({".", ",", "!", "?", ";"})
_CLAUSE_OPENERS = frozenset("that he she they it we i there if whether how why".split())


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting cue.

    `start` to `end` covers the verb group with its auxiliaries and particles, `head` is the
    verb's token. `kind` is one of: verb; gerund (an -ing form without an auxiliary); according;
    phrase. `verb` is None for a cue of several words.
    """

    start: int
    end: int
    head: int
    kind: str
    verb: Verb | None


def find_cues(sentence: Range, ctx: Context) -> list[Cue]:
    """Find the cues of a sentence outside quotations, in order."""
    lower, owner, lexicon = ctx.tokens.lower, ctx.quotes.owner, ctx.lexicon
    openers = lexicon.cue_openers
    start, end = sentence
    cues: list[Cue] = []
    index = start
    while index < end:
        word = lower[index]
        if owner[index] >= 0 or word not in openers:
            index += 1
            continue
        cue = _match(index, start, end, ctx)
        if cue is None:
            index += 1
        else:
            cue = _with_noun(cue, end, ctx)
            cues.append(cue)
            index = cue.end
    return cues


def _with_noun(cue: Cue, end: int, ctx: Context) -> Cue:
    """Take in the reporting noun that is the object of a cue ("laid out his fears that")."""
    verb = cue.verb
    takes_object = cue.kind in {"phrase", "gerund", "verb"} and (
        verb is None or verb.content in {"object", "both"}
    )
    stop = noun_object_end(cue.end, end, ctx) if takes_object else 0
    return replace(cue, end=stop) if stop else cue


def _match(index: int, start: int, end: int, ctx: Context) -> Cue | None:
    lexicon = ctx.lexicon
    length = match_phrase(index, end, lexicon.according, ctx)
    if length:
        return Cue(index, index + length, index, "according", None)
    length = match_phrase(index, end, lexicon.cue_phrases, ctx)
    if length:
        return _phrase_cue(index, index + length, start, ctx)
    stop = clear_end(index, end, ctx) or light_verb_end(index, end, ctx)
    if stop:
        return _phrase_cue(index, stop, start, ctx)
    stop = adjective_end(index, start, end, ctx)
    if stop:
        return Cue(_adjective_start(index, start, ctx), stop, index, "phrase", None)
    verb = lexicon.verbs.get(ctx.tokens.lower[index])
    if verb is None:
        return None
    return _match_verb(index, verb, start, end, ctx)


def _phrase_cue(index: int, stop: int, start: int, ctx: Context) -> Cue:
    group = verb_group_start(index, start, ctx)
    gerund = group == index and ctx.tokens.lower[index].endswith("ing")
    return Cue(group, stop, index, "gerund" if gerund else "phrase", None)


def _adjective_start(index: int, start: int, ctx: Context) -> int:
    """Return where the verb group before a predicative adjective begins."""
    first = index - 1
    while first > start and ctx.tokens.lower[first] in {"very", "so", "quite"}:
        first -= 1
    return verb_group_start(first + 1, start, ctx)


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
    subject = before in words.subject_pronouns or before in _COUNTS
    determined = before in words.determiners and (verb.noun or not subject)
    compound = before == "-" and not ctx.tokens.spaces[index - 1]
    if determined or before == "of" or after == "-" or compound:
        return None
    if before == "since" and index - 1 > start and lower[index - 2] in words.auxiliaries:
        before = lower[index - 2]
    group = verb_group_start(index, start, ctx)
    helpers = lower[group:index]
    passive = any(word in words.be_forms for word in helpers)
    tail = index + 1
    if after == "to" and lower[index] in words.catenatives:
        return None
    compound = tail + 1 < end and lower[tail + 1] == "-" and not ctx.tokens.spaces[tail]
    if after in words.verb_particles and after not in verb.particles and not compound:
        return None
    if after in _REFLEXIVES or (verb.content == "that" and not _has_clause(tail, verb, end, ctx)):
        return None
    if tail < end and after in verb.particles:
        tail += 1
    if "ing" in verb.forms:
        if passive:
            return Cue(group, tail, index, "verb", verb)
        is_noun = before.isalnum() or before == "'s"
        if is_noun and before not in _GERUND_JOINTS and lower[index] in ctx.lexicon.nouns:
            return None
        modifies = index - 2 >= start and lower[index - 2] in {"a", "an", "the"}
        if modifies and before.isalpha() and lower[index + 1 : index + 2] != ("that",):
            return None  # "a creative writing professor"
        if not verb.lone or (before in words.prepositions and before not in _GERUND_PREPOSITIONS):
            return None
        return Cue(index, tail, index, "gerund", verb)
    if "past" in verb.forms or "participle" in verb.forms:
        if passive or after == "by" or before in words.prepositions:
            return None
        if "past" not in verb.forms and not any(
            w in {"has", "have", "had", "'ve"} for w in helpers
        ):
            return None
        return Cue(group, tail, index, "verb", verb)
    if (before in words.prepositions and before != "to") or (
        verb.noun and not _is_clearly_verb(index, verb, end, ctx)
    ):
        return None
    if "third" in verb.forms:
        return Cue(group, tail, index, "verb", verb)
    if (group > start and before in words.auxiliaries) or is_adverb(before, ctx):
        before = lower[group - 1] if before not in words.base_contexts else before
    if before == "," and not verb.noun:
        return Cue(group, tail, index, "verb", verb)
    if before == "to":
        if index - 2 <= start or lower[index - 2] not in words.catenatives:
            return None
        return Cue(verb_group_start(index - 2, start, ctx), tail, index, "verb", verb)
    if before in words.base_contexts or before in _COUNTS or _is_plural(before):
        return Cue(group, tail, index, "verb", verb)
    near = lower[max(start, group - _PLURAL_REACH) : group]
    if verb.content != "clause" or verb.noun or not any(map(_is_plural, near)):
        return None
    return Cue(group, tail, index, "verb", verb)


def _has_clause(index: int, verb: Verb, end: int, ctx: Context) -> bool:
    if index < end and ctx.tokens.lower[index] == "to":
        return verb.infinitive
    if verb.postposed and (index >= end or ctx.tokens.lower[index] in _CLOSING):
        return True
    return _opens_clause(index, end, ctx)


def _opens_clause(index: int, end: int, ctx: Context) -> bool:
    """Say whether a word surely opens the clause or the quotation that a verb reports."""
    if index >= end:
        return False
    if ctx.tokens.lower[index] in _CLAUSE_OPENERS or index in ctx.quotes:
        return True
    return opens_clause(index, end, ctx)


def _is_clearly_verb(index: int, verb: Verb, end: int, ctx: Context) -> bool:
    """Say whether the context of a word that can be a noun shows a verb."""
    tokens, words = ctx.tokens, ctx.words
    if index + 1 >= end:
        return verb.postposed
    after = tokens.lower[index + 1]
    if tokens.capital[index] and not tokens.capital[index + 1]:
        return False
    if verb.content != "object" and _opens_clause(index + 1, end, ctx):
        return True
    if index == 0:
        return False
    if after in _CLOSING:
        return verb.postposed and _can_be_name(index - 1, ctx)
    opens_phrase = tokens.capital[index + 1] or after in words.determiners
    before = tokens.lower[index - 1]
    if "third" in verb.forms:
        return opens_phrase and _can_be_name(index - 1, ctx)
    if before in words.base_contexts:
        return opens_phrase or after == "to"
    return after in words.determiners and verb.content != "object" and _is_plural(before)


def _can_be_name(index: int, ctx: Context) -> bool:
    word = ctx.tokens.lower[index]
    return ctx.tokens.capital[index] or word in ctx.words.subject_pronouns


def _is_plural(word: str) -> bool:
    if word in _PLURALS or word.isdigit():
        return True
    return word.endswith("s") and word not in _NOT_PLURAL and len(word) > 3
