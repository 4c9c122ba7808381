"""Which model version's predictions annotators see, and since when they do not see the others."""

from __future__ import annotations

from datetime import datetime
from sqlite3 import Connection

from annotate.workflow.mirror.stamps import stamp_to_text

SHOWN_SCHEMA = """
CREATE TABLE IF NOT EXISTS shown (
    server TEXT NOT NULL, model_version TEXT NOT NULL, superseded_at TEXT,
    PRIMARY KEY (server, model_version)
) WITHOUT ROWID;
"""


class ShownVersions:
    """The model versions that annotators of one server were shown: the table `shown`."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server

    def show(self, model_version: str, now: datetime) -> None:
        """Remember which version annotators see from now on; all others are superseded."""
        self._db.execute(
            "INSERT INTO shown VALUES (?, ?, NULL) ON CONFLICT DO UPDATE SET superseded_at = NULL",
            (self._server, model_version),
        )
        # Only where it is not set yet: what counts is since when nobody has seen a version.
        self._db.execute(
            "UPDATE shown SET superseded_at = ? "
            "WHERE server = ? AND model_version != ? AND superseded_at IS NULL",
            (stamp_to_text(now), self._server, model_version),
        )

    def superseded(self, before: datetime) -> list[str]:
        """Return the model versions that annotators have not seen since `before`."""
        rows = self._db.execute(
            "SELECT model_version FROM shown WHERE server = ? AND superseded_at < ? ORDER BY 1",
            (self._server, stamp_to_text(before)),
        )
        return [row[0] for row in rows]

    def forget(self) -> None:
        """Forget everything of this server."""
        self._db.execute("DELETE FROM shown WHERE server = ?", (self._server,))

    def take_over(self, server: str) -> None:
        """Take what stands here of another server."""
        self._db.execute("UPDATE shown SET server = ? WHERE server = ?", (self._server, server))
