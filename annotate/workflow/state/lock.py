"""The lock that keeps two runs in one workspace apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from annotate.errors import WorkspaceLockedError
from annotate.workspace import Workspace


@contextmanager
def locked(workspace: Workspace, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the workspace for one run; raises `WorkspaceLockedError` if another one does.

    It is waited for at most `wait` seconds: a training of hours is not lost because a sync ran at
    its end.
    """
    workspace.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(workspace.state / "lock", timeout=wait)
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
