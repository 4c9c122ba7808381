"""Replies of language models, kept by what was asked: a run that ended goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from annotate.database import database

_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    asked TEXT NOT NULL, text_sha256 TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (asked, text_sha256)
) WITHOUT ROWID;
"""
_FORMAT = 1
_HINT = "put the file aside: annotate asks again for what it held"


class ReplyCache:
    """One SQLite file. Every reply is on disk before the next paragraph is asked.

    `asked` is the hash of everything in a request but the paragraph, `text_sha256` that of the
    paragraph.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self, asked: str, hashes: Iterable[str]) -> dict[str, str]:
        """Return the replies to those paragraphs that were asked; nothing is written."""
        wanted = json.dumps(list(hashes))
        with database(
            self._path, _SCHEMA, read_only=True, version=_FORMAT, hint=_HINT
        ) as connection:
            return dict(
                connection.execute(
                    "SELECT text_sha256, content FROM replies WHERE asked = ? "
                    "AND text_sha256 IN (SELECT value FROM json_each(?))",
                    (asked, wanted),
                ).fetchall()
            )

    def holds(self, asked: str) -> bool:
        """Tell whether there is any reply; nothing is written."""
        with database(
            self._path, _SCHEMA, read_only=True, version=_FORMAT, hint=_HINT
        ) as connection:
            found = connection.execute("SELECT 1 FROM replies WHERE asked = ? LIMIT 1", (asked,))
            return found.fetchone() is not None

    def keep(self, asked: str, text_sha256: str, content: str) -> None:
        """Write one reply, durably."""
        with database(self._path, _SCHEMA, version=_FORMAT, hint=_HINT) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO replies VALUES (?, ?, ?)", (asked, text_sha256, content)
            )
