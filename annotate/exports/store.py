"""Versions of human work on disk: immutable parts, and manifests that name them.

    exports/<project>/parts/<sha256 of the content>.jsonl

A version is the fold of its parts: the last line for an article revision wins, a tombstone
removes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotate.errors import DamagedExportError, InputError, RecordError
from annotate.exports.index import FoldIndex, damaged, open_index
from annotate.exports.lines import ExportedArticle, Tombstone, line_from_json, line_to_json
from annotate.exports.manifests import Manifests, Version
from annotate.exports.stored import Stored, stored_lines
from annotate.files import holding_directory, write_by_hash
from annotate.jsonl import dumps, parse_object
from annotate.records import ArticleKey

MENDING = (
    "put the file back, from version control or a backup; or make a whole version of the other "
    "parts and of what the server has: annotate pull --heal"
)
"""The next step where the newest version is damaged."""

MAX_PARTS = 32
"""A version of more parts is written as one compacted part instead."""


class ExportStore:
    """The export versions of one project, in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.manifests = Manifests(directory / "versions")

    def versions(self) -> list[Version]:
        """Return all versions, oldest first; raises `DamagedExportError` where one is damaged."""
        versions, problems = self.manifests.readable()
        if problems:
            raise DamagedExportError(problems[0])
        return versions

    def damaged_parts(self, version: Version) -> dict[str, str]:
        """Return what is wrong with each part that is not there or not what its hash says.

        Every part of the version is read whole.
        """
        found = {sha256: self._damage(sha256, lines) for sha256, lines in version.parts}
        return {sha256: problem for sha256, problem in found.items() if problem is not None}

    def require_whole(self, version: Version) -> None:
        """Raise `DamagedExportError` where a part of the version is damaged, with the next step."""
        problems = list(self.damaged_parts(version).values())
        if problems:
            more = f" (and {len(problems) - 1} parts more)" if len(problems) > 1 else ""
            raise DamagedExportError(
                f"{problems[0]}{more}: nothing is built on version {version.name}", hint=MENDING
            )

    def without_damage(self, version: Version) -> Version:
        """Return the version less its damaged parts: what can still be had of it."""
        broken = self.damaged_parts(version)
        return replace(version, parts=tuple(p for p in version.parts if p[0] not in broken))

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

    def stored(self, version: Version) -> Stored[ExportedArticle]:
        """Return the same lines in the same order, each read when it is asked for."""
        return stored_lines(version, self._part_path)

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
        reading: str | None = None,
        joins: Iterable[str] = (),
        onto: Version | None = None,
        cache: Path | None = None,
    ) -> Version:
        """Write a version that holds the latest one with `changes` (in order of keys) applied.

        `onto` is what the changes are applied to where that is not the latest one: a version less
        its damaged parts. `joins` are the ids of other versions that the changes bring in. Memory
        holds a line at a time; `cache` is the file of the index of what the latest version holds.
        The part is written before the manifest, so that a crash leaves at most a part that no
        version names. Raises `DamagedExportError` where a part of the latest version is damaged.
        """
        # One at a time, whoever else writes here: the number and the parent are those of now.
        with holding_directory(self.manifests.directory):
            parent = onto or self.manifests.latest()
            if parent is not None:
                self.require_whole(parent)
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
                    joined = list(joins)
                    version = self.manifests.write(
                        {
                            "number": self.manifests.next_number(),
                            "parent": parent.id if parent else None,
                            **({"joins": joined} if joined else {}),
                            "created_at": created_at,
                            "parts": [{"sha256": sha, "lines": count} for sha, count in parts],
                            "scheme": scheme,
                            "label_config_sha256": label_config_sha256,
                            "counts": index.counts().to_json(),
                            "models_seen": index.models(),
                            "watermark": watermark,
                            "project": dict(project),
                            **({} if people is None else {"people": people}),
                            **({} if reading is None else {"reading": reading}),
                        }
                    )
                index.follow([sha256 for sha256, _ in parts])
        return version

    @contextmanager
    def index(
        self, version: Version | None, cache: Path | None, *, on_trial: bool = False
    ) -> Iterator[FoldIndex]:
        """Open the index of a version in the file `cache` (`None`: in memory).

        `on_trial` the file stays as it is.
        """
        with open_index(cache, self._part_path, on_trial=on_trial) as index:
            index.follow([sha256 for sha256, _ in version.parts] if version else [])
            yield index

    def remembered(self, version: Version | None, cache: Path) -> list[ArticleKey]:
        """Return the articles on which other parts than this version's had the last word.

        The cache knows that of the version that was the latest when it was used last, though
        neither its parts nor its manifest may be left; it stays as it is.
        """
        with open_index(cache, self._part_path, on_trial=True) as index:
            return index.keys_outside(sha256 for sha256, _ in (version.parts if version else ()))

    def verify(self) -> list[str]:
        """Return what is damaged, one line each, and which version can still be had; else empty.

        Every part and every manifest is read once, whole.
        """
        versions, problems = self.manifests.readable()
        whole: list[str] = []
        parts: dict[str, str | None] = {}
        for version in versions:
            for sha256, lines in version.parts:
                if sha256 not in parts:
                    parts[sha256] = self._damage(sha256, lines)
            if all(parts[sha256] is None for sha256, _ in version.parts):
                whole.append(version.name)
        problems += [problem for problem in parts.values() if problem is not None]
        known = {version.id for version in versions}
        problems += [
            f"{version.name}: the version that it grew from ({parent[:12]}) is not there"
            for version in versions
            for parent in version.parents
            if parent not in known
        ]
        if problems:
            still = whole[-1] if whole else "none"
            problems.append(f"the newest version that can be had whole: {still}")
        return problems

    def mending(self) -> str:
        """Return the next step where anything is damaged: the newest version, or others alone."""
        versions, _ = self.manifests.readable()
        newest = [version for version in versions if version.name == self.manifests.names()[-1]]
        if not newest or self.damaged_parts(newest[0]):
            return MENDING
        return (
            "put the file back, from version control or a backup; the newest version is whole, and "
            "pulls go on from it"
        )

    def unnamed_parts(self) -> list[str]:
        """Return the names of parts that no version names.

        A crash between a part and its manifest leaves one; so does a manifest that was deleted.
        """
        versions, _ = self.manifests.readable()
        named = {sha256 for version in versions for sha256, _ in version.parts}
        found = self.directory.glob("parts/*.jsonl")
        return sorted(path.name for path in found if path.stem not in named)

    def _damage(self, sha256: str, lines: int) -> str | None:
        path = self._part_path(sha256)
        digest, as_written = hashlib.sha256(), hashlib.sha256()
        found = 0
        try:
            with path.open("rb") as stream:
                for raw in stream:
                    digest.update(raw)
                    as_written.update(raw.replace(b"\r\n", b"\n"))
                    found += 1
        except OSError as error:
            return f"{path}: cannot be read: {error.strerror}"
        if digest.hexdigest() != sha256 == as_written.hexdigest():
            return (
                f"{path}: its line ends were changed, as git does with core.autocrlf: put "
                "`/exports/** -text` into .gitattributes and check it out anew"
            )
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


def _as_lines(lines: Iterable[ExportedArticle], count: list[int]) -> Iterator[bytes]:
    for line in lines:
        count.append(1)
        yield (dumps(line_to_json(line)) + "\n").encode()
