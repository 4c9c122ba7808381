"""TF-IDF vectors and which of them are alike, in sparse matrices (Salton and Buckley 1988).

A term weighs (1 + ln count) * ln((n + 1) / documents that hold it); vectors have length 1. What
stands in all of many documents weighs next to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    import numpy.typing as npt

Matrix: TypeAlias = Any
"""A `scipy.sparse` matrix in rows (CSR), which has no types."""

_ROWS_AT_ONCE = 256
_MANY = 1000
_COMMON = 0.2


def tfidf(
    documents: Sequence[Counter[str]],
    *,
    common: Collection[str] = (),
    background: int = 0,
    floor: float = 0.0,
) -> Matrix:
    """Return a row for every document, which is given as counts of its terms.

    `background` documents more are imagined that hold the `common` terms and nothing else, since a
    handful of documents do not tell which words are common. Other terms weigh `floor` at the least:
    what all articles of a collection on one event have in common is not nothing. Terms that stand
    in over 1,000 documents and over a fifth of them are left out: they tell little apart and cost
    most of the time. A document without terms is a row of zeros.
    """
    names = sorted({term for document in documents for term in document})
    place = {term: number for number, term in enumerate(names)}
    size = len(documents)
    columns = [sorted((place[term], count) for term, count in d.items()) for d in documents]
    ends = np.cumsum([0, *(len(terms) for terms in columns)])
    indices = np.array([term for terms in columns for term, _ in terms], dtype=np.int64)
    counts = np.array([count for terms in columns for _, count in terms], dtype=float)
    held = np.bincount(indices, minlength=len(names))
    everywhere = np.array([term in common for term in names], dtype=bool)
    weights = np.log((size + background + 1) / (held + background * everywhere))
    weights[~everywhere] = np.maximum(weights[~everywhere], floor)
    weights[held > max(_MANY, _COMMON * size)] = 0.0
    values = (1 + np.log(counts)) * weights[indices]
    matrix = sparse.csr_array((values, indices, ends), shape=(size, max(1, len(names))))
    matrix.eliminate_zeros()
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    length[length == 0] = 1.0
    return (sparse.diags_array(1 / length) @ matrix).tocsr()


def alike(
    vectors: Matrix, threshold: float
) -> Iterator[tuple[int, npt.NDArray[np.int64], npt.NDArray[np.float64]]]:
    """Yield for every row the earlier rows whose cosine with it is at least `threshold`.

    A row, the numbers of the others (rising), their cosines. Memory holds a block of rows.
    """
    turned = vectors.T.tocsc()
    for first in range(0, vectors.shape[0], _ROWS_AT_ONCE):
        last = min(first + _ROWS_AT_ONCE, vectors.shape[0])
        block = (vectors[first:last] @ turned[:, :last]).tocsr()
        block.sort_indices()
        for row in range(first, last):
            part = slice(block.indptr[row - first], block.indptr[row - first + 1])
            others, cosines = block.indices[part], block.data[part]
            kept = (others < row) & (cosines >= threshold)
            yield row, others[kept], cosines[kept]
