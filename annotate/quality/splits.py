"""Train, development and test: decided once and for all by a hash of the article's group."""

from __future__ import annotations

import hashlib

from annotate.records import Split


def split_of(group: str, *, dev: float, test: float) -> Split:
    """Return the split of a group of near-duplicate articles, from its id alone.

    `dev` and `test` are shares in [0, 1). The first articles of the hash range are test, the next
    development: raising the share of test only moves articles towards test.
    """
    digest = hashlib.sha256(group.encode()).digest()
    position = int.from_bytes(digest[:8], "big") / 2**64
    if position < test:
        return "test"
    if position < test + dev:
        return "dev"
    return "train"
