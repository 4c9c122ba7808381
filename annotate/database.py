"""SQLite files of annotate's own: durable, killed at any moment, readable while they are written.

They lie under `.annotate/`: `register.sqlite3` (articles, groups, splits), `server.sqlite3` (what
is known of the server's tasks, and the journal of what was sent) and `exports.sqlite3` (where the
lines of the latest export version lie). None holds human work that is nowhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotate.errors import WorkspaceError

_BUSY_SECONDS = 20.0


@contextmanager
def database(
    path: Path | None, schema: str, *, read_only: bool = False
) -> Iterator[sqlite3.Connection]:
    """Open (and make) a database in autocommit mode; a committed transaction survives a power cut.

    `None` makes one in memory. With `read_only` nothing is made or changed: a file that is missing
    is as good as an empty one. Raises `WorkspaceError` where the file is damaged or cannot be
    written.
    """
    try:
        connection = _open_to_read(path, schema) if read_only else _open(path, schema)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise WorkspaceError(
            f"{path}: {error}",
            hint="if the file is damaged, put it aside: annotate makes it anew from the server "
            "and the articles",
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one transaction: all of it is kept, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _open(path: Path | None, schema: str) -> sqlite3.Connection:
    if path is None:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(schema)
        return connection
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")  # SQLite's default is off, a connection
        connection.executescript(schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_to_read(path: Path | None, schema: str) -> sqlite3.Connection:
    if path is not None and path.exists():
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)
    return _open(None, schema)
