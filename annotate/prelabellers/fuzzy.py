"""Runs of words that are like a quote as a whole: what a model changed a word or a letter of."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.prelabellers.folding import fold
from annotate.prelabellers.scripts import in_word, is_unspaced

LIKENESS = 0.85
"""Share of characters that have to agree (normalised Levenshtein similarity, by rapidfuzz)."""

_EDGE_LIKENESS = 0.7  # of the first and the last word: a run that lacks one of them is a part
_AMONG_THE_BEST = 0.05
_MIN_WORDS, _MIN_CHARACTERS = 3, 12  # shorter quotes are like too many runs


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    folded: str
    is_word: bool


def windows_like(text: str, quote: str) -> list[tuple[int, int]]:
    """Return the places of the runs of words that are most like a quote, in order; none overlap.

    Words are compared without regard to case; offsets come from the words of the text as it is, so
    that folding the case moves none.
    """
    from rapidfuzz.distance import Levenshtein

    wanted = _tokens(quote)
    words = [token for token in wanted if token.is_word]
    aim = " ".join(token.folded for token in wanted)
    if len(words) < _MIN_WORDS or len(aim) < _MIN_CHARACTERS:
        return []
    tokens = _tokens(text)
    joined = " ".join(token.folded for token in tokens)
    starts: list[int] = []
    at = 0
    for token in tokens:
        starts.append(at)
        at += len(token.folded) + 1

    def like(one: str, other: str, least: float) -> float:
        return float(Levenshtein.normalized_similarity(one, other, score_cutoff=least))

    firsts = [like(t.folded, wanted[0].folded, _EDGE_LIKENESS) > 0 for t in tokens]
    lasts = [like(t.folded, wanted[-1].folded, _EDGE_LIKENESS) > 0 for t in tokens]
    slack = max(1, len(wanted) // 5)
    found: list[tuple[float, int, int]] = []
    for first in (index for index, fits in enumerate(firsts) if fits):
        for size in range(max(1, len(wanted) - slack), len(wanted) + slack + 1):
            last = first + size - 1
            if last >= len(tokens) or not lasts[last]:
                continue
            window = joined[starts[first] : starts[last] + len(tokens[last].folded)]
            score = like(window, aim, LIKENESS)
            if score > 0:
                found.append((score, tokens[first].start, tokens[last].end))
    return _apart(found)


def _apart(found: list[tuple[float, int, int]]) -> list[tuple[int, int]]:
    """Return of overlapping runs the likest one, the shorter one of two; all near the likest."""
    kept: list[tuple[float, int, int]] = []
    for score, start, end in sorted(found, key=lambda run: (-run[0], run[2] - run[1], run[1])):
        if kept and score < kept[0][0] - _AMONG_THE_BEST:
            break
        if all(end <= other[1] or other[2] <= start for other in kept):
            kept.append((score, start, end))
    return sorted((start, end) for _, start, end in kept)


def _tokens(text: str) -> list[_Token]:
    """Return words and other characters that are no space; what is written unspaced, one by one."""
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        end = at + 1
        if text[at].isspace():
            at = end
            continue
        word = in_word(text[at])
        if word and not is_unspaced(text[at]):
            while end < len(text) and in_word(text[end]) and not is_unspaced(text[end]):
                end += 1
        folded = fold(text[at:end]).text.casefold()
        if folded:
            tokens.append(_Token(at, end, folded, word))
        at = end
    return tokens
