"""What a directory of shards says of itself: one manifest of the run, one entry a shard."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TypeAlias, get_args

from annotate.errors import InputError

MANIFEST = "manifest.json"
LEFT_OUT = "left-out.jsonl"
"""Lines and files of the input that are no articles, with the reasons."""

VERSION = 1
"""Of the layout of the directory."""

FileFormat: TypeAlias = Literal["jsonl", "jsonl.gz", "parquet"]
FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The run: whoever goes on with a directory has to agree in everything.

    `articles_sha256` is over ids and texts in the order of the input.
    """

    version: int
    shards: int
    format: FileFormat
    model_version: str
    labels: tuple[str, ...]
    articles: int = 0
    articles_sha256: str = ""

    def differences(self, other: Manifest, *, but: Collection[str] = ()) -> list[str]:
        """Name what the other one has otherwise, `but` for some fields."""
        return [
            f"{f.name} {_short(getattr(self, f.name))}, now {_short(getattr(other, f.name))}"
            for f in fields(self)
            if f.name not in but and getattr(self, f.name) != getattr(other, f.name)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A finished shard. `left_out` counts marks that the labels cannot hold, by name.

    `without` lists its articles that have no line: (article id, reason).
    """

    shard: int
    file: str
    sha256: str
    bytes: int
    articles: int
    spans: Mapping[str, int] = field(default_factory=dict)
    links: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    without: tuple[tuple[str, str], ...] = ()


def shard_name(shard: int, shards: int) -> str:
    """Return the name of a shard's files, without an ending."""
    return f"shard-{shard:05d}-of-{shards:05d}"


def to_bytes(record: Manifest | Entry) -> bytes:
    """Return the file that holds a manifest or an entry; the same bytes for the same content."""
    return (json.dumps(asdict(record), ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(data: bytes, *, where: str) -> Manifest:
    """Return the manifest in a file; raises `InputError`."""
    value = _object(data, where)
    if value.get("version") != VERSION:
        raise InputError(
            f"{where}: layout {value.get('version')!r}; this annotate knows {VERSION}",
            hint="name another directory, or use the annotate that wrote this one",
        )
    try:
        made = Manifest(**{**value, "labels": tuple(value["labels"])})
    except (TypeError, KeyError):
        raise InputError(f"{where}: is no manifest of shards") from None
    if not (_is_number(made.shards, 1) and _is_number(made.articles) and made.format in FORMATS):
        raise InputError(f"{where}: is no manifest of shards")
    return made


def read_entry(data: bytes, *, where: str) -> Entry:
    """Return the entry in a file; raises `InputError`."""
    value = _object(data, where)
    try:
        without = tuple((str(a), str(why)) for a, why in value.get("without", ()))
        made = Entry(**{**value, "without": without})
    except (TypeError, ValueError):
        raise InputError(f"{where}: is no entry of a shard") from None
    if not (_is_number(made.articles) and _is_number(made.bytes) and isinstance(made.file, str)):
        raise InputError(f"{where}: is no entry of a shard")
    return made


def _object(data: bytes, where: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected a JSON object")
    return value


def _is_number(value: object, least: int = 0) -> bool:
    return type(value) is int and value >= least


def _short(value: Any) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
