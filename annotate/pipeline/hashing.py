"""Hashes of pipelines: their files, and the code that runs them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

from annotate.errors import ModelError

_PIPELINE_CODE = Path(__file__).parent


def pipeline_hash(path: Path) -> str:
    """Return the hash of a pipeline: its files but for meta.json, and the code that runs it."""
    return _hash_files([*_files(path), *_code_files()], base=path)


def files_hash(path: Path) -> str:
    """Return the hash of a pipeline's files alone."""
    return _hash_files(_files(path), base=path)


def rules_hash(lexicons: Iterable[Path]) -> str:
    """Return the hash of the rules: their code, the shipped lexicons and those of a workspace."""
    return _hash_files([*_code_files(), *lexicons])


@functools.cache
def code_hash() -> str:
    """Return the hash of the code that runs pipelines; a process keeps what it has loaded."""
    return _hash_files(_code_files())


def _files(path: Path) -> list[Path]:
    return [p for p in path.rglob("*") if p.is_file() and p.name != "meta.json"]


def _code_files() -> list[Path]:
    return [p for glob in ("*.py", "*.yaml") for p in _PIPELINE_CODE.rglob(glob) if p.is_file()]


def _hash_files(paths: Iterable[Path], *, base: Path | None = None) -> str:
    named: list[tuple[str, Path]] = []
    for path in paths:
        root = next(
            (r for r in (base, _PIPELINE_CODE) if r is not None and path.is_relative_to(r)),
            path.parent,
        )
        named.append((path.relative_to(root).as_posix(), path))
    digest = hashlib.sha256()
    for name, path in sorted(named):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
