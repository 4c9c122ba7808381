"""Near-duplicate articles: news is re-reported word for word.

MinHash over folded word shingles (Broder 1997), by datasketch. Folding (NFC, case, white space,
punctuation) serves the comparison alone; an article's text is never changed.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable, Mapping

import numpy as np
from datasketch import MinHash, MinHashLSH

THRESHOLD = 0.5
"""Estimated Jaccard similarity of the shingles from which two articles are near-duplicates."""

_PERMUTATIONS = 128
_SCHEME = "affine32"  # signatures are kept: their scheme must never change by default
_SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")


def signature(text: str) -> str:
    """Return the text's MinHash signature, as text that can be kept (base64 of 128 numbers)."""
    folded = unicodedata.normalize("NFC", text).casefold()
    words = _WORD.findall(folded)
    width = min(_SHINGLE_WORDS, max(1, len(words)))
    sketch = MinHash(num_perm=_PERMUTATIONS, seed=1, scheme=_SCHEME)
    sketch.update_batch(
        [" ".join(words[i : i + width]).encode() for i in range(len(words) - width + 1)]
    )
    return base64.b85encode(sketch.hashvalues.astype("<u4").tobytes()).decode()


class NearDuplicates:
    """Finds, among articles seen before, those that an article nearly repeats."""

    def __init__(self, known: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self._index = MinHashLSH(threshold=THRESHOLD, num_perm=_PERMUTATIONS)
        self._sketches: dict[str, MinHash] = {}
        for article_id, kept in dict(known).items():
            self.add(article_id, kept)

    def add(self, article_id: str, kept: str) -> None:
        """Remember an article by its signature; an article that is known keeps its first one."""
        if article_id not in self._sketches:
            sketch = _load(kept)
            self._sketches[article_id] = sketch
            self._index.insert(article_id, sketch)

    def near(self, kept: str) -> list[str]:
        """Return the ids of known articles that are near-duplicates of this signature, sorted."""
        sketch = _load(kept)
        return sorted(
            article_id
            for article_id in self._index.query(sketch)
            if sketch.jaccard(self._sketches[article_id]) >= THRESHOLD
        )


def _load(kept: str) -> MinHash:
    values = np.frombuffer(base64.b85decode(kept), dtype="<u4")
    return MinHash(num_perm=_PERMUTATIONS, seed=1, scheme=_SCHEME, hashvalues=values)
