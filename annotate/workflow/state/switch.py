"""The change from one embedded server to another: a note on disk, since a kill may interrupt it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from annotate.errors import StudioError
from annotate.files import write_atomic
from annotate.workspace import Workspace

_FILE = "studio-switch.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A change that has begun: all work is on the new server, and checked.

    `kept` is the name of the directory in which the old server's data stays.
    """

    kept: str
    annotated: int
    open: int


def begin_switch(workspace: Workspace, switch: Switch) -> None:
    """Note, durably, that the change begins."""
    write_atomic(_path(workspace), json.dumps(asdict(switch)) + "\n")


def read_switch(workspace: Workspace) -> Switch | None:
    """Return the change that was begun and not finished; raises `StudioError` for a broken note."""
    try:
        return Switch(**json.loads(_path(workspace).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        raise StudioError(f"{_path(workspace)}: cannot be read") from None


def refuse_switch(workspace: Workspace) -> None:
    """Raise `StudioError`, with the next step, while a change is not finished."""
    if _path(workspace).exists():
        raise StudioError(
            "the move of the embedded server to PostgreSQL was interrupted at its last step",
            hint="finish it with the same command: annotate studio migrate --database …",
        )


def end_switch(workspace: Workspace) -> None:
    """Take the note away."""
    _path(workspace).unlink(missing_ok=True)


def _path(workspace: Workspace) -> Path:
    return workspace.state / _FILE
