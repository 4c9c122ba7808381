"""Where shards are kept: a directory, or an address that fsspec knows (`s3://…`, `memory://…`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from annotate.errors import InputError, UsageError
from annotate.files import remove_leftovers, write_atomic
from annotate.installation import install_hint


class Store(Protocol):
    """A flat set of files; a write is whole or not at all."""

    name: str

    def write(self, name: str, data: bytes) -> None:
        """Write a file; it is on disk, or at the other end, before the return."""

    def read(self, name: str) -> bytes | None:
        """Return a file's content, or `None` where there is no such file."""

    def read_all(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return the content of files that are there, by name."""

    def sizes(self) -> dict[str, int]:
        """Return every file's size in bytes."""

    def local(self, name: str) -> Path | None:
        """Return a file's path, where it lies on this machine."""

    def tidy(self, names: Collection[str]) -> None:
        """Remove what killed writers left of these files; nobody may be writing them."""


class Directory:
    """Shards in a directory of this machine, or of a file system that many share."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def write(self, name: str, data: bytes) -> None:
        """Write through a temporary file beside it, synced and renamed."""
        try:
            write_atomic(self.path / name, data)
        except OSError as error:
            raise UsageError(
                f"{self.path / name}: cannot be written: {error.strerror}",
                hint="finished shards are kept: run it again when it can",
            ) from None

    def read(self, name: str) -> bytes | None:
        """Return a file's content."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None

    def read_all(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return the content of files, one after the other."""
        return {name: (self.path / name).read_bytes() for name in names}

    def sizes(self) -> dict[str, int]:
        """Return every file's size; hidden ones are nobody's business."""
        if not self.path.exists():
            return {}
        return {
            child.name: child.stat().st_size
            for child in self.path.iterdir()
            if child.is_file() and not child.name.startswith(".")
        }

    def local(self, name: str) -> Path | None:
        """Return the file's path."""
        return self.path / name

    def tidy(self, names: Collection[str]) -> None:
        """Remove the temporary files of these."""
        remove_leftovers(self.path, names)


class Remote:
    """Shards behind an address: an object is put whole, or not at all."""

    def __init__(self, address: str) -> None:
        self.name = address.rstrip("/")
        self._files, self._root = _file_system(self.name)

    def write(self, name: str, data: bytes) -> None:
        """Put an object."""
        with _told(self.name):
            self._files.pipe_file(f"{self._root}/{name}", data)

    def read(self, name: str) -> bytes | None:
        """Return an object's content."""
        with _told(self.name):
            try:
                held = self._files.cat_file(f"{self._root}/{name}")
            except FileNotFoundError:
                return None
        return bytes(held)

    def read_all(self, names: Sequence[str]) -> dict[str, bytes]:
        """Return the content of objects, many at a time."""
        if not names:
            return {}
        paths = {f"{self._root}/{name}": name for name in names}
        with _told(self.name):
            held = self._files.cat(list(paths))
        return {paths[path]: bytes(data) for path, data in held.items()}

    def sizes(self) -> dict[str, int]:
        """Return every object's size."""
        with _told(self.name):
            self._files.invalidate_cache()
            try:
                found = self._files.ls(self._root, detail=True)
            except FileNotFoundError:
                return {}
        return {
            item["name"].rsplit("/", 1)[-1]: int(item["size"] or 0)
            for item in found
            if item["type"] == "file"
        }

    def local(self, name: str) -> Path | None:  # noqa: ARG002 - as the protocol has it
        """Return nothing: it lies elsewhere."""
        return None

    def tidy(self, names: Collection[str]) -> None:
        """Do nothing: of an object that was not put whole nothing is there."""


def is_remote(where: str) -> bool:
    """Tell whether a place is an address, not a path."""
    return "://" in where


def open_store(where: str) -> Store:
    """Return the store at a path or an address; raises `UsageError`."""
    if is_remote(where):
        return Remote(where)
    path = Path(where)
    if path.exists() and not path.is_dir():
        raise UsageError(f"{where}: is no directory", hint="name a directory to write shards to")
    return Directory(path)


def list_remote(address: str) -> list[tuple[str, int]]:
    """Return (address, size in bytes) of the files that an address or a glob names, sorted.

    Raises `UsageError` where there are none.
    """
    files, root = _file_system(address)
    with _told(address):
        look = files.find if files.isdir(root) else files.glob
        found = look(root, detail=True)
    held = [
        (files.unstrip_protocol(name), int(info.get("size") or 0))
        for name, info in sorted(found.items())
        if info.get("type") == "file"
    ]
    if not held:
        raise UsageError(f"{address}: nothing is there")
    return held


@contextmanager
def fetched(address: str) -> Iterator[tuple[Path, Path]]:
    """Copy one file to this machine for as long as the block lasts.

    Yields the copy and the directory from which its name is that behind the address.
    """
    files, name = _file_system(address)
    with TemporaryDirectory(prefix="annotate-") as directory:
        local = Path(directory) / name.lstrip("/")
        local.parent.mkdir(parents=True)
        with _told(address):
            files.get_file(name, str(local))
        yield local, Path(directory)


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Say in one line, with the address, why a file system refused."""
    try:
        yield
    except (OSError, ValueError, ImportError) as error:
        said = str(error).strip().splitlines()
        raise InputError(
            f"{where}: {said[0][:200] if said else type(error).__name__}",
            hint="check the address, and the credentials that its file system asks for",
        ) from None


def _file_system(address: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError:
        raise UsageError(f"{address}: needs fsspec", hint=install_hint("remote")) from None
    try:
        files, root = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{address}: {error}") from None
    return files, str(root).rstrip("/")
