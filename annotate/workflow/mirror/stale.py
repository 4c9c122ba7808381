"""Which tasks have to be read again, and which ones the pass at hand has seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

STALE_SCHEMA = """
CREATE TABLE IF NOT EXISTS stale (
    server TEXT NOT NULL, task_id INTEGER NOT NULL, PRIMARY KEY (server, task_id)
) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS seen (task_id INTEGER PRIMARY KEY);
"""


class StaleTasks:
    """The tasks of one server that have to be read again, in the workspace's database."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server

    def begin(self) -> None:
        """Forget what an earlier pass has seen."""
        self._db.execute("DELETE FROM seen")

    def see(self, task_id: int) -> None:
        """Remember that the server listed a task in this pass."""
        self._db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (task_id,))

    def mark(self, task_id: int) -> None:
        """Remember that a task has to be read again."""
        self._db.execute("INSERT OR IGNORE INTO stale VALUES (?, ?)", (self._server, task_id))

    def mark_unseen(self, since: datetime | None) -> None:
        """Mark every task that the server should have listed and did not."""
        at = None if since is None else since.isoformat(timespec="microseconds")
        self._db.execute(
            "INSERT OR IGNORE INTO stale SELECT server, task_id FROM tasks WHERE server = ? "
            "AND (? IS NULL OR updated_at >= ?) AND task_id NOT IN (SELECT task_id FROM seen)",
            (self._server, at, at),
        )

    def mark_all(self, *, worked_on: bool = False) -> None:
        """Mark every task, or every one that somebody worked on."""
        self._db.execute(
            "INSERT OR IGNORE INTO stale SELECT server, task_id FROM tasks WHERE server = ? "
            "AND (NOT ? OR annotations + skipped > 0)",
            (self._server, worked_on),
        )

    def first(self, limit: int) -> list[int]:
        """Return the first ids of tasks that have to be read again."""
        rows = self._db.execute(
            "SELECT task_id FROM stale WHERE server = ? ORDER BY task_id LIMIT ?",
            (self._server, limit),
        )
        return [row[0] for row in rows]

    def count(self) -> int:
        """Return how many tasks have to be read again."""
        row = self._db.execute(
            "SELECT count(*) FROM stale WHERE server = ?", (self._server,)
        ).fetchone()
        return int(row[0])

    def strike(self, task_ids: Sequence[int]) -> None:
        """Strike tasks that were read."""
        self._db.executemany(
            "DELETE FROM stale WHERE server = ? AND task_id = ?",
            [(self._server, task_id) for task_id in task_ids],
        )
