"""The articles of a run, one after the other: memory holds one line, however many there are."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from annotate.archive.storage import fetched, is_remote, list_remote
from annotate.articles.file_readers import SUFFIXES, read_each, read_each_line
from annotate.articles.finding import find_files
from annotate.errors import InputError, RecordError, UsageError
from annotate.exports.formats.parquet import each_row
from annotate.jsonl import article_line_from_json
from annotate.records import Article

PACKED = (".jsonl.gz", ".parquet")
"""What is read here beside what every command reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The files of a run: their names as they were given, and sizes in bytes.

    `passed_over` counts files of directories that cannot be read, by suffix.
    """

    files: tuple[tuple[str, int], ...]
    root: Path
    encoding: str | None = None
    passed_over: Mapping[str, int] = field(default_factory=dict)
    directories: tuple[Path, ...] = ()
    """The directories of this machine that were named, whole."""

    @property
    def size(self) -> int:
        """Bytes to be read; what is packed counts fourfold."""
        return sum(size * (4 if name.endswith(PACKED) else 1) for name, size in self.files)

    def articles(self) -> Iterator[tuple[str, int | None, Article | InputError]]:
        """Yield (file, line or row, article) in the order of the files; in a bad one's place why.

        Raises `InputError` where a remote file cannot be fetched.
        """
        for name, _ in self.files:
            if not is_remote(name):
                path = self.root / name
                for number, article in _each_or_none(path, self.root, self.encoding):
                    yield name, number, _renamed(article, path, name)
                continue
            with fetched(name) as (path, root):
                for number, article in _each_or_none(path, root, self.encoding):
                    yield name, number, _renamed(article, path, name)


def _renamed(article: Article | InputError, copy: Path, name: str) -> Article | InputError:
    """Let an error name the file as it was named: so it is the same on every machine."""
    if isinstance(article, Article):
        return article
    return InputError(article.message.replace(str(copy), name), hint=article.hint)


def find_inputs(places: Sequence[str], *, root: Path, encoding: str | None = None) -> Inputs:
    """Return the files that paths, directories, globs and addresses name, each once, sorted.

    Raises `UsageError` for one that names nothing, a file of a kind that cannot be read, an
    encoding that nobody knows, and where there is no file at all.
    """
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise UsageError(f"--encoding {encoding}: no such encoding") from None
    local = [place for place in places if not is_remote(place)]
    found = find_files(local, root=root, also=PACKED)
    names = [(_name(path, root), path.stat().st_size) for path in found.files]
    for place in places:
        if is_remote(place):
            names += [held for held in list_remote(place) if held not in names]
    for name, _ in names:
        if not name.lower().endswith((*SUFFIXES, *PACKED)):
            raise UsageError(
                f"{name}: cannot be read; expected one of {', '.join((*SUFFIXES, *PACKED))}"
            )
    if not names:
        raise UsageError(f"{', '.join(places)}: no file that can be read")
    return Inputs(
        files=tuple(names),
        root=root,
        encoding=encoding,
        passed_over=found.passed_over,
        directories=tuple((root / place).resolve() for place in local if (root / place).is_dir()),
    )


def _name(path: Path, root: Path) -> str:
    """Return a path as it is named on every machine that has the same directory."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _each_or_none(
    path: Path, root: Path, encoding: str | None
) -> Iterator[tuple[int | None, Article | InputError]]:
    """Yield the articles of a file; where there is none, that: a download may have failed."""
    empty = True
    for found in _each(path, root, encoding):
        empty = False
        yield found
    if empty:
        yield None, InputError("no article in the file", path=path)


def _each(
    path: Path, root: Path, encoding: str | None
) -> Iterator[tuple[int | None, Article | InputError]]:
    if path.name.lower().endswith(".parquet"):
        yield from _rows(path, root)
    elif path.name.lower().endswith(".jsonl.gz"):
        yield from _unpacked(path, root)
    elif path.suffix.lower() == ".jsonl":
        with path.open("rb") as stream:
            for number, line in read_each_line(stream, path, root=root):
                yield number, line if isinstance(line, InputError) else line.article
    else:
        for line in read_each(path, root=root, encoding=encoding):
            yield None, line if isinstance(line, InputError) else line.article


def _unpacked(path: Path, root: Path) -> Iterator[tuple[int | None, Article | InputError]]:
    number = 0
    try:
        with gzip.open(path, "rb") as stream:
            for number, line in read_each_line(cast("IO[bytes]", stream), path, root=root):
                yield number, line if isinstance(line, InputError) else line.article
    except (OSError, EOFError, zlib.error) as error:
        said = f"cannot be unpacked after line {number}: {error}"
        yield number + 1, InputError(said, path=path, line=number + 1)


def _rows(path: Path, root: Path) -> Iterator[tuple[int | None, Article | InputError]]:
    number = 0
    try:
        for number, row in enumerate(each_row(path), 1):
            try:
                if isinstance(row, RecordError):
                    raise row
                if row.get("article_id") is None:  # as of lines
                    row["article_id"] = row.get("url") or f"{_name(path, root)}:{number}"
                yield number, article_line_from_json(row).article
            except RecordError as error:
                yield number, InputError(error.message, path=path, line=number, hint=error.hint)
    except InputError as error:  # no Parquet, or damaged from here on
        yield number + 1, error
