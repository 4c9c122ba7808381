"""Orders in which articles may be labelled: pure functions on texts and dates."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

_WORD = re.compile(r"\w+")


def shuffled(ids: Sequence[str], *, seed: int) -> list[int]:
    """Return the indices of the articles in an order that ids and `seed` alone decide."""
    order = sorted(range(len(ids)), key=lambda index: ids[index])
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    return order


def oldest_first(ids: Sequence[str], published: Sequence[str | None]) -> list[int]:
    """Return the indices by date of publication (ISO 8601); those without one come last."""
    return sorted(range(len(ids)), key=lambda i: (published[i] is None, published[i] or "", ids[i]))


def farthest_first(
    texts: Sequence[str], *, done: Sequence[str] = (), most: int | None = None
) -> list[int]:
    """Return the indices so that each text is the one least like all before it, and all `done`.

    Farthest-first traversal (Gonzalez 1985) by the cosine of TF-IDF weights (Salton and Buckley
    1988) of words. With nothing done it begins with the text nearest to the mean of all. Ties go
    to the lower index. After `most` texts the others follow as they are then, those least like them
    first: each step looks at all texts, so that all of many take the square of their number.
    """
    if not texts:
        return []
    rows = _weights([*texts, *done])
    wanted, known = rows[: len(texts)], rows[len(texts) :]
    nearest = np.full(len(texts), -1.0)  # similarity to the most similar text before it
    for index in range(len(done)):
        nearest = np.maximum(nearest, (wanted @ known[index].T).toarray().ravel())
    order: list[int] = []
    left = np.ones(len(texts), dtype=bool)
    for _ in range(len(texts) if most is None else min(most, len(texts))):
        if order or len(done):
            index = int(np.argmin(np.where(left, nearest, np.inf)))
        else:
            index = int(np.argmax(wanted @ np.asarray(wanted.mean(axis=0)).ravel()))
        order.append(index)
        left[index] = False
        nearest = np.maximum(nearest, (wanted @ wanted[index].T).toarray().ravel())
    rest = np.flatnonzero(left)
    return [*order, *(int(index) for index in rest[np.argsort(nearest[rest], kind="stable")])]


def _weights(texts: Sequence[str]) -> csr_matrix:
    """Return one row a text: log(1 + count) times inverse document frequency, of length 1."""
    words: dict[str, int] = {}
    columns: list[int] = []
    starts = [0]
    for text in texts:
        found = _WORD.findall(text.casefold())
        columns += [words.setdefault(word, len(words)) for word in found]
        starts.append(len(columns))
    width = max(1, len(words))
    counts = csr_matrix(
        (np.ones(len(columns)), columns, starts), shape=(len(texts), width), dtype=np.float64
    )
    counts.sum_duplicates()
    frequency = np.bincount(counts.indices, minlength=width)
    rarity = np.log((1 + len(texts)) / (1 + frequency)) + 1
    counts.data = np.log1p(counts.data) * rarity[counts.indices]
    lengths = np.sqrt(counts.multiply(counts).sum(axis=1)).A1
    return csr_matrix(counts.multiply(1 / np.maximum(lengths, 1e-12)[:, None]))
