"""What the workspace knows of the server, in one SQLite file.

Each table has one owner, which is asked in its own words; what has to happen together happens in
one `transaction`. All but the journal can be had again from the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from sqlite3 import Connection

from annotate.database import database, transaction
from annotate.workflow.mirror.journal import JOURNAL_SCHEMA, Journal
from annotate.workflow.mirror.pending import PENDING_SCHEMA, PendingLines
from annotate.workflow.mirror.progress import PROGRESS_SCHEMA, Progress
from annotate.workflow.mirror.shown import SHOWN_SCHEMA, ShownVersions
from annotate.workflow.mirror.tasks import TASKS_SCHEMA, KnownTasks
from annotate.workflow.mirror.unread import UNREAD_SCHEMA, UnreadTasks

_FILE = "server.sqlite3"
_VERSION = 3
"""Of the tables; raised with every change, for all of it can be read from the server again."""

_SCHEMA = (
    PROGRESS_SCHEMA + TASKS_SCHEMA + UNREAD_SCHEMA + PENDING_SCHEMA + JOURNAL_SCHEMA + SHOWN_SCHEMA
)


class Mirror:
    """What is known of one server."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self.progress = Progress(connection, server)
        self.tasks = KnownTasks(connection, server)
        self.unread = UnreadTasks(connection, server)
        self.pending = PendingLines(connection, server)
        self.journal = Journal(connection, server)
        self.shown = ShownVersions(connection, server)

    def transaction(self) -> AbstractContextManager[None]:
        """Run a block as one durable change."""
        return transaction(self._db)

    def adopt_project(self, project_id: int, created_at: str) -> None:
        """Remember the project; what was known of another one is forgotten."""
        if self.progress.project() == (project_id, created_at):
            return
        with self.transaction():
            self._forget()
            self.progress.begin(project_id, created_at)

    def take_over(self, server: str) -> None:
        """Take what is known of another server as what is known of this one."""
        with self.transaction():
            self._forget()
            for owner in self._owners():
                owner.take_over(server)

    def _forget(self) -> None:
        for owner in self._owners():
            owner.forget()

    def _owners(
        self,
    ) -> tuple[Progress, KnownTasks, UnreadTasks, PendingLines, Journal, ShownVersions]:
        return (self.progress, self.tasks, self.unread, self.pending, self.journal, self.shown)


@contextmanager
def open_mirror(state: Path, server: str, *, on_trial: bool = False) -> Iterator[Mirror]:
    """Open what a workspace knows of a server (`StudioClient.identity`).

    `state` is the directory of the workspace's own files. `on_trial` no file is made or changed,
    and what is changed is forgotten. Raises `WorkspaceError` where the file is damaged.
    """
    with database(state / _FILE, _SCHEMA, on_trial=on_trial, version=_VERSION) as connection:
        yield Mirror(connection, server)
