"""A run over shards: what is done already is passed over, the rest is predicted and entered."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from annotate.archive.engine import Engine, Work
from annotate.archive.inputs import Inputs
from annotate.archive.manifest import (
    LEFT_OUT,
    MANIFEST,
    Entry,
    FileFormat,
    Manifest,
    read_entry,
    read_manifest,
    shard_name,
    to_bytes,
)
from annotate.archive.sharding import Part
from annotate.archive.spool import Spool, Spooled
from annotate.archive.storage import Directory, Store
from annotate.archive.supervisor import Predicted
from annotate.errors import InputError, UsageError
from annotate.exports.formats.parquet import parquet_bytes
from annotate.jsonl import dumps

_ARTICLES = ("articles", "articles_sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shards:
    """Where a run stands: the manifest, the entries that are there, the shards that are missing."""

    manifest: Manifest
    entries: tuple[Entry, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A run whose articles are laid down, and that is entered in its store."""

    store: Store
    spool: Spool
    spooled: Spooled
    shards: Shards


def begin(
    store: Store,
    spool: Spool,
    inputs: Inputs,
    layout: Manifest,
    *,
    on_article: Callable[[], None] | None = None,
) -> Begun:
    """Read the input, and enter the run into a store or go on with the one that is there.

    `layout` is the manifest but for the articles, which are not known before they are read. Raises
    `UsageError` where the store holds another run or files of somebody else (what can be known
    before anything is read, is), and where another process fills the same part.
    """
    check_layout(store, layout)
    spool.hold()
    spooled = spool.fill(inputs, on_article=on_article)
    manifest = replace(layout, articles=spooled.articles, articles_sha256=spooled.articles_sha256)
    try:
        entered = _check(store, manifest)
    except UsageError:
        spool.clear()  # nobody will ask for these articles
        raise
    if not entered:
        store.write(LEFT_OUT, _left_out(spooled))
        store.write(MANIFEST, to_bytes(manifest))
    # What lies far away is trusted by its size: reading it would cost more than making it anew.
    shards = find_shards(store, manifest, part=spool.part, whole=isinstance(store, Directory))
    if any(spooled.shards.get(s) and not spool.has(s) for s in shards.missing):
        # A shard is missing whose articles went with it when it was done: they are read again.
        spool.clear()
        spooled = spool.fill(inputs, on_article=on_article)
    for entry in shards.entries:
        spool.drop(entry.shard)
    missing = [shard_name(shard, manifest.shards) for shard in shards.missing]
    store.tidy({f"{name}.{end}" for name in missing for end in (manifest.format, "json")})
    return Begun(store=store, spool=spool, spooled=spooled, shards=shards)


def check_layout(store: Store, layout: Manifest) -> bool:
    """Tell whether a run of this layout is there, whatever its articles.

    Raises `UsageError` where another one is, or files of somebody else.
    """
    return _check(store, layout, but=_ARTICLES)


def _check(store: Store, manifest: Manifest, *, but: Collection[str] = ()) -> bool:
    """Tell whether the run is entered already; raises `UsageError` where another one is."""
    held = store.read(MANIFEST)
    if held is None:
        if strange := sorted(set(store.sizes()) - {LEFT_OUT}):
            raise UsageError(
                f"{store.name}: holds other files ({', '.join(strange[:3])}) and no {MANIFEST}",
                hint="name an empty or a new directory",
            )
        return False
    there = read_manifest(held, where=f"{store.name}/{MANIFEST}")
    if other := there.differences(manifest, but=but):
        raise UsageError(
            f"{store.name}: was begun otherwise: {'; '.join(other)}",
            hint="run it as it was begun, or name another directory",
        )
    return True


def find_shards(
    store: Store, manifest: Manifest, *, part: Part | None = None, whole: bool = False
) -> Shards:
    """Return what is done and what is missing of a part, by default of the whole.

    A shard whose file is not as long as its entry says is missing; `whole` reads it and compares
    its hash.
    """
    sizes = store.sizes()
    part = part or Part()
    names = {
        shard: f"{shard_name(shard, manifest.shards)}.json"
        for shard in filter(part.has, range(manifest.shards))
    }
    held = store.read_all([name for name in names.values() if name in sizes])
    entries: list[Entry] = []
    missing: list[int] = []
    for shard, name in names.items():
        entry = read_entry(held[name], where=f"{store.name}/{name}") if name in held else None
        if (
            entry is not None
            and sizes.get(entry.file) == entry.bytes
            and (not whole or is_whole(entry, store.read(entry.file)))
        ):
            entries.append(entry)
        else:
            missing.append(shard)
    return Shards(manifest=manifest, entries=tuple(entries), missing=tuple(missing))


def is_whole(entry: Entry, data: bytes | None) -> bool:
    """Tell whether a shard's file is what was written."""
    return data is not None and hashlib.sha256(data).hexdigest() == entry.sha256


def run_shards(begun: Begun, engine: Engine, work: Work) -> Iterator[tuple[Entry, Predicted]]:
    """Predict the shards that are missing and write each one: its file first, then its entry.

    Yields the entries as they are written. The bytes are the same whatever engine, number of
    workers and order. Raises `InputError` where an article of a shard is neither in its file nor
    among those that have no line.
    """
    manifest, store = begun.shards.manifest, begun.store
    for shard, predicted in engine.run(begun.shards.missing, begun.spool.read, work):
        expected = begun.spooled.shards.get(shard, 0)
        if len(predicted.lines) + len(predicted.without) != expected:
            raise InputError(
                f"shard {shard}: {expected} articles were laid down, and "
                f"{len(predicted.lines) + len(predicted.without)} came back",
                hint="run it again: the shard was not written",
            )
        data = encode(predicted.lines, manifest.format)
        name = shard_name(shard, manifest.shards)
        entry = Entry(
            shard=shard,
            file=f"{name}.{manifest.format}",
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            articles=len(predicted.lines),
            spans=dict(sorted(predicted.spans.items())),
            links=predicted.links,
            left_out=dict(sorted(predicted.left_out.items())),
            without=tuple(predicted.without),
        )
        store.write(entry.file, data)
        store.write(f"{name}.json", to_bytes(entry))
        begun.spool.drop(shard)
        yield entry, predicted


def encode(lines: Sequence[bytes], format_: FileFormat) -> bytes:
    """Return the file that holds lines; the same bytes for the same lines."""
    if format_ == "parquet":
        return parquet_bytes(map(json.loads, lines))
    data = b"".join(line + b"\n" for line in lines)
    return gzip.compress(data, mtime=0) if format_ == "jsonl.gz" else data


def _left_out(spooled: Spooled) -> bytes:
    lines = (
        dumps({"file": file, "line": line, "reason": reason}) + "\n"
        for file, line, reason in spooled.bad
    )
    return "".join(lines).encode("utf-8", "backslashreplace")
