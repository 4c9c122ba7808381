"""SQLite files of annotate's own: durable, killed at any moment, readable while they are written.

They lie under `.annotate/`: `register.sqlite3` (articles, groups, splits), `server.sqlite3` (what
is known of the server's tasks, and the journal of what was sent), `exports.sqlite3` (where the
lines of the latest export version lie) and `seen.sqlite3` (what people were shown, and what reading
left out). None holds human work that is nowhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from annotate.errors import WorkspaceError

_BUSY_SECONDS = 20.0
_SYNCHRONOUS = "FULL"  # every commit reaches the disk before it returns, also in WAL mode

_MADE_ANEW = (
    "if the file is damaged, put it aside: annotate makes it anew from the server and the articles"
)


@contextmanager
def database(
    path: Path | None,
    schema: str,
    *,
    read_only: bool = False,
    on_trial: bool = False,
    version: int | None = None,
    hint: str = _MADE_ANEW,
) -> Iterator[sqlite3.Connection]:
    """Open (and make) a database in autocommit mode; a committed transaction survives a power cut.

    `None` makes one in memory. With `read_only` nothing is made or changed: a file that is missing
    is as good as an empty one. `on_trial` opens a copy in memory, as it is at this moment: what is
    written there is forgotten. A `version` says that the file holds nothing that cannot be had
    again: one of another version is emptied, and made anew. Raises `WorkspaceError`, with `hint`,
    where the file is damaged or cannot be written.
    """
    try:
        open_ = _open_a_copy if on_trial else _open_to_read if read_only else _open
        connection = open_(path, schema, version)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise WorkspaceError(f"{path}: {error}", hint=hint) from error


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


def _open(path: Path | None, schema: str, version: int | None) -> sqlite3.Connection:
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
        connection.execute(f"PRAGMA synchronous = {_SYNCHRONOUS}")
        connection.execute("PRAGMA foreign_keys = ON")  # SQLite's default is off, a connection
        if version is not None and _version(connection) != version:
            _empty(connection)
            connection.execute(f"PRAGMA user_version = {version:d}")
        connection.executescript(schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_to_read(path: Path | None, schema: str, version: int | None) -> sqlite3.Connection:
    if path is not None and path.exists() and path.stat().st_size:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=5.0)
        if version is None or _version(connection) == version:
            return connection
        connection.close()
    return _open(None, schema, version)


def _open_a_copy(path: Path | None, schema: str, version: int | None) -> sqlite3.Connection:
    copy = _open(None, schema, version)
    if path is not None and path.exists() and path.stat().st_size:
        with closing(_open_to_read(path, schema, version)) as connection:
            connection.backup(copy)
        # What the file had not, a copy of an older one lacks.
        copy.executescript(schema)
    return copy


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _empty(connection: sqlite3.Connection) -> None:
    """Drop every table; their indices go with them."""
    with transaction(connection):
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in rows:
            connection.execute(f'DROP TABLE "{name}"')
