"""The files of UIMA CASes: JSON, XMI, and the archives in which INCEpTION exports them.

dkpro-cassis (extra `uima`) reads and writes them.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from annotate.errors import InputError, RecordError
from annotate.exports.formats.base import Loss, Place, Reading
from annotate.exports.formats.brat_files import file_name
from annotate.exports.formats.cas import cas_from_line, choice_features, line_from_cas
from annotate.installation import install_hint
from annotate.jsonl import ArticleLine

_TYPES = "TypeSystem.xml"
_MAX_BYTES = 256 * 1024 * 1024
_SUFFIXES = (".xmi", ".json", ".zip")
_NOBODY = ("INITIAL_CAS",)
"""What INCEpTION calls a document before anybody has annotated it."""

_OF_PROJECT = re.compile(r"(?:^|/)(?:annotation|curation)/(?P<document>.+)/(?P<user>[^/]+)\.\w+$")


@dataclass(frozen=True, slots=True)
class _File:
    """A CAS: its place, its bytes, those of its type system, and whose work on what it is."""

    place: str
    raw: bytes
    types: bytes | None
    document: str
    by: str | None


@dataclass(frozen=True, slots=True)
class _Work:
    """Whose work on what an archive holds, as the archive around it says."""

    document: str | None = None
    by: str | None = None


_NO_WORK = _Work()


def read_cas(path: Path, known: frozenset[str]) -> Reading:
    """Read CASes in JSON (0.4) or XMI: a file, an archive, or all of a directory.

    Archives are those that INCEpTION exports, of a document or of a whole project: each person's
    work on a document is an item of its own. XMI needs its `TypeSystem.xml` beside it. `known` are
    the labels whose layers are told by their name (`line_from_cas`). Raises `InputError` naming the
    file, and where the extra is missing.
    """
    items: list[tuple[Place, ArticleLine]] = []
    losses: list[Loss] = []
    for file in _files(path):
        place = Place(path=path, by=file.by, item=file.place)
        try:
            cas = _load(file, path)
            line, left = line_from_cas(cas, name=file.document, known=known)
        except RecordError as error:
            inside = "" if file.place == path.name else f"{file.place}: "
            raise InputError(f"{inside}{error.message}", path=path) from None
        items.append((place, line))
        where = line.article.article_id
        losses += [Loss(article_id=where, what=what, detail=detail) for what, detail in left]
    if not items:
        raise InputError(
            "no annotated CAS is in it",
            path=path,
            hint="export from INCEpTION as UIMA CAS JSON or XMI; for a whole project that is the "
            "secondary format. Another program's archive has to be unpacked first",
        )
    return Reading(items=tuple(items), losses=tuple(losses))


def cas_files(
    items: Sequence[tuple[str | None, ArticleLine]],
) -> tuple[list[tuple[str, str]], list[Loss]]:
    """Return (name, content) of a CAS in JSON for every line, and what it cannot hold.

    `items` are (annotator, line). Raises `InputError` where the extra is missing.
    """
    _cassis(Path())
    files: list[tuple[str, str]] = []
    losses: list[Loss] = []
    taken: set[str] = set()
    features = choice_features(line for _, line in items)
    for by, line in items:
        cas, left = cas_from_line(line, features)
        article = line.article
        files.append((f"{file_name(article.article_id, taken)}.json", cas.to_json()))
        held = {
            "outlet": article.outlet,
            "published": article.published,
            "meta": article.meta,
            "annotator": by,
            "labels": line.labels,
            "scores": line.scores,
        }
        missing = [key for key, value in held.items() if value]
        if missing:
            left.append(("metadata", ", ".join(missing)))
        losses += [
            Loss(article_id=article.article_id, what=what, detail=detail) for what, detail in left
        ]
    return files, losses


def is_cas(path: Path) -> bool:
    """Say whether a path is plainly one of CASes: by its name, or what stands in it."""
    if path.is_dir():
        return any(map(is_cas, sorted(path.rglob("*.xmi")) + sorted(path.rglob("*.json"))))
    suffix = path.suffix.lower()
    if suffix == ".json":
        with path.open("rb") as stream:
            return b'"%FEATURE_STRUCTURES"' in stream.read()
    if suffix == ".zip" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(_TYPES) or _of_project(name) for name in archive.namelist())
    return suffix == ".xmi"


def _of_project(name: str) -> re.Match[str] | None:
    """Return document and user of a place in INCEpTION's export of a whole project."""
    match = _OF_PROJECT.search(name)
    return match if match and PurePosixPath(name).suffix.lower() in _SUFFIXES else None


def _files(path: Path) -> Iterator[_File]:
    if path.is_dir():
        children = sorted(child for child in path.rglob("*") if child.is_file())
        members = {child.relative_to(path).as_posix(): partial(_bytes, child) for child in children}
        yield from _members(members, path, PurePosixPath(), _NO_WORK)
    elif path.suffix.lower() == ".zip":
        yield from _archived(_bytes(path), path, PurePosixPath(path.name), _NO_WORK)
    else:
        beside = path.with_name(_TYPES)
        members = {path.name: partial(_bytes, path)}
        if beside.exists():
            members[_TYPES] = partial(_bytes, beside)
        yield from _members(members, path, PurePosixPath(), _NO_WORK)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"is larger than {_MAX_BYTES >> 20} MiB", path=path)
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None


def _members(
    members: Mapping[str, Callable[[], bytes]], path: Path, inside: PurePosixPath, work: _Work
) -> Iterator[_File]:
    """Yield the CASes among files; where there is a whole project, those of people's work alone."""
    of_project = any(map(_of_project, members))
    for name, read in members.items():
        member, match = PurePosixPath(name), _of_project(name)
        suffix = member.suffix.lower()
        settings = member.name.startswith("exportedproject")
        if suffix not in _SUFFIXES or settings or (of_project and match is None):
            continue
        mine = work if match is None else _Work(Path(match["document"]).stem, match["user"])
        if mine.by in _NOBODY:
            continue
        if suffix == ".zip":
            if sum(part.endswith(".zip") for part in inside.parts) > 1:
                continue  # a project's archive holds archives of documents, and they hold none
            yield from _archived(read(), path, inside / name, mine)
            continue
        types = members.get(member.with_name(_TYPES).as_posix()) if suffix == ".xmi" else None
        place, held = (inside / name).as_posix(), types and types()
        yield _File(place, read(), held, mine.document or member.stem, mine.by)


def _archived(raw: bytes, path: Path, inside: PurePosixPath, work: _Work) -> Iterator[_File]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.filename)
            members = {
                info.filename: partial(_member, archive, info, path)
                for info in infos
                if not info.is_dir()
            }
            yield from _members(members, path, inside, work)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise InputError(f"{inside}: no archive that can be read ({error})", path=path) from None


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bytes:
    if info.file_size > _MAX_BYTES:
        raise InputError(f"{info.filename} is larger than {_MAX_BYTES >> 20} MiB", path=path)
    return archive.read(info)


def _load(file: _File, path: Path) -> Any:
    cassis = _cassis(path)
    if file.types is None and b'"%FEATURE_STRUCTURES"' not in file.raw and _is_json(file):
        raise RecordError("is no UIMA CAS in JSON: it has no feature structures")
    if not _is_json(file) and file.types is None:
        raise RecordError(f"expected {_TYPES} beside it: XMI cannot be read without its types")
    try:
        if file.types is None:
            cas = cassis.load_cas_from_json(io.BytesIO(file.raw))
        else:
            types = cassis.load_typesystem(io.BytesIO(file.types))
            cas = cassis.load_cas_from_xmi(io.BytesIO(file.raw), typesystem=types)
    except Exception as error:  # noqa: BLE001 - whatever cassis and its parsers raise
        said = f"{type(error).__name__}: {error}"[:200]
        raise RecordError(f"no UIMA CAS that can be read ({said})") from None
    return cas


def _is_json(file: _File) -> bool:
    return file.place.lower().endswith(".json")


def _cassis(path: Path) -> Any:
    try:
        import cassis
    except ImportError:
        raise InputError(
            "UIMA CASes need dkpro-cassis", path=path, hint=install_hint("uima")
        ) from None
    return cassis
