"""Groups of similar wording among the claims of one story. Pure, but for rapidfuzz.

Character n-grams propose pairs, the token-set ratio accepts, a veto forbids. Groups are joined in
order of falling likeness, and only where every pair across them is accepted (complete linkage), so
that no chain of small steps leads from one statement to another one. That two claims are worded
alike does not make them the same claim, and the same claim may be worded otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from annotate.claims.tfidf import Matrix, alike, tfidf
from annotate.claims.vetoes import signs, veto
from annotate.claims.words import EMPTY, folded, without_numbers
from annotate.errors import UsageError
from annotate.installation import install_hint

NGRAM_COSINE = 0.15
"""Cosine of the character n-grams (TF-IDF within the story) from which a pair is looked at."""

TOKEN_SET = 76.0
"""Token-set ratio of two texts, 0 to 100, from which they may stand together."""

CONTENT_SHARE = 0.88
"""Share of the content words of the text that has fewer which the other one needs to have: all of
them, or eight of nine."""

FEWEST_WORDS = 3
"""Content words that a text needs to stand with one that is not equal to it."""

LENGTHS = 0.5
"""Content words of the shorter text for one of the longer: a phrase is in many a sentence."""

SHORT = 5
SHORT_LENGTHS = 0.65
"""The same where the shorter text has fewer than five content words."""

_FEWEST_EQUAL = 2  # content words
_GRAM = 4


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a pair is accepted; benchmarks/claim_groups.py has measured the defaults."""

    cosine: float = NGRAM_COSINE
    ratio: float = TOKEN_SET
    share: float = CONTENT_SHARE
    words: int = FEWEST_WORDS
    lengths: float = LENGTHS
    short_lengths: float = SHORT_LENGTHS

    def hold(self, fewest: int, most: int, shared: int) -> bool:
        """Tell whether two texts of so many content words share enough of them."""
        lengths = self.short_lengths if fewest < SHORT else self.lengths
        return (
            fewest >= max(self.words, 1)
            and fewest >= lengths * most
            and shared >= self.share * fewest
        )


def group_wordings(
    texts: Sequence[str],
    *,
    articles: Sequence[Hashable] | None = None,
    apart: Iterable[tuple[int, int]] = (),
    thresholds: Thresholds | None = None,
) -> list[list[int]]:
    """Return the groups of a story's claims as places in `texts`: every place once, both rising.

    `articles` tells for every text where it stands: what two articles say is joined before what one
    says twice. `apart` are pairs of places that never stand together (a claim and one inside it).
    A text that says nothing ("which", a name) stands alone each time. Which texts stand
    together does not hang on their order. Raises `UsageError` where rapidfuzz is
    missing.
    """
    distinct = sorted(set(texts))
    number = {text: place for place, text in enumerate(distinct)}
    forbidden = {_pair(number[texts[a]], number[texts[b]]) for a, b in apart}
    accepted = accepted_pairs(distinct, forbidden, thresholds or Thresholds())
    if articles is not None:
        held: list[set[Hashable]] = [set() for _ in distinct]
        for text, article in zip(texts, articles, strict=True):
            held[number[text]].add(article)
        for one, other in accepted:
            accepted[one, other] += len(held[one] | held[other]) > 1
    group_of = _complete(len(distinct), accepted)
    saying = [_says_something(text) for text in distinct]
    groups: dict[tuple[int, int], list[int]] = {}
    for place, text in enumerate(texts):
        at = number[text]
        alone = 0 if saying[at] else place + 1
        groups.setdefault((group_of[at], alone), []).append(place)
    return list(groups.values())


def likeness() -> Callable[[str, str], float]:
    """Return the token-set ratio of two folded texts, 0 to 100; raises `UsageError` without it."""
    try:
        from rapidfuzz import fuzz
    except ImportError:
        raise UsageError(
            "groups of similar wording need rapidfuzz",
            hint=f"{install_hint('claims')}; or leave them out: --no-groups",
        ) from None
    return fuzz.token_set_ratio


def ngram_vectors(texts: Sequence[str]) -> Matrix:
    """Return TF-IDF vectors of the character n-grams of folded texts."""
    return tfidf([_grams(text) for text in texts], floor=0.5)


def accepted_pairs(
    texts: Sequence[str], forbidden: set[tuple[int, int]], thresholds: Thresholds
) -> dict[tuple[int, int], float]:
    """Return the pairs of places that may stand together, with the cosine of their n-grams.

    `texts` are distinct and those of one story: what is common among them weighs little. Texts
    that are equal but for case and punctuation are accepted where they say something.
    """
    measure = likeness()
    plain = [folded(text) for text in texts]
    words = [without_numbers(text) for text in plain]
    marks = [signs(text) for text in texts]
    content = [frozenset(mark.content) for mark in marks]
    saying = [_says_something(text) for text in texts]
    found: dict[tuple[int, int], float] = {}
    for row, others, cosines in alike(ngram_vectors(plain), thresholds.cosine):
        for other, close in zip(others.tolist(), cosines.tolist(), strict=True):
            pair = _pair(row, other)
            if pair in forbidden or not (saying[row] and saying[other]):
                continue
            if plain[row] == plain[other]:
                found[pair] = 1.0
                continue
            fewest, most = sorted((len(content[row]), len(content[other])))
            shared = len(content[row] & content[other])
            if not thresholds.hold(fewest, most, shared):
                continue
            value = measure(words[row], words[other])
            if value >= thresholds.ratio and veto(marks[row], marks[other]) is None:
                found[pair] = close
    return found


def _says_something(text: str) -> bool:
    """Tell whether a text, as written, says enough to be the same as one that is equal.

    "Which" does not, and a name alone neither.
    """
    marks = signs(text)
    return len(marks.content) >= _FEWEST_EQUAL and not marks.words <= marks.names | EMPTY


def _complete(size: int, accepted: dict[tuple[int, int], float]) -> list[int]:
    """Return the group of every place: joined from the most alike pair on, in complete linkage."""
    group_of = list(range(size))
    held = {place: [place] for place in range(size)}
    for (one, other), _ in sorted(accepted.items(), key=lambda item: (-round(item[1], 9), item[0])):
        a, b = sorted((group_of[one], group_of[other]))
        if a == b:
            continue
        if all(_pair(x, y) in accepted for x, y in product(held[a], held[b])):
            for place in held[b]:
                group_of[place] = a
            held[a] += held.pop(b)
    return group_of


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)


def _grams(text: str) -> Counter[str]:
    padded = f" {text} "
    return Counter(padded[at : at + _GRAM] for at in range(max(1, len(padded) - _GRAM + 1)))
