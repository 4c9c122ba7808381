"""Which project a workspace pushes to, and how far its work was read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from annotate.workflow.mirror.stamps import stamp_from_text, stamp_to_text

PROGRESS_SCHEMA = """
CREATE TABLE IF NOT EXISTS servers (
    server TEXT PRIMARY KEY, project_id INTEGER NOT NULL, created_at TEXT NOT NULL,
    settled TEXT, passed TEXT, base TEXT, scheme TEXT
) WITHOUT ROWID;
"""


class Progress:
    """The row of one server in the table `servers`."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server

    def project(self) -> tuple[int, str] | None:
        """Return id and creation time of the project to which this workspace pushes."""
        row = self._db.execute(
            "SELECT project_id, created_at FROM servers WHERE server = ?", (self._server,)
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def begin(self, project_id: int, created_at: str) -> None:
        """Remember a project of which nothing was read yet."""
        self._db.execute(
            "INSERT OR REPLACE INTO servers (server, project_id, created_at) VALUES (?, ?, ?)",
            (self._server, project_id, created_at),
        )

    def passes(self) -> tuple[datetime | None, datetime | None]:
        """Return up to when stamps are settled, and when the last pass began (server time)."""
        row = self._db.execute(
            "SELECT settled, passed FROM servers WHERE server = ?", (self._server,)
        ).fetchone()
        settled, passed = row or (None, None)
        return stamp_from_text(settled), stamp_from_text(passed)

    def set_passes(self, *, settled: datetime, passed: datetime) -> None:
        """Remember a pass that was complete."""
        self._db.execute(
            "UPDATE servers SET settled = ?, passed = ? WHERE server = ?",
            (stamp_to_text(settled), stamp_to_text(passed), self._server),
        )

    def base(self) -> list[str] | None:
        """Return the parts of the version that the pending lines differ from."""
        row = self._db.execute(
            "SELECT base FROM servers WHERE server = ?", (self._server,)
        ).fetchone()
        return json.loads(row[0]) if row and row[0] else None

    def set_base(self, parts: Sequence[str]) -> None:
        """Remember the parts of the version that the pending lines differ from."""
        self._db.execute(
            "UPDATE servers SET base = ? WHERE server = ?", (json.dumps(list(parts)), self._server)
        )

    def scheme(self) -> str | None:
        """Return the fingerprint of the labels under which the tasks were read."""
        row = self._db.execute(
            "SELECT scheme FROM servers WHERE server = ?", (self._server,)
        ).fetchone()
        return row[0] if row else None

    def set_scheme(self, fingerprint: str) -> None:
        """Remember under which labels the tasks are read from now on."""
        self._db.execute(
            "UPDATE servers SET scheme = ? WHERE server = ?", (fingerprint, self._server)
        )

    def forget(self) -> None:
        """Forget the project."""
        self._db.execute("DELETE FROM servers WHERE server = ?", (self._server,))

    def take_over(self, server: str) -> None:
        """Take the row of another server."""
        self._db.execute("UPDATE servers SET server = ? WHERE server = ?", (self._server, server))
