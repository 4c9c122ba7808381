"""What lies on disk and is read whenever it is asked for: memory holds places, not articles."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar, overload

from annotate.errors import DamagedExportError
from annotate.exports.index import part_lines, read_line
from annotate.exports.lines import ExportedArticle, Tombstone
from annotate.exports.manifests import Version
from annotate.records import ArticleKey

_Item = TypeVar("_Item")


class Stored(Sequence[_Item]):
    """Items that `read` gives for their numbers; a slice holds fewer of the numbers."""

    def __init__(self, read: Callable[[int], _Item], numbers: Iterable[int]) -> None:
        self._read = read
        self._numbers = array("q", numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[_Item]:
        """Read one item after the other."""
        return map(self._read, self._numbers)

    @overload
    def __getitem__(self, index: int) -> _Item: ...

    @overload
    def __getitem__(self, index: slice) -> Stored[_Item]: ...

    def __getitem__(self, index: int | slice) -> _Item | Stored[_Item]:
        """Read an item anew, or return a part of them unread."""
        if isinstance(index, slice):
            return Stored(self._read, self._numbers[index])
        return self._read(self._numbers[index])


def stored_lines(version: Version, part_path: Callable[[str], Path]) -> Stored[ExportedArticle]:
    """Return the lines of a version in order of their keys.

    Every part is read once, whole, and checked against its hash. Raises `DamagedExportError`; so
    does reading a line of a part that has changed since.
    """
    held: dict[ArticleKey, tuple[str, int, int]] = {}
    for sha256, lines in version.parts:
        path = part_path(sha256)
        found = 0
        for line, start, length in part_lines(path, sha256):
            found += 1
            if isinstance(line, Tombstone):
                held.pop(line.key, None)
            else:
                held[line.key] = (sha256, start, length)
        if found != lines:
            raise DamagedExportError(f"{path}: {found} lines, the manifest says {lines}")
    places = [held[key] for key in sorted(held)]

    def read(number: int) -> ExportedArticle:
        sha256, start, length = places[number]
        return read_line(part_path(sha256), start, length)

    return Stored(read, range(len(places)))
