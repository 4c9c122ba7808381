"""The manifests of one project's versions: which there are, what each grew from, which are heads.

    exports/<project>/versions/<number>-<first 12 digits of the id>.json

A version's identity is the SHA-256 of its manifest; the number is a local alias. Two people who
work in two copies of a repository may both write a next version: then there are two heads, as in
version control, until they are joined.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.errors import DamagedExportError, InputError, UnknownExportError
from annotate.files import write_atomic
from annotate.jsonl import dumps, parse_object

FORMAT = 1

_NAME = re.compile(r"(\d{4,})-([0-9a-f]{12})\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A manifest, read and checked against its own hash."""

    id: str
    number: int
    parent: str | None
    joins: tuple[str, ...] = ()
    """The other versions that were joined with the parent."""
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
    reading: str | None = None
    """What decided how a pull read the server's work; versions of other verbs have none."""

    @property
    def name(self) -> str:
        """Short name for people: number and the first digits of the id."""
        return f"{self.number:04d}-{self.id[:12]}"

    @property
    def parents(self) -> tuple[str, ...]:
        """Ids of all versions that this one grew from, the leading one first."""
        return (*((self.parent,) if self.parent else ()), *self.joins)


def same_project(one: tuple[object, object], other: tuple[object, object]) -> bool:
    """Tell whether two projects (id, time of creation, where it is known) may be the same."""
    return one[0] == other[0] and (None in (one[1], other[1]) or one[1] == other[1])


class Manifests:
    """The manifests in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def names(self) -> list[str]:
        """Return the names of the versions, oldest first, without reading them."""
        found = self.directory.glob("*.json")
        named = [(int(m[1]), path.stem) for path in found if (m := _NAME.fullmatch(path.name))]
        return [name for _, name in sorted(named)]

    def readable(self) -> tuple[list[Version], list[str]]:
        """Return all versions that can be read, oldest first, and what is wrong with the others."""
        versions: list[Version] = []
        problems: list[str] = []
        for name in self.names():
            try:
                versions.append(self.read(name))
            except DamagedExportError as error:
                problems.append(error.message)
        return sorted(versions, key=_age), problems

    def latest(self) -> Version | None:
        """Return the newest version, or `None` before the first one; raises `DamagedExportError`.

        Of two with the highest number it is the one that was made later.
        """
        names = self.names()
        highest = [name for name in names if _number(name) == _number(names[-1])]
        return max(map(self.read, highest), key=_age, default=None)

    def heads(self) -> list[Version]:
        """Return the versions that no other one grew from, the newest first.

        Where a manifest between two versions cannot be read, the older one is told by its parts:
        they stand at the beginning of the later one's.
        """
        versions, _ = self.readable()
        grown = {parent for version in versions for parent in version.parents}
        return [
            version
            for version in reversed(versions)
            if version.id not in grown
            and not any(
                len(version.parts) < len(other.parts)
                and other.parts[: len(version.parts)] == version.parts
                for other in versions
            )
        ]

    def find(self, wanted: str | None) -> Version:
        """Return the version of that id (or its beginning), number or name; `None`: the latest.

        No other version is read. Raises `UnknownExportError` that lists what there is, and
        `DamagedExportError`.
        """
        names = self.names()
        if not names:
            raise UnknownExportError(
                f"no export version in {self.directory.parent}",
                hint="make one with: annotate pull",
            )
        if wanted is None or wanted == "latest":
            latest = self.latest()
            assert latest is not None  # noqa: S101 - there are names
            return latest
        given = wanted.lower()
        fitting = [name for name in names if _fits(name, given)]
        found = self.read(fitting[0]) if len(fitting) == 1 else None
        exact = found is not None and (given in _aliases(found.name) or found.id.startswith(given))
        if found is None or not exact:
            what = "more than one export version" if len(fitting) > 1 else "no export version"
            known = ", ".join(fitting if len(fitting) > 1 else names[-5:])
            told = "they are" if len(fitting) > 1 else "the newest are"
            raise UnknownExportError(f"{what} is {wanted!r}; {told} {known}")
        return found

    def common_ancestor(self, one: Version, other: Version) -> Version | None:
        """Return the newest version that both grew from, `None` where none can be read."""
        others = {version.id for version in self.lineage(other)}
        return next((version for version in self.lineage(one) if version.id in others), None)

    def lineage(self, version: Version) -> list[Version]:
        """Return a version and all that it grew from, as far as they can be read, newest first."""
        known = {found.id: found for found in self.readable()[0]}
        found: dict[str, Version] = {}
        waiting = [version.id]
        while waiting:
            id_ = waiting.pop()
            if id_ in known and id_ not in found:
                found[id_] = known[id_]
                waiting += known[id_].parents
        return sorted(found.values(), key=_age, reverse=True)

    def project_of(self, version: Version) -> tuple[object, object] | None:
        """Return id and time of creation of the project that a version's last pull was from.

        `None` where all of it is from files.
        """
        named = "id" in version.project
        for ancestor in [version] if named else self.lineage(version):
            if "id" in ancestor.project:
                return ancestor.project["id"], ancestor.project.get("created_at")
        return None

    def read(self, name: str) -> Version:
        """Return the version of that name; raises `DamagedExportError` naming the file."""
        path = self.directory / f"{name}.json"
        try:
            content = path.read_bytes()
            manifest = parse_object(content, path=path, line=1)
        except OSError as error:
            raise _damaged(f"{path}: cannot be read: {error.strerror}") from None
        except InputError as error:
            raise _damaged(error.message) from None
        if manifest.get("format") != FORMAT:
            raise _damaged(
                f"{path}: format {manifest.get('format')!r}, this annotate reads {FORMAT}"
            )
        digest = hashlib.sha256(content).hexdigest()
        if name.rpartition("-")[2] != digest[:12]:
            raise _damaged(f"{path}: the manifest is not what its name's hash says")
        try:
            return _version(manifest, digest)
        except (KeyError, TypeError) as error:
            raise _damaged(f"{path}: not a manifest: {error!r}") from None

    def write(self, manifest: Mapping[str, Any]) -> Version:
        """Write a manifest, durably; its number has to be taken by the caller's hold."""
        content = dumps({"format": FORMAT, **manifest}) + "\n"
        version = _version(manifest, hashlib.sha256(content.encode()).hexdigest())
        write_atomic(self.directory / f"{version.name}.json", content)
        return version

    def next_number(self) -> int:
        """Return the number of the next version, whatever can be read."""
        names = self.names()
        return _number(names[-1]) + 1 if names else 1


def _damaged(what: str) -> DamagedExportError:
    return DamagedExportError(
        what,
        hint="put the file back, from version control or a backup (annotate exports verify looks "
        "at all of them); or go on from the newest that can be read: annotate pull --heal",
    )


def _number(name: str) -> int:
    return int(name.partition("-")[0])


def _age(version: Version) -> tuple[int, str, str]:
    return version.number, version.created_at, version.id


def _fits(name: str, wanted: str) -> bool:
    beginning = name.partition("-")[2]
    alike = beginning.startswith(wanted) or wanted.startswith(beginning)
    return wanted in _aliases(name) or (len(wanted) >= 6 and alike)


def _aliases(name: str) -> tuple[str, str, str]:
    number = name.partition("-")[0]
    return name, number, str(int(number))


def _version(manifest: Mapping[str, Any], digest: str) -> Version:
    return Version(
        id=digest,
        number=manifest["number"],
        parent=manifest["parent"],
        joins=tuple(manifest.get("joins", ())),
        created_at=manifest["created_at"],
        parts=tuple((part["sha256"], part["lines"]) for part in manifest["parts"]),
        scheme=manifest["scheme"],
        label_config_sha256=manifest["label_config_sha256"],
        counts=manifest["counts"],
        models_seen=tuple(manifest["models_seen"]),
        watermark=manifest["watermark"],
        project=manifest["project"],
        people=manifest.get("people"),
        reading=manifest.get("reading"),
    )
