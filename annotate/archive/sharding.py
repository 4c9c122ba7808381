"""Which shard an article belongs to, and how many shards there are: the same on every machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from annotate.errors import UsageError

MAX_SHARDS = 4096
"""Of more files in one directory nobody has anything."""

_BYTES = 128 * 1024  # of input, a shard: some dozen articles, so that no worker waits long


def shard_of(article_id: str, shards: int) -> int:
    """Return the number of an article's shard, from 0, by a hash of its id alone."""
    digest = blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) % shards


def shards_for(size: int) -> int:
    """Return how many shards `size` bytes of input get by default: one for each 128 KiB.

    The number depends on the input alone, never on the machine: the same files come out anywhere.
    """
    return max(1, min(MAX_SHARDS, -(-size // _BYTES)))


@dataclass(frozen=True, slots=True)
class Part:
    """The `k`-th of `n` parts of a run, from 1: every n-th shard."""

    k: int = 1
    n: int = 1

    @classmethod
    def parse(cls, text: str) -> Part:
        """Read `K/N`; raises `UsageError`."""
        found = re.fullmatch(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})", text.strip())
        if found is None or int(found[1]) > int(found[2]):
            raise UsageError(
                f"--shard {text}: expected K/N with K from 1 to N",
                hint="the second of eight machines runs with --shard 2/8",
            )
        return cls(int(found[1]), int(found[2]))

    def has(self, shard: int) -> bool:
        """Tell whether a shard is of this part."""
        return shard % self.n == self.k - 1

    def __str__(self) -> str:
        return f"{self.k}/{self.n}"
