"""Hedges: the shortest words that lower the commitment to a claim."""

from typing import NamedTuple

from annotate.pipeline.rules.context import Context
from annotate.pipeline.rules.cues import match_phrase
from annotate.pipeline.rules.phrases import is_break
from annotate.pipeline.rules.tokens import Range

_NOMINAL_KINDS = frozenset({"adjective", "noun"})
_ARTICLES = frozenset({"a", "an", "the", "this", "that", "any", "his", "her", "their", "its"})
# "likely voters" are a polling term, "more likely" compares.
_POLLED = frozenset({"voter", "voters", "caucusgoers", "electorate"})
_WISHES = frozenset({"like", "rather", "love", "you"})
_CONDITIONS = frozenset({"if", "unless"})
_COMPARATIVES = frozenset({"more", "less", "as", "equally", "so"})


class Hedge(NamedTuple):
    """A hedge: token range, and its kind: modal, adverb, adjective, appearance, noun, phrase."""

    start: int
    end: int
    kind: str

    @property
    def nominal(self) -> bool:
        """Whether it weakens a noun phrase and not a clause."""
        return self.kind in _NOMINAL_KINDS


def find_hedges(ctx: Context) -> list[Hedge]:
    """Find the hedges of a paragraph, in order; they do not overlap."""
    cues, lower = ctx.lexicon.hedges, ctx.tokens.lower
    phrases = cues.phrases
    singles = cues.singles
    hedges: list[Hedge] = []
    for sentence in ctx.sentences:
        index, end = sentence
        while index < end:
            word = lower[index]
            hedge = None
            if word in phrases:
                hedge = _match_phrase(index, end, ctx)
            if hedge is None and word in singles:
                hedge = _match_word(index, sentence, ctx)
            if hedge is None:
                index += 1
            else:
                hedges.append(hedge)
                index = hedge.end
    return hedges


def _match_phrase(index: int, end: int, ctx: Context) -> Hedge | None:
    length = match_phrase(index, end, ctx.lexicon.hedges.phrases, ctx)
    if not length:
        return None
    first = ctx.tokens.lower[index]
    if first in ctx.words.be_forms or first in {"it", "there"}:
        return Hedge(index, index + length, "phrase")
    return Hedge(index, index + length, "noun")


def _match_word(index: int, sentence: Range, ctx: Context) -> Hedge | None:
    cues, tokens = ctx.lexicon.hedges, ctx.tokens
    word = tokens.lower[index]
    before = tokens.lower[index - 1] if index > sentence[0] else ""
    after = tokens.lower[index + 1] if index + 1 < sentence[1] else ""
    if word in cues.modals:
        return Hedge(index, index + 1, "modal") if _is_epistemic(index, after, ctx) else None
    if word in cues.conditional_modals:
        return _match_conditional(index, after, sentence, ctx)
    if word in cues.adverbs:
        return Hedge(index, index + 1, "adverb") if _is_doubt(index, before, ctx) else None
    if word in cues.adjectives:
        return Hedge(index, index + 1, "adjective") if _is_attribute(index, before, ctx) else None
    if word in cues.appearance:
        if after in {"to", "likely"}:
            return Hedge(index, index + 2 if after == "to" else index + 1, "appearance")
        bare = word.startswith("seem") and after not in ctx.words.prepositions
        appears = bare or after in cues.appearance_after
        return Hedge(index, index + 1, "appearance") if appears else None
    if word in cues.indication and before in cues.evidence:
        return Hedge(index, index + 1, "indication")
    return None


def _match_conditional(index: int, after: str, sentence: Range, ctx: Context) -> Hedge | None:
    """Match "would" where a condition, direct speech or "would have" shows that it is no past."""
    lower = ctx.tokens.lower
    if after in _WISHES or (
        index and lower[index - 1] in {"who", "how", "what"} and after == "you"
    ):
        return None
    if index in ctx.quotes:
        return Hedge(index, index + 1, "modal")
    conditional = after == "have" or not _CONDITIONS.isdisjoint(lower[sentence[0] : sentence[1]])
    return Hedge(index, index + 1, "conditional") if conditional else None


def _is_doubt(index: int, before: str, ctx: Context) -> bool:
    """Say whether an adverb lowers the commitment: no "likely voters", no "in perhaps the …"."""
    word = ctx.tokens.lower[index]
    if word in {"likely", "unlikely"}:
        if before in _ARTICLES or before in _COMPARATIVES:
            return False
        return _POLLED.isdisjoint(ctx.tokens.lower[index + 1 : index + 5])
    return before not in ctx.words.prepositions


def _is_epistemic(index: int, after: str, ctx: Context) -> bool:
    """Say whether a modal is a hedge: not the month of May, not the past of "cannot"."""
    tokens = ctx.tokens
    word = tokens.lower[index]
    if word == "may" and tokens.capital[index] and (index == 0 or not after.isalpha()):
        return False
    if word == "may" and tokens.capital[index] and after not in ctx.words.subject_pronouns:
        return False
    if index and tokens.lower[index - 1] in {"neither", "nor"}:
        return False
    if word == "could" and after in {"n't", "not"}:
        return index + 2 < len(tokens) and tokens.lower[index + 2] == "only"
    return True


def _is_attribute(index: int, before: str, ctx: Context) -> bool:
    """Say whether an adjective stands before the noun that it weakens."""
    tokens, words = ctx.tokens, ctx.words
    if index + 1 >= len(tokens) or is_break(index + 1, ctx):
        return False
    word, after = tokens.lower[index], tokens.lower[index + 1]
    if after in words.prepositions or after in words.subordinators or after in words.conjunctions:
        return False
    if after in words.determiners or after in words.finite_auxiliaries:
        return False
    if after in words.subject_pronouns:
        return False
    if word.endswith("ed") and word != "alleged":
        return before in _ARTICLES or before in words.prepositions or before in words.conjunctions
    return (
        word != "apparent"
        or before in words.determiners
        or before in {"'s", "'", "including", "of"}
    )
