"""The journal: what was sent to the server and not yet answered.

A batch stands in it, on disk, from before it is sent until its fate is known, so that nothing is
sent twice, whatever is killed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection
from typing import Literal, TypeAlias

from annotate.database import transaction
from annotate.records import ArticleKey

BatchKind: TypeAlias = Literal["tasks", "predictions"]

# The items go with their batch: no row of theirs can outlive it and hold a task back for ever,
# whose number the server may have given to another one by then.
JOURNAL_SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
    batch INTEGER PRIMARY KEY, server TEXT NOT NULL, kind TEXT NOT NULL, sent_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS batch_articles (
    batch INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
    article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS batch_tasks (
    batch INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE, task_id INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS articles_of_batch ON batch_articles (batch);
CREATE INDEX IF NOT EXISTS tasks_of_batch ON batch_tasks (batch);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What was sent and not yet answered; `sent_at` is the server's time."""

    number: int
    kind: BatchKind
    sent_at: datetime
    keys: tuple[ArticleKey, ...]


class Journal:
    """The batches of one server: the tables `batches`, `batch_articles` and `batch_tasks`."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server

    def open(
        self,
        kind: BatchKind,
        sent_at: datetime,
        *,
        keys: Iterable[ArticleKey] = (),
        task_ids: Iterable[int] = (),
    ) -> int:
        """Write down, durably, what is about to be sent; return the batch's number."""
        with transaction(self._db):
            number = self._db.execute(
                "INSERT INTO batches (server, kind, sent_at) VALUES (?, ?, ?)",
                (self._server, kind, sent_at.isoformat()),
            ).lastrowid
            self._db.executemany(
                "INSERT INTO batch_articles VALUES (?, ?, ?)", [(number, *key) for key in keys]
            )
            self._db.executemany(
                "INSERT INTO batch_tasks VALUES (?, ?)", [(number, task_id) for task_id in task_ids]
            )
        if number is None:  # SQLite gives one to every row
            raise RuntimeError("a batch without a number")
        return number

    def close(self, number: int) -> None:
        """Strike a batch whose fate is known."""
        self._db.execute("DELETE FROM batches WHERE batch = ?", (number,))

    def expire(self, kind: BatchKind, *, before: datetime) -> None:
        """Strike the batches that were sent before that time: they can no longer arrive."""
        with transaction(self._db):
            for batch in self.batches(kind):
                if batch.sent_at < before:
                    self.close(batch.number)

    def batches(self, kind: BatchKind) -> list[Batch]:
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
                    ArticleKey(*row)
                    for row in self._db.execute(
                        "SELECT article_id, text_sha256 FROM batch_articles WHERE batch = ?",
                        (number,),
                    )
                ),
            )
            for number, sent_at in rows
        ]

    def unanswered_articles(self) -> set[ArticleKey]:
        """Return the articles that were sent and may still appear on the server."""
        return {key for batch in self.batches("tasks") for key in batch.keys}

    def unanswered_tasks(self) -> list[int]:
        """Return the tasks whose predictions were sent and may still appear on the server."""
        rows = self._db.execute(
            "SELECT DISTINCT task_id FROM batch_tasks JOIN batches USING (batch) WHERE server = ?",
            (self._server,),
        )
        return [row[0] for row in rows]

    def forget(self) -> None:
        """Forget everything of this server."""
        self._db.execute("DELETE FROM batches WHERE server = ?", (self._server,))

    def take_over(self, server: str) -> None:
        """Take what stands here of another server."""
        self._db.execute("UPDATE batches SET server = ? WHERE server = ?", (self._server, server))
