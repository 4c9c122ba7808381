"""Files that a command writes where the user says: nothing that may be somebody's work is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from annotate.errors import UsageError

PAGE_MARK = b'<meta name="generator" content="annotate">'
"""Stands near the beginning of every page that annotate writes."""

_HEAD = 1 << 20  # bytes


def require_free(
    path: Path, *, replaceable: Callable[[bytes], bool] | None = None, overwrite: bool = False
) -> None:
    """Refuse a file that is there already, unless it is empty or may be replaced.

    `replaceable` is given how the file begins, and tells whether its content is as easily made
    anew. `overwrite` allows any file. Raises `UsageError`.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a directory", hint="name a file in it")
    if overwrite or not path.exists():
        return
    try:
        with path.open("rb") as stream:
            begins = stream.read(_HEAD)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    if begins and not (replaceable is not None and replaceable(begins)):
        raise UsageError(
            f"{path}: is there already, so it is not replaced",
            hint="name another file, or allow it with --overwrite",
        )


def is_page(begins: bytes) -> bool:
    """Tell whether a file is a page that annotate has written."""
    return PAGE_MARK in begins


def is_prediction(begins: bytes) -> bool:
    """Tell whether a file's first line is a prediction, which nobody has corrected."""
    try:
        first = json.loads(begins.splitlines()[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and bool(first.get("model_version"))
