"""Lines that differ from the latest export version and are not yet in one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from sqlite3 import Connection

from annotate.exports.lines import ExportedArticle, Tombstone, line_from_json, line_to_json
from annotate.jsonl import dumps
from annotate.records import ArticleKey

PENDING_SCHEMA = """
CREATE TABLE IF NOT EXISTS pending (
    server TEXT NOT NULL, article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, line TEXT,
    PRIMARY KEY (server, article_id, text_sha256)
) WITHOUT ROWID;
"""


class PendingLines:
    """The pending lines of one server: the table `pending`."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server

    def put(self, key: ArticleKey, line: ExportedArticle | None) -> None:
        """Keep a line that differs from the latest version; `None` removes the article from it."""
        self._db.execute(
            "INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?)",
            (self._server, *key, None if line is None else dumps(line_to_json(line))),
        )

    def drop(self, key: ArticleKey) -> None:
        """Drop a line that the latest version holds just so."""
        self._db.execute(
            "DELETE FROM pending WHERE server = ? AND article_id = ? AND text_sha256 = ?",
            (self._server, *key),
        )

    def lines(self) -> Iterator[ExportedArticle | Tombstone]:
        """Yield the pending lines in order of their keys."""
        for article_id, text_sha256, line in self._db.execute(
            "SELECT article_id, text_sha256, line FROM pending WHERE server = ? "
            "ORDER BY article_id, text_sha256",
            (self._server,),
        ):
            if line is None:
                yield Tombstone(ArticleKey(article_id, text_sha256))
            else:
                yield line_from_json(json.loads(line))

    def keys(self) -> list[ArticleKey]:
        """Return the keys of the pending lines."""
        rows = self._db.execute(
            "SELECT article_id, text_sha256 FROM pending WHERE server = ?", (self._server,)
        )
        return [ArticleKey(*row) for row in rows]

    def take_over(self, server: str) -> None:
        """Take what stands here of another server."""
        self._db.execute("UPDATE pending SET server = ? WHERE server = ?", (self._server, server))

    def forget(self) -> None:
        """Drop all lines: they are in a version now, or no longer wanted."""
        self._db.execute("DELETE FROM pending WHERE server = ?", (self._server,))
