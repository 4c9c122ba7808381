"""The articles of a directory of shards with what the machine marked in them, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from annotate.archive.lines import Archive, open_archive
from annotate.archive.storage import is_remote, open_store
from annotate.quality.mentions import Marked


def open_shards(place: str) -> Archive | None:
    """Return the shards at a path or an address; `None` for a path that is a file, or nothing.

    Raises `UsageError` for a directory, or an address, that holds none.
    """
    if not is_remote(place) and not Path(place).is_dir():
        return None
    return open_archive(open_store(place))


def marked_in_shards(
    archive: Archive, *, on_shard: Callable[[int], None] | None = None
) -> Iterator[Marked]:
    """Yield the articles in the order of the shards; memory holds one shard.

    Raises `InputError` for a shard that is not what was written.
    """
    for _, line in archive.lines(on_shard=on_shard):
        yield Marked(article=line.article, marks=line.prediction())
