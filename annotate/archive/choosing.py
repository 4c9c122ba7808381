"""Which few of many articles people should read: chosen in one pass, in bounded memory.

Chance is a hash of seed and article id: whoever chooses again from the same articles, in whatever
order they lie, gets the same ones.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, TypeAlias, get_args
from zlib import crc32

import numpy as np
from scipy import sparse

from annotate.archive.lines import Place
from annotate.jsonl import ArticleLine

Strategy: TypeAlias = Literal["random", "diverse", "by-claim-density", "outlet-balanced"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

CANDIDATES = 20
"""How many articles at random stand behind each one that is chosen to be unlike the others."""

_LEAST_WORDS = 50  # of an article whose density is compared
_DIMENSIONS = 1 << 16
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """An article that may be chosen; the smaller ones first."""

    rank: tuple[float, int]
    place: Place = field(compare=False)
    outlet: str | None = field(compare=False, default=None)


class Chooser:
    """Takes articles one by one, and keeps those that may be among the `count` chosen."""

    def __init__(self, count: int, strategy: Strategy, *, claim: str, seed: int) -> None:
        self._strategy = strategy
        self._claim = claim
        self._seed = seed
        self._room = CANDIDATES * count if strategy == "diverse" else count
        self._kept: dict[str | None, list[tuple[tuple[float, int], Candidate]]] = {}

    def take(self, place: Place, line: ArticleLine) -> None:
        """Consider an article."""
        chance = _chance(self._seed, line.article.article_id)
        first = 0.0
        if self._strategy == "by-claim-density":
            first = -density(line, self._claim)
        outlet = line.article.outlet
        candidate = Candidate((first, chance), place, outlet)
        group = outlet if self._strategy == "outlet-balanced" else None
        heap = self._kept.setdefault(group, [])
        item = ((-first, -chance), candidate)  # heapq's first is the smallest: the worst of ours
        if len(heap) < self._room:
            heapq.heappush(heap, item)
        else:
            heapq.heappushpop(heap, item)

    def candidates(self) -> list[Candidate]:
        """Return those that are left, the best first."""
        groups = {
            group: sorted(candidate for _, candidate in heap) for group, heap in self._kept.items()
        }
        shares = balanced({group: len(found) for group, found in groups.items()}, self._room)
        return sorted(
            candidate for group, found in groups.items() for candidate in found[: shares[group]]
        )


def balanced(sizes: dict[str | None, int], count: int) -> dict[str | None, int]:
    """Share `count` among groups as evenly as their sizes allow; what small ones leave others get.

    What cannot be divided goes to the groups whose names come first.
    """
    shares = dict.fromkeys(sizes, 0)
    left = min(count, sum(sizes.values()))
    open_ = sorted(sizes, key=lambda group: (group is None, group or ""))
    while left:
        open_ = [group for group in open_ if shares[group] < sizes[group]]
        each = max(1, left // len(open_))
        for group in open_:
            more = min(each, sizes[group] - shares[group], left)
            shares[group] += more
            left -= more
    return shares


def density(line: ArticleLine, label: str) -> float:
    """Return the spans of a label per 100 words; of short texts as if they had fifty words."""
    words = max(_LEAST_WORDS, len(_WORD.findall(line.article.text)))
    return 100 * sum(span.label == label for span in line.spans) / words


def farthest_first(texts: Iterable[str], count: int) -> list[int]:
    """Return the numbers of texts each of which is unlike all before it, beginning with the first.

    The next one is that whose cosine to the most similar one chosen is smallest (farthest-first
    traversal: Gonzalez 1985), over hashed words weighted by tf-idf.
    """
    matrix = _vectors(texts)
    size = matrix.shape[0]
    if not size:
        return []
    nearest = np.full(size, -1.0)
    chosen = [0]
    while len(chosen) < min(count, size):
        similar = (matrix @ matrix[chosen[-1]].T).toarray().ravel()
        nearest = np.maximum(nearest, similar)
        nearest[chosen[-1]] = np.inf
        chosen.append(int(np.argmin(nearest)))
    return chosen


def _vectors(texts: Iterable[str]) -> sparse.csr_matrix:
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for text in texts:
        counts: dict[int, int] = {}
        for word in _WORD.findall(text.casefold()):
            column = crc32(word.encode()) % _DIMENSIONS
            counts[column] = counts.get(column, 0) + 1
        columns += counts
        data += [1 + np.log(number) for number in counts.values()]
        ends.append(len(columns))
    matrix = sparse.csr_matrix((data, columns, ends), shape=(len(ends) - 1, _DIMENSIONS))
    found = np.bincount(matrix.indices, minlength=_DIMENSIONS)
    weighted = matrix @ sparse.diags(np.log((1 + matrix.shape[0]) / (1 + found)) + 1)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    return sparse.csr_matrix(sparse.diags(1 / lengths) @ weighted)


def _chance(seed: int, article_id: str) -> int:
    digest = blake2b(f"{seed}/{article_id}".encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest())
