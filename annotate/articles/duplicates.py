"""Near-duplicate articles: news is re-reported word for word.

MinHash over folded word shingles (Broder 1997); candidates by locality-sensitive banding (Indyk and
Motwani 1998), so that whoever keeps the signatures need not hold them in memory. The signatures are
those of datasketch 2.0 (`affine32`, seed 1), which made them once: benchmarks/near_duplicates.py.
Folding (NFC, case, white space, punctuation) serves the comparison alone; an article's text is
never changed.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterable
from zlib import crc32

import numpy as np
import numpy.typing as npt

THRESHOLD = 0.5
"""Estimated Jaccard similarity of the shingles from which two articles are near-duplicates."""

_PERMUTATIONS = 128
_SHINGLE_WORDS = 4
_WORD = re.compile(r"\w+")
_MULTIPLIERS = np.array(  # odd, of 64 bits; kept signatures depend on them
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93],
    dtype=np.uint64,
)
_FINAL = np.uint64(0xBF58476D1CE4E5B9)
_EMPTY = np.uint32(0xFFFFFFFF)
_BATCH = 1024  # shingles at a time: the products of one batch stay in the processor's cache
_BANDS = 32
"""Of four numbers each: two articles of similarity 0.5 share one with probability 0.87, of 0.7
with 0.9999."""


def signature(text: str) -> bytes:
    """Return the text's MinHash signature: 128 numbers of 32 bits, little-endian."""
    hashes = _mixed(shingle_hashes(text))
    factors, terms = _permutations()
    lowest = np.full((_PERMUTATIONS, 1), _EMPTY)
    for first in range(0, len(hashes), _BATCH):
        permuted = factors * hashes[first : first + _BATCH] + terms  # modulo 2**32
        np.minimum(lowest, permuted.min(axis=1, keepdims=True), out=lowest)
    return lowest.astype("<u4").tobytes()


@functools.cache
def _permutations() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return factors (odd, so that no two hashes fall together) and terms, as columns.

    NumPy promises that its old generator never changes; kept signatures depend on it.
    """
    generator = np.random.RandomState(1)
    factors = generator.randint(0, 1 << 31, _PERMUTATIONS, dtype=np.uint32) * np.uint32(2)
    terms = generator.randint(0, 1 << 32, _PERMUTATIONS, dtype=np.uint32)
    return (factors + np.uint32(1)).reshape(-1, 1), terms.reshape(-1, 1)


def _mixed(hashes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Return the hashes after MurmurHash3's last step, which spreads alike ones."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


def shingle_hashes(text: str) -> npt.NDArray[np.uint32]:
    """Return a hash of every run of four folded words (of all, where there are fewer)."""
    words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    hashes = np.array([crc32(word.encode()) for word in words], dtype=np.uint64)
    width = min(_SHINGLE_WORDS, max(1, len(words)))
    count = max(0, len(words) - width + 1)
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(width):
        mixed += hashes[place : place + count] * _MULTIPLIERS[place]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _FINAL
    return (mixed >> np.uint64(32)).astype(np.uint32)


def band_keys(kept: bytes) -> list[int]:
    """Return 32 signed 64-bit keys; articles that share none are no near-duplicates' candidates."""
    size = len(kept) // _BANDS
    keys: list[int] = []
    for band in range(_BANDS):
        part = kept[band * size : (band + 1) * size]
        digest = hashlib.blake2b(part, digest_size=8, salt=band.to_bytes(2)).digest()
        keys.append(int.from_bytes(digest, signed=True))
    return keys


class NearDuplicates:
    """Texts by name, held in memory, to ask which of them another text nearly repeats."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._kept: list[tuple[str, bytes]] = []
        self._bands: dict[int, list[int]] = {}
        known: set[bytes] = set()
        for name, text in texts:
            sketch = signature(text)
            if sketch in known:
                continue
            known.add(sketch)
            for key in band_keys(sketch):
                self._bands.setdefault(key, []).append(len(self._kept))
            self._kept.append((name, sketch))

    def find(self, text: str) -> str | None:
        """Return the name of the first text that this one nearly repeats, or is."""
        if not self._kept:
            return None
        sketch = signature(text)
        near = {place for key in band_keys(sketch) for place in self._bands.get(key, ())}
        for place in sorted(near):
            name, kept = self._kept[place]
            if similarity(sketch, kept) >= THRESHOLD:
                return name
        return None


def similarity(one: bytes, other: bytes) -> float:
    """Return the estimated Jaccard similarity of two signatures, from 0 to 1."""
    return float(np.mean(np.frombuffer(one, dtype="<u4") == np.frombuffer(other, dtype="<u4")))
