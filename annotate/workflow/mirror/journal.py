"""The journal: what was sent to the server and not yet answered.

A batch stands in it, on disk, from before it is sent until its fate is known, so that nothing is
sent twice, whatever is killed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection

from annotate.database import transaction

Key = tuple[str, str]
"""An article's id and the hash of its text."""

JOURNAL_SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
    batch INTEGER PRIMARY KEY, server TEXT NOT NULL, kind TEXT NOT NULL, sent_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS batch_items (
    batch INTEGER NOT NULL, article_id TEXT, text_sha256 TEXT, task_id INTEGER
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What was sent and not yet answered; `sent_at` is the server's time."""

    number: int
    kind: str
    sent_at: datetime
    keys: tuple[Key, ...]


class Journal:
    """The batches of one server, in the workspace's database."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server

    def open(
        self,
        kind: str,
        sent_at: datetime,
        *,
        keys: Iterable[Key] = (),
        task_ids: Iterable[int] = (),
    ) -> int:
        """Write down, durably, what is about to be sent; return the batch's number."""
        with transaction(self._db):
            number = self._db.execute(
                "INSERT INTO batches (server, kind, sent_at) VALUES (?, ?, ?)",
                (self._server, kind, sent_at.isoformat()),
            ).lastrowid
            self._db.executemany(
                "INSERT INTO batch_items VALUES (?, ?, ?, NULL)", [(number, *key) for key in keys]
            )
            self._db.executemany(
                "INSERT INTO batch_items VALUES (?, NULL, NULL, ?)",
                [(number, task_id) for task_id in task_ids],
            )
        if number is None:  # SQLite gives one to every row
            raise RuntimeError("a batch without a number")
        return number

    def close(self, number: int) -> None:
        """Strike a batch whose fate is known."""
        self._db.execute("DELETE FROM batch_items WHERE batch = ?", (number,))
        self._db.execute("DELETE FROM batches WHERE batch = ?", (number,))

    def expire(self, kind: str, *, before: datetime) -> None:
        """Strike the batches that were sent before that time: they can no longer arrive."""
        with transaction(self._db):
            for batch in self.batches(kind):
                if batch.sent_at < before:
                    self.close(batch.number)

    def batches(self, kind: str) -> list[Batch]:
        """Return the batches without an answer, oldest first."""
        rows = self._db.execute(
            "SELECT batch, sent_at FROM batches WHERE server = ? AND kind = ? ORDER BY batch",
            (self._server, kind),
        ).fetchall()
        return [
            Batch(
                number=number,
                kind=kind,
                sent_at=datetime.fromisoformat(sent_at),
                keys=tuple(
                    self._db.execute(
                        "SELECT article_id, text_sha256 FROM batch_items WHERE batch = ?", (number,)
                    )
                ),
            )
            for number, sent_at in rows
        ]
