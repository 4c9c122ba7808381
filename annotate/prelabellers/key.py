"""The key for a language model: from the environment, else from a file, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from annotate.errors import WorkspaceError

KEY_VARIABLE = "ANNOTATE_PRELABELLER_API_KEY"


def read_key(path: Path | None, environment: Mapping[str, str]) -> str | None:
    """Return the key, `None` where there is none; servers on one's own machine need none.

    Raises `WorkspaceError` for a file that cannot be read, and for what no header can carry.
    """
    given = environment.get(KEY_VARIABLE)
    where = f"environment variable {KEY_VARIABLE}"
    if not given and path is not None:
        where = str(path)
        try:
            given = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8"
            raise WorkspaceError(f"{path}: the key file cannot be read: {reason}") from None
        if not given:
            raise WorkspaceError(f"{path}: the key file is empty")
    if given and not (given.isascii() and given.isprintable() and " " not in given):
        raise WorkspaceError(f"{where}: expected one key, of visible ASCII characters alone")
    return given or None
