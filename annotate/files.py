"""Writing files so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def atomic_writer(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` that takes its place when the block ends well.

    The content is on disk (fsync) before the rename, and the rename before the return. Where the
    block raises, `path` stays as it was and the temporary file is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
        _sync_directory(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_atomic(path: Path, content: bytes | str, *, mode: int = 0o644) -> None:
    """Write `content` (text as UTF-8) to `path`, whole or not at all."""
    data = content.encode() if isinstance(content, str) else content
    with atomic_writer(path, mode=mode) as stream:
        stream.write(data)


def remove_leftovers(directory: Path, names: Collection[str]) -> None:
    """Remove the temporary files that killed writers of `names` left in a directory.

    For whoever knows that nobody is writing these files now.
    """
    if directory.is_dir():
        for child in directory.glob(".*.tmp"):
            if child.name[1:].rsplit(".", 2)[0] in names:
                child.unlink(missing_ok=True)


def create_file(path: Path, content: str, *, mode: int = 0o644) -> bool:
    """Write a file if and only if there is none of that name, whole; tell whether it was written.

    Of several processes that try at one moment one writes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode())
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        try:
            path.hardlink_to(temporary)  # unlike a rename this replaces nothing
        except FileExistsError:
            return False
        _sync_directory(path.parent)
        return True
    finally:
        temporary.unlink(missing_ok=True)


def write_lines_atomic(path: Path, lines: Iterable[str], *, mode: int = 0o644) -> int:
    """Write `lines`, each ended by a line feed, whole or not at all; return their number."""
    count = 0
    with atomic_writer(path, mode=mode) as stream:
        for line in lines:
            stream.write(line.encode() + b"\n")
            count += 1
    return count


def write_by_hash(directory: Path, pieces: Iterable[bytes], *, suffix: str) -> str:
    """Write `pieces` to a file that is called by the SHA-256 of its content; return that.

    Whole or not at all; a file of that name has that content already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=directory)
    temporary = Path(name)
    digest = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as stream:
            for piece in pieces:
                digest.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(directory / f"{digest.hexdigest()}{suffix}")
        _sync_directory(directory)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


@contextlib.contextmanager
def holding_directory(path: Path) -> Iterator[None]:
    """Keep all other holders of a directory waiting until the block ends; it is made if missing.

    The kernel lets go of it when the process ends, however that happens; no file is left.
    """
    path.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def place_directory(made: Path, target: Path) -> None:
    """Give a finished directory its name, whole or not at all.

    All that it holds is on disk (fsync) before the rename, and the rename before the return.
    """
    for path in sorted(made.rglob("*"), reverse=True):  # what is deeper comes first
        if path.is_dir():
            _sync_directory(path)
        else:
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    _sync_directory(made)
    made.replace(target)
    _sync_directory(target.parent)


def slug(name: str) -> str:
    """Return `name` as one safe directory name: letters, digits and hyphens of ASCII.

    Where letters or digits are lost, the beginning of the name's SHA-256 tells names apart.
    """
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    safe = "-".join(part for part in kept.split("-") if part)
    if safe and not any(c.isalnum() and not c.isascii() for c in name.lower()):
        return safe
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe}-{digest}" if safe else f"project-{digest}"


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
