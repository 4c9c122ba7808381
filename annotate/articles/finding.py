"""Patterns → files: what is read, and what is passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.articles.file_readers import SUFFIXES
from annotate.errors import UsageError

SIDECARS = (".yaml", ".yml")
"""Suffixes of the metadata that stands beside a text."""

_MAGIC = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """The files that patterns name, each once, sorted within a pattern."""

    files: tuple[Path, ...]
    passed_over: Mapping[str, int]
    """Files of the directories that cannot be read, by suffix: nobody named them one by one."""


def find_files(
    patterns: Iterable[str | Path], *, root: Path, also: tuple[str, ...] = ()
) -> FoundFiles:
    """Return the files that `patterns` name: files, directories (recursively) and globs.

    `also` are endings that are read of directories beside the usual ones. Hidden files, and the
    metadata that stands beside a text, are not mentioned. Raises `UsageError` for a pattern that
    matches no file.
    """
    found: dict[Path, None] = {}
    passed_over: Counter[str] = Counter()
    for pattern in patterns:
        path = root / pattern
        if path.is_dir():
            for child in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in child.relative_to(path).parts)
                if hidden or not child.is_file():
                    continue
                if child.suffix.lower() in SUFFIXES or child.name.lower().endswith(also):
                    found[child] = None
                elif child.suffix.lower() not in SIDECARS:
                    passed_over[child.suffix.lower() or "no suffix"] += 1
        elif path.is_file():
            found[path] = None
        elif path.exists():
            raise UsageError(f"{path}: is neither a file nor a directory")
        else:
            found.update(dict.fromkeys(_globbed(pattern, path)))
    return FoundFiles(files=tuple(found), passed_over=dict(sorted(passed_over.items())))


def _globbed(pattern: str | Path, path: Path) -> list[Path]:
    """Return what a glob matches; directories that are there are taken as they are written."""
    if "://" in str(pattern) or str(pattern).startswith(("http:/", "https:/")):
        raise UsageError(
            f"{pattern}: is an address, not a file",
            hint="save the page first (.html), and name the file",
        )
    base, parts = Path(path.anchor), path.relative_to(path.anchor).parts
    while parts and (base / parts[0]).exists():
        base, parts = base / parts[0], parts[1:]
    matches: list[Path] = []
    if parts and _MAGIC & set("".join(parts)):
        matches = sorted(child for child in base.glob("/".join(parts)) if child.is_file())
    if not matches:
        raise UsageError(f"{pattern}: no such file or directory")
    return matches
