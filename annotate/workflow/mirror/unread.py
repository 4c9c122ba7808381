"""Which tasks have to be read again, and which ones the server has listed in the pass at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from sqlite3 import Connection

UNREAD_SCHEMA = """
CREATE TABLE IF NOT EXISTS unread (
    server TEXT NOT NULL, task_id INTEGER NOT NULL, PRIMARY KEY (server, task_id)
) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS listed (task_id INTEGER PRIMARY KEY);
"""


class UnreadTasks:
    """The tasks of one server that have to be read whole: the tables `unread` and `listed`.

    They stand here until they were read, so that a reading that is killed goes on where it was.
    """

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server

    def begin_pass(self) -> None:
        """Forget what the server listed in an earlier pass."""
        self._db.execute("DELETE FROM listed")

    def listed(self, task_id: int) -> None:
        """Remember that the server listed a task in this pass."""
        self._db.execute("INSERT OR IGNORE INTO listed VALUES (?)", (task_id,))

    def mark(self, task_ids: Iterable[int]) -> None:
        """Remember that tasks have to be read."""
        self._db.executemany(
            "INSERT OR IGNORE INTO unread VALUES (?, ?)",
            ((self._server, task_id) for task_id in task_ids),
        )

    def mark_not_listed(self, expected: Iterable[int]) -> None:
        """Mark those of the expected tasks that the server has not listed in this pass."""
        self._db.executemany(
            "INSERT OR IGNORE INTO unread "
            "SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM listed WHERE task_id = ?)",
            ((self._server, task_id, task_id) for task_id in expected),
        )

    def first(self, limit: int) -> list[int]:
        """Return the lowest ids of tasks that have to be read."""
        rows = self._db.execute(
            "SELECT task_id FROM unread WHERE server = ? ORDER BY task_id LIMIT ?",
            (self._server, limit),
        )
        return [row[0] for row in rows]

    def all(self) -> list[int]:
        """Return the ids of all tasks that have to be read."""
        return self.first(-1)  # to SQLite a negative limit is none

    def count(self) -> int:
        """Return how many tasks have to be read."""
        row = self._db.execute(
            "SELECT count(*) FROM unread WHERE server = ?", (self._server,)
        ).fetchone()
        return int(row[0])

    def strike(self, task_ids: Sequence[int]) -> None:
        """Strike tasks that were read."""
        self._db.executemany(
            "DELETE FROM unread WHERE server = ? AND task_id = ?",
            [(self._server, task_id) for task_id in task_ids],
        )

    def forget(self) -> None:
        """Forget everything of this server."""
        self._db.execute("DELETE FROM unread WHERE server = ?", (self._server,))

    def take_over(self, server: str) -> None:
        """Take what stands here of another server."""
        self._db.execute("UPDATE unread SET server = ? WHERE server = ?", (self._server, server))
