"""The lines of a directory of shards, one after the other, as they are and as articles."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.archive.manifest import MANIFEST, Entry, Manifest, read_manifest
from annotate.archive.run import Shards, find_shards, is_whole
from annotate.archive.storage import Store, open_store
from annotate.errors import InputError, RecordError, UsageError
from annotate.exports.formats.parquet import each_row
from annotate.jsonl import ArticleLine, article_line_from_json, parse_object

Place = tuple[int, int]
"""Shard and number of a line in it, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Shards that can be read, and how many are not there yet."""

    store: Store
    manifest: Manifest
    entries: tuple[Entry, ...]
    missing: int

    @property
    def articles(self) -> int:
        """Lines in the shards that are there."""
        return sum(entry.articles for entry in self.entries)

    def lines(
        self, *, of: Collection[Place] | None = None, on_shard: Callable[[int], None] | None = None
    ) -> Iterator[tuple[Place, ArticleLine]]:
        """Yield the lines, shard by shard; memory holds one shard.

        `of` names the places that are wanted; shards without one are not opened. `on_shard` gets
        the number of lines of each shard that was gone through. Raises `InputError` for a file
        that is not what was written.
        """
        wanted = None if of is None else frozenset(of)
        shards = None if wanted is None else {shard for shard, _ in wanted}
        for entry in self.entries:
            if shards is None or entry.shard in shards:
                for number, value in enumerate(self._objects(entry)):
                    place = (entry.shard, number)
                    if wanted is None or place in wanted:
                        yield place, self._line(entry, number, value)
            if on_shard is not None:
                on_shard(entry.articles)

    def read(self, entry: Entry) -> bytes:
        """Return the file of a shard; raises `InputError` where it is not what was written."""
        data = self.store.read(entry.file)
        if data is None or not is_whole(entry, data):
            raise InputError(
                f"{self.store.name}/{entry.file}: is not what was written",
                hint="make it anew: annotate prelabel … --out, as before",
            )
        return data

    def _objects(self, entry: Entry) -> Iterator[dict[str, Any] | bytes]:
        data = self.read(entry)
        if self.manifest.format == "parquet":
            yield from _rows(data)
            return
        if self.manifest.format == "jsonl.gz":
            data = gzip.decompress(data)
        yield from data.split(b"\n")[:-1]

    def _line(self, entry: Entry, number: int, value: dict[str, Any] | bytes) -> ArticleLine:
        path = Path(entry.file)
        try:
            if isinstance(value, bytes):
                value = parse_object(value, path=path, line=number + 1)
            return article_line_from_json(value)
        except RecordError as error:
            raise InputError(error.message, path=path, line=number + 1) from None


def archive_at(place: str) -> Archive:
    """Return the shards at a path or an address; raises `UsageError` where there are none."""
    return open_archive(open_store(place))


def open_archive(store: Store) -> Archive:
    """Return the shards of a store; raises `UsageError` where there is no run."""
    held = store.read(MANIFEST)
    if held is None:
        raise UsageError(
            f"{store.name}: no shards are here (no {MANIFEST})",
            hint=f"make them first: annotate prelabel articles/ --out {store.name}",
        )
    manifest = read_manifest(held, where=f"{store.name}/{MANIFEST}")
    found: Shards = find_shards(store, manifest)
    _check(store, manifest, found)
    return Archive(
        store=store, manifest=manifest, entries=found.entries, missing=len(found.missing)
    )


def _check(store: Store, manifest: Manifest, found: Shards) -> None:
    """Refuse files of another run than the manifest's; raises `InputError`."""
    ending = f"-of-{manifest.shards:05d}"
    for name in sorted(store.sizes()):
        if name.startswith("shard-") and name.partition(".")[0][-len(ending) :] != ending:
            raise InputError(
                f"{store.name}/{name}: is none of the {manifest.shards} shards of {MANIFEST}",
                hint="files of two runs lie here: make the shards anew in a directory of their own",
            )
    for entry in found.entries:
        if not entry.file.endswith(f"{ending}.{manifest.format}"):
            raise InputError(
                f"{store.name}/{entry.file}: {MANIFEST} says that shards are {manifest.format}",
                hint="make the shards anew in a directory of their own",
            )
    held = sum(entry.articles + len(entry.without) for entry in found.entries)
    if not found.missing and held != manifest.articles:
        raise InputError(
            f"{store.name}: {MANIFEST} says {manifest.articles} articles, the shards hold {held}",
            hint="make the shards anew in a directory of their own",
        )


def _rows(data: bytes) -> Iterator[dict[str, Any]]:
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(data)
        file.flush()
        for row in each_row(Path(file.name)):
            if isinstance(row, RecordError):
                raise InputError(row.message)
            yield row
