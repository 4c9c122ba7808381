"""What a workspace remembers between runs, and the lock that keeps two runs apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from annotate.errors import WorkspaceError, WorkspaceLockedError
from annotate.files import write_atomic
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Which project on which server is this workspace's."""

    url: str
    project_id: int


def load_state(workspace: Workspace, url: str) -> State | None:
    """Return the state for this server, or `None` before the first push to it."""
    path = _path(workspace)
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        projects = value["projects"]
        return State(url=url, project_id=int(projects[url])) if url in projects else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise WorkspaceError(
            f"{path}: damaged", hint="remove the file; the project is then found by its title"
        ) from None


def save_state(workspace: Workspace, state: State) -> None:
    """Remember the project of a server."""
    path = _path(workspace)
    projects: dict[str, int] = {}
    if path.exists():
        projects = json.loads(path.read_text(encoding="utf-8"))["projects"]
    kept = asdict(state)
    write_atomic(path, json.dumps({"projects": {**projects, kept["url"]: kept["project_id"]}}))


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for one run; raises `WorkspaceLockedError` if another one does."""
    workspace.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(workspace.state / "lock", blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise WorkspaceLockedError(
            f"{workspace.root}: another annotate run is writing in this workspace",
            hint="wait until it has ended",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _path(workspace: Workspace) -> Path:
    return workspace.state / "state.json"
