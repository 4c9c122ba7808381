"""Versions of human work on disk: immutable parts, and manifests that name them.

    exports/<project>/parts/<sha256 of the content>.jsonl
    exports/<project>/versions/<number>-<first 12 digits of the id>.json

A version is the fold of its parts: the last line for an article revision wins, a tombstone
removes it. Its identity is the SHA-256 of its manifest; the number is a local alias.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.errors import DamagedExportError, InputError, RecordError, UnknownExportError
from annotate.exports.index import FoldIndex, damaged, open_index
from annotate.exports.lines import ExportedArticle, Tombstone, line_from_json, line_to_json
from annotate.files import holding_directory, write_atomic, write_by_hash
from annotate.jsonl import dumps, parse_object
from annotate.records import ArticleKey

FORMAT = 1
MAX_PARTS = 32
"""A version of more parts is written as one compacted part instead."""

_NAME = re.compile(r"(\d{4,})-([0-9a-f]{12})\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A manifest, read and checked against its own hash."""

    id: str
    number: int
    parent: str | None
    created_at: str
    parts: tuple[tuple[str, int], ...]
    """SHA-256 and number of lines of each part, oldest first."""
    scheme: str
    """Fingerprint of the label scheme."""
    label_config_sha256: str
    counts: Mapping[str, Any]
    models_seen: tuple[str, ...]
    watermark: str | None
    """Highest `updated_at` of the tasks that the pull saw."""
    project: Mapping[str, Any]
    people: str | None = None
    """Check value of the key of the pseudonyms; versions of files alone may have none."""

    @property
    def name(self) -> str:
        """Short name for people: number and the first digits of the id."""
        return f"{self.number:04d}-{self.id[:12]}"


class ExportStore:
    """The export versions of one project, in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def versions(self) -> list[Version]:
        """Return all versions, oldest first; raises `DamagedExportError`."""
        found = [
            self._read_manifest(path)
            for path in sorted((self.directory / "versions").glob("*.json"))
            if _NAME.fullmatch(path.name)
        ]
        return sorted(found, key=lambda version: version.number)

    def names(self) -> list[str]:
        """Return the names of the manifests, oldest first, without reading them."""
        found = (self.directory / "versions").glob("*.json")
        return sorted(path.stem for path in found if _NAME.fullmatch(path.name))

    def damaged_parts(self, version: Version) -> list[str]:
        """Return one line a part of the version that is not there or not what its hash says."""
        found = (self._damage(sha256, lines) for sha256, lines in version.parts)
        return [problem for problem in found if problem is not None]

    def latest(self) -> Version | None:
        """Return the newest version, or `None` before the first pull."""
        numbered = [(int(name.partition("-")[0]), name) for name in self.names()]
        if not numbered:
            return None
        return self._read_manifest(self.directory / "versions" / f"{max(numbered)[1]}.json")

    def find(self, wanted: str | None) -> Version:
        """Return the version of that id (or its beginning), number or name; `None`: the latest.

        Raises `UnknownExportError` that lists what there is.
        """
        versions = self.versions()
        if not versions:
            raise UnknownExportError(
                f"no export version in {self.directory}", hint="make one with: annotate pull"
            )
        if wanted is None or wanted == "latest":
            return versions[-1]
        fitting = [
            version
            for version in versions
            if wanted in (version.name, str(version.number), f"{version.number:04d}")
            or (len(wanted) >= 6 and version.id.startswith(wanted.lower()))
        ]
        if len(fitting) != 1:
            known = ", ".join(version.name for version in versions[-5:])
            what = "no export version" if not fitting else "more than one export version"
            raise UnknownExportError(f"{what} is {wanted!r}; the newest are {known}")
        return fitting[0]

    def load(self, version: Version) -> dict[ArticleKey, ExportedArticle]:
        """Return what a version holds, by article id and text hash, in order of the ids.

        Every part is checked against its hash. Raises `DamagedExportError`.
        """
        held: dict[ArticleKey, ExportedArticle] = {}
        for sha256, lines in version.parts:
            for line in self._read_part(sha256, lines):
                if isinstance(line, Tombstone):
                    held.pop(line.key, None)
                else:
                    held[line.key] = line
        return dict(sorted(held.items()))

    def add(
        self,
        changes: Iterable[ExportedArticle | Tombstone],
        *,
        created_at: str,
        scheme: str,
        label_config_sha256: str,
        watermark: str | None,
        project: Mapping[str, Any],
        people: str | None = None,
        cache: Path | None = None,
    ) -> Version:
        """Write a version that holds the latest one with `changes` (in order of keys) applied.

        Memory holds a line at a time; `cache` is the file of the index of what the latest version
        holds. The part is written before the manifest, so that a crash leaves at most a part that
        no version names.
        """
        # One at a time, whoever else writes here: the number and the parent are those of now.
        with holding_directory(self.directory / "versions"):
            parent = self.latest()
            with self.index(parent, cache) as index:
                with index.adding() as name:
                    lines: list[int] = []
                    part = self._write_part(index.encoded(iter(changes), lines))
                    parts = (*(parent.parts if parent else ()), (part, len(lines)))
                    name(part, [sha256 for sha256, _ in parts])
                    if len(parts) > MAX_PARTS:
                        lines = []
                        whole = self._write_part(_as_lines(index.lines(), lines))
                        parts = ((whole, len(lines)),)
                    manifest = {
                        "format": FORMAT,
                        "number": parent.number + 1 if parent else 1,
                        "parent": parent.id if parent else None,
                        "created_at": created_at,
                        "parts": [{"sha256": sha256, "lines": count} for sha256, count in parts],
                        "scheme": scheme,
                        "label_config_sha256": label_config_sha256,
                        "counts": index.counts().to_json(),
                        "models_seen": index.models(),
                        "watermark": watermark,
                        "project": dict(project),
                        **({} if people is None else {"people": people}),
                    }
                    content = dumps(manifest) + "\n"
                    version = _version(manifest, hashlib.sha256(content.encode()).hexdigest())
                    write_atomic(self.directory / "versions" / f"{version.name}.json", content)
                index.follow([sha256 for sha256, _ in parts])
        return version

    @contextmanager
    def index(self, version: Version | None, cache: Path | None) -> Iterator[FoldIndex]:
        """Open the index of a version in the file `cache` (`None`: in memory)."""
        with open_index(cache, self._part_path) as index:
            index.follow([sha256 for sha256, _ in version.parts] if version else [])
            yield index

    def verify(self) -> list[str]:
        """Return what is damaged, one line each, and which version can still be had; else empty.

        Every part and every manifest is read once, whole.
        """
        problems: list[str] = []
        intact: list[str] = []
        parts: dict[str, str | None] = {}
        for path in sorted((self.directory / "versions").glob("*.json")):
            try:
                version = self._read_manifest(path)
            except DamagedExportError as error:
                problems.append(error.message)
                continue
            broken = False
            for sha256, lines in version.parts:
                if sha256 not in parts:
                    parts[sha256] = self._damage(sha256, lines)
                    if parts[sha256] is not None:
                        problems.append(str(parts[sha256]))
                broken = broken or parts[sha256] is not None
            if not broken:
                intact.append(version.name)
        if problems:
            still = intact[-1] if intact else "none"
            problems.append(f"the newest version that can be had whole: {still}")
        return problems

    def _damage(self, sha256: str, lines: int) -> str | None:
        path = self._part_path(sha256)
        digest = hashlib.sha256()
        found = 0
        try:
            with path.open("rb") as stream:
                for raw in stream:
                    digest.update(raw)
                    found += 1
        except OSError as error:
            return f"{path}: cannot be read: {error.strerror}"
        if digest.hexdigest() != sha256:
            return damaged(path).message
        return None if found == lines else f"{path}: {found} lines, the manifest says {lines}"

    def _part_path(self, sha256: str) -> Path:
        return self.directory / "parts" / f"{sha256}.jsonl"

    def _write_part(self, lines: Iterable[bytes]) -> str:
        return write_by_hash(self.directory / "parts", lines, suffix=".jsonl")

    def _read_part(self, sha256: str, lines: int) -> list[ExportedArticle | Tombstone]:
        path = self._part_path(sha256)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DamagedExportError(f"{path}: cannot be read: {error.strerror}") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise damaged(path)
        try:
            found = [
                line_from_json(parse_object(raw, path=path, line=number))
                for number, raw in enumerate(content.splitlines(), start=1)
            ]
        except (InputError, RecordError) as error:
            raise DamagedExportError(f"{path}: {error.message}") from None
        if len(found) != lines:
            raise DamagedExportError(f"{path}: {len(found)} lines, the manifest says {lines}")
        return found

    def _read_manifest(self, path: Path) -> Version:
        try:
            content = path.read_bytes()
            manifest = parse_object(content, path=path, line=1)
        except OSError as error:
            raise DamagedExportError(f"{path}: cannot be read: {error.strerror}") from None
        except InputError as error:
            raise DamagedExportError(error.message) from None
        if manifest.get("format") != FORMAT:
            raise DamagedExportError(
                f"{path}: format {manifest.get('format')!r}, this annotate reads {FORMAT}"
            )
        digest = hashlib.sha256(content).hexdigest()
        match = _NAME.fullmatch(path.name)
        if match is None or not digest.startswith(match[2]):
            raise DamagedExportError(f"{path}: the manifest is not what its name's hash says")
        try:
            return _version(manifest, digest)
        except (KeyError, TypeError) as error:
            raise DamagedExportError(f"{path}: not a manifest: {error!r}") from None


def _as_lines(lines: Iterable[ExportedArticle], count: list[int]) -> Iterator[bytes]:
    for line in lines:
        count.append(1)
        yield (dumps(line_to_json(line)) + "\n").encode()


def _version(manifest: Mapping[str, Any], digest: str) -> Version:
    return Version(
        id=digest,
        number=manifest["number"],
        parent=manifest["parent"],
        created_at=manifest["created_at"],
        parts=tuple((part["sha256"], part["lines"]) for part in manifest["parts"]),
        scheme=manifest["scheme"],
        label_config_sha256=manifest["label_config_sha256"],
        counts=manifest["counts"],
        models_seen=tuple(manifest["models_seen"]),
        watermark=manifest["watermark"],
        project=manifest["project"],
        people=manifest.get("people"),
    )
