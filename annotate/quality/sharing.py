"""Which articles several people annotate: decided once and for all by a hash of the group."""

from __future__ import annotations

import hashlib


def annotators_of(group: str, *, share: float, each: int) -> int:
    """Return how many people shall annotate an article of this group of near-duplicates.

    `share` of the groups, in [0, 1], is for `each` people, the others for one. The first groups of
    the hash range are shared, so that raising the share only adds to them; the hash has nothing to
    do with the one that decides the split.
    """
    digest = hashlib.sha256(f"annotators\0{group}".encode()).digest()
    position = int.from_bytes(digest[:8], "big") / 2**64
    return each if position < share else 1
