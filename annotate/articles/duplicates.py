"""Near-duplicate articles: news is re-reported word for word.

MinHash over folded word shingles (Broder 1997), by datasketch; candidates by locality-sensitive
banding (Indyk and Motwani 1998), so that whoever keeps the signatures need not hold them in memory.
Folding (NFC, case, white space, punctuation) serves the comparison alone; an article's text is
never changed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from zlib import crc32

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

THRESHOLD = 0.5
"""Estimated Jaccard similarity of the shingles from which two articles are near-duplicates."""

_PERMUTATIONS = 128
_SCHEME = "affine32"  # signatures are kept: their scheme must never change by default
_SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")
_MULTIPLIERS = np.array(  # odd, of 64 bits; kept signatures depend on them
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93],
    dtype=np.uint64,
)
_FINAL = np.uint64(0xBF58476D1CE4E5B9)
_BANDS = 32
"""Of four numbers each: two articles of similarity 0.5 share one with probability 0.87, of 0.7
with 0.9999."""


def signature(text: str) -> bytes:
    """Return the text's MinHash signature: 128 numbers of 32 bits, little-endian."""
    folded = unicodedata.normalize("NFC", text).casefold()
    words = _WORD.findall(folded)
    sketch = MinHash(num_perm=_PERMUTATIONS, seed=1, scheme=_SCHEME, hashfunc=int)
    sketch.update_batch(_shingles([crc32(word.encode()) for word in words]).tolist())
    return bytes(sketch.hashvalues.astype("<u4").tobytes())


def _shingles(words: list[int]) -> npt.NDArray[np.uint64]:
    """Return a hash of 32 bits of every run of four words (of all, where there are fewer)."""
    hashes = np.array(words, dtype=np.uint64)
    width = min(_SHINGLE_WORDS, max(1, len(words)))
    count = max(0, len(words) - width + 1)
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(width):
        mixed += hashes[place : place + count] * _MULTIPLIERS[place]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _FINAL
    return mixed >> np.uint64(32)


def band_keys(kept: bytes) -> list[int]:
    """Return 32 signed 64-bit keys; articles that share none are no near-duplicates' candidates."""
    size = len(kept) // _BANDS
    keys: list[int] = []
    for band in range(_BANDS):
        part = kept[band * size : (band + 1) * size]
        digest = hashlib.blake2b(part, digest_size=8, salt=band.to_bytes(2)).digest()
        keys.append(int.from_bytes(digest, signed=True))
    return keys


def similarity(one: bytes, other: bytes) -> float:
    """Return the estimated Jaccard similarity of two signatures, from 0 to 1."""
    return float(np.mean(np.frombuffer(one, dtype="<u4") == np.frombuffer(other, dtype="<u4")))
