"""What the workspace knows of the server's tasks.

One row a task, without its content: the server holds that. All of it can be had again from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from annotate.database import database, transaction
from annotate.workflow.mirror.journal import JOURNAL_SCHEMA, Journal, Key
from annotate.workflow.mirror.pending import PENDING_SCHEMA, PendingLines
from annotate.workflow.mirror.stale import STALE_SCHEMA, StaleTasks
from annotate.workspace import Workspace

_SCHEMA = """
CREATE TABLE IF NOT EXISTS servers (
    server TEXT PRIMARY KEY, project_id INTEGER NOT NULL, created_at TEXT NOT NULL,
    settled TEXT, passed TEXT, base TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tasks (
    server TEXT NOT NULL, task_id INTEGER NOT NULL, updated_at TEXT,
    article_id TEXT, text_sha256 TEXT, split TEXT, models TEXT NOT NULL DEFAULT '[]',
    annotations INTEGER NOT NULL DEFAULT 0, skipped INTEGER NOT NULL DEFAULT 0,
    draft INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (server, task_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tasks_of_article ON tasks (server, article_id, text_sha256);
CREATE INDEX IF NOT EXISTS tasks_by_stamp ON tasks (server, updated_at);
CREATE TABLE IF NOT EXISTS shown (
    server TEXT NOT NULL, model_version TEXT NOT NULL, superseded_at TEXT,
    PRIMARY KEY (server, model_version)
) WITHOUT ROWID;
"""


_TABLES = ("servers", "tasks", "stale", "pending", "batches", "shown")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTask:
    """A task as it was last read; `article_id` is `None` where annotate did not push it."""

    task_id: int
    updated_at: datetime | None
    article_id: str | None
    text_sha256: str | None
    split: str | None
    models: tuple[str, ...]
    annotations: int
    skipped: int
    draft: bool = False

    @property
    def key(self) -> Key | None:
        """Which article revision it holds."""
        if self.article_id is None or self.text_sha256 is None:
            return None
        return (self.article_id, self.text_sha256)


class Totals(NamedTuple):
    """Numbers of tasks, of submitted annotations and of skips."""

    tasks: int
    annotations: int
    skipped: int


class Mirror:
    """The rows of one server, in the workspace's database."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server
        self.journal = Journal(connection, server)
        self.stale = StaleTasks(connection, server)
        self.pending = PendingLines(connection, server)

    def transaction(self) -> AbstractContextManager[None]:
        """Run a block as one durable change."""
        return transaction(self._db)

    def project(self) -> tuple[int, str] | None:
        """Return id and creation time of the project to which this workspace pushes."""
        row = self._db.execute(
            "SELECT project_id, created_at FROM servers WHERE server = ?", (self._server,)
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def adopt_project(self, project_id: int, created_at: str) -> None:
        """Remember the project; what was known of another one is forgotten."""
        if self.project() == (project_id, created_at):
            return
        with self.transaction():
            for table in _TABLES:
                self._db.execute(f"DELETE FROM {table} WHERE server = ?", (self._server,))  # noqa: S608 - our own names
            self._db.execute(
                "INSERT INTO servers (server, project_id, created_at) VALUES (?, ?, ?)",
                (self._server, project_id, created_at),
            )

    def take_over(self, server: str) -> None:
        """Take what is known of another server as what is known of this one."""
        with self.transaction():
            for table in _TABLES:
                self._db.execute(f"DELETE FROM {table} WHERE server = ?", (self._server,))  # noqa: S608 - our own names
                self._db.execute(
                    f"UPDATE {table} SET server = ? WHERE server = ?",  # noqa: S608 - our own names
                    (self._server, server),
                )

    def passes(self) -> tuple[datetime | None, datetime | None]:
        """Return up to when stamps are settled, and when the last pass began (server time)."""
        row = self._db.execute(
            "SELECT settled, passed FROM servers WHERE server = ?", (self._server,)
        ).fetchone()
        settled, passed = row or (None, None)
        return _time(settled), _time(passed)

    def set_passes(self, *, settled: datetime, passed: datetime) -> None:
        """Remember a pass that was complete."""
        self._db.execute(
            "UPDATE servers SET settled = ?, passed = ? WHERE server = ?",
            (
                settled.isoformat(timespec="microseconds"),
                passed.isoformat(timespec="microseconds"),
                self._server,
            ),
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

    def task(self, task_id: int) -> KnownTask | None:
        """Return what is known of a task."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM tasks WHERE server = ? AND task_id = ?",  # noqa: S608
            (self._server, task_id),
        ).fetchone()
        return None if row is None else _known(row)

    def tasks_of(self, article_id: str, text_sha256: str | None = None) -> list[KnownTask]:
        """Return the tasks of an article (or of one revision of it), by order of id."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM tasks WHERE server = ? AND article_id = ? "  # noqa: S608
            "AND text_sha256 = coalesce(?, text_sha256) ORDER BY task_id",
            (self._server, article_id, text_sha256),
        )
        return [_known(row) for row in rows]

    def put(self, task: KnownTask) -> None:
        """Take what was just read of a task."""
        self._db.execute(
            "INSERT INTO tasks (server, task_id, updated_at, article_id, text_sha256, split, "
            "models, annotations, skipped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET updated_at = excluded.updated_at, "
            "article_id = excluded.article_id, text_sha256 = excluded.text_sha256, "
            "split = excluded.split, models = excluded.models, "
            "annotations = excluded.annotations, skipped = excluded.skipped",
            (
                self._server,
                task.task_id,
                task.updated_at.isoformat(timespec="microseconds") if task.updated_at else None,
                task.article_id,
                task.text_sha256,
                task.split,
                json.dumps(task.models),
                task.annotations,
                task.skipped,
            ),
        )

    def set_stamp(self, task_id: int, updated_at: datetime) -> None:
        """Take the stamp of a task that nobody has touched since it was pushed."""
        self._db.execute(
            "UPDATE tasks SET updated_at = ? WHERE server = ? AND task_id = ?",
            (updated_at.isoformat(timespec="microseconds"), self._server, task_id),
        )

    def remove(self, task_id: int) -> None:
        """Forget a task that is gone."""
        self._db.execute(
            "DELETE FROM tasks WHERE server = ? AND task_id = ?", (self._server, task_id)
        )

    def set_drafts(self, task_ids: Sequence[int]) -> None:
        """Take the ids of all tasks that have unsaved drafts."""
        self._db.execute(
            "UPDATE tasks SET draft = task_id IN (SELECT value FROM json_each(?)) "
            "WHERE server = ? AND draft != (task_id IN (SELECT value FROM json_each(?)))",
            (json.dumps(list(task_ids)), self._server, json.dumps(list(task_ids))),
        )

    def totals(self) -> Totals:
        """Return what the rows amount to."""
        row = self._db.execute(
            "SELECT count(*), total(annotations), total(skipped) FROM tasks WHERE server = ?",
            (self._server,),
        ).fetchone()
        return Totals(*map(int, row))

    def count(self, condition: str, *values: object) -> int:
        """Return how many tasks satisfy an SQL condition on the columns of `tasks`."""
        row = self._db.execute(
            f"SELECT count(*) FROM tasks WHERE server = ? AND ({condition})",  # noqa: S608
            (self._server, *values),
        ).fetchone()
        return int(row[0])

    def count_settled(self, *, before: datetime) -> int:
        """Return how many tasks have an earlier stamp and need not be read."""
        return self.count(
            "updated_at < ? AND task_id NOT IN "
            "(SELECT task_id FROM stale WHERE stale.server = tasks.server)",
            _text(before),
        )

    def by_model(self) -> dict[str, int]:
        """Return the number of tasks by the last model version that pre-labelled them."""
        rows = self._db.execute(
            "SELECT json_extract(models, '$[#-1]') AS model, count(*) FROM tasks WHERE server = ? "
            "AND model IS NOT NULL GROUP BY model ORDER BY model",
            (self._server,),
        )
        return dict(rows.fetchall())

    def newest(self) -> datetime | None:
        """Return the highest stamp that was read."""
        row = self._db.execute(
            "SELECT max(updated_at) FROM tasks WHERE server = ?", (self._server,)
        ).fetchone()
        return _time(row[0])

    def untouched(self, model_version: str) -> Iterator[list[int]]:
        """Yield, 100 at a time, open tasks of ours that lack predictions of that version."""
        last = 0
        while True:
            rows = self._db.execute(
                f"SELECT task_id FROM tasks WHERE server = ? AND task_id > ? AND {_OPEN} "  # noqa: S608
                "AND ? NOT IN (SELECT value FROM json_each(models)) AND task_id NOT IN "
                "(SELECT task_id FROM batch_items WHERE task_id IS NOT NULL) "
                "ORDER BY task_id LIMIT 100",
                (self._server, last, model_version),
            ).fetchall()
            if not rows:
                return
            yield [row[0] for row in rows]
            last = rows[-1][0]

    def count_untouched(self, model_version: str) -> int:
        """Return how many open tasks of ours lack predictions of that version."""
        return self.count(f"{_OPEN} AND {_LACKS}", model_version)

    def show(self, model_version: str, now: datetime) -> None:
        """Remember which version annotators see from now on; all others are superseded."""
        self._db.execute(
            "INSERT INTO shown VALUES (?, ?, NULL) ON CONFLICT DO UPDATE SET superseded_at = NULL",
            (self._server, model_version),
        )
        self._db.execute(
            "UPDATE shown SET superseded_at = ? "
            "WHERE server = ? AND model_version != ? AND superseded_at IS NULL",
            (_text(now), self._server, model_version),
        )

    def superseded(self, before: datetime) -> list[str]:
        """Return the model versions that annotators have not seen since `before`."""
        rows = self._db.execute(
            "SELECT model_version FROM shown WHERE server = ? AND superseded_at < ? ORDER BY 1",
            (self._server, _text(before)),
        )
        return [row[0] for row in rows]

    def untouched_with(self, model_versions: Sequence[str]) -> list[int]:
        """Return the open tasks of ours that have predictions of these versions."""
        rows = self._db.execute(
            f"SELECT task_id FROM tasks WHERE server = ? AND {_OPEN} AND EXISTS "  # noqa: S608
            "(SELECT 1 FROM json_each(models) WHERE value IN (SELECT value FROM json_each(?))) "
            "ORDER BY task_id",
            (self._server, json.dumps(list(model_versions))),
        )
        return [row[0] for row in rows]

    def duplicates(self) -> list[tuple[Key, list[int]]]:
        """Return the article revisions that have several tasks, with the tasks' ids."""
        rows = self._db.execute(
            "SELECT article_id, text_sha256, json_group_array(task_id) FROM "
            "(SELECT * FROM tasks WHERE server = ? AND article_id IS NOT NULL ORDER BY task_id) "
            "GROUP BY article_id, text_sha256 HAVING count(*) > 1",
            (self._server,),
        )
        return [((row[0], row[1]), json.loads(row[2])) for row in rows]

    def outdated(self) -> list[int]:
        """Return the tasks that nobody touched and whose article has a newer text."""
        rows = self._db.execute(
            "SELECT task_id FROM tasks AS old WHERE server = ? AND article_id IS NOT NULL "
            "AND annotations = 0 AND skipped = 0 AND draft = 0 AND EXISTS (SELECT 1 FROM tasks "
            "AS new WHERE new.server = old.server AND new.article_id = old.article_id "
            "AND new.text_sha256 != old.text_sha256 AND new.task_id > old.task_id) "
            "ORDER BY task_id",
            (self._server,),
        )
        return [row[0] for row in rows]

    def record_pushed(self, rows: Iterable[tuple[int, Key, str, str | None]]) -> None:
        """Take what an import answered: (task id, key, split, model version) of each task."""
        self._db.executemany(
            "INSERT OR REPLACE INTO tasks (server, task_id, article_id, text_sha256, "
            "split, models) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self._server, task_id, *key, split, json.dumps([model] if model else []))
                for task_id, key, split, model in rows
            ],
        )

    def has_prediction(self, task_ids: Iterable[int], model_version: str) -> None:
        """Take that these tasks now have predictions of that version."""
        self._db.executemany(
            "UPDATE tasks SET models = json_insert(models, '$[#]', ?) "
            "WHERE server = ? AND task_id = ? AND ? NOT IN (SELECT value FROM json_each(models))",
            [(model_version, self._server, task_id, model_version) for task_id in task_ids],
        )


_COLUMNS = (
    "task_id, updated_at, article_id, text_sha256, split, models, annotations, skipped, draft"
)
_LACKS = "? NOT IN (SELECT value FROM json_each(models))"
_OPEN = (
    "article_id IS NOT NULL AND split != 'test' AND annotations = 0 AND skipped = 0 AND draft = 0"
)


@contextmanager
def open_mirror(workspace: Workspace, server: str, *, read_only: bool = False) -> Iterator[Mirror]:
    """Open what the workspace knows of a server (`StudioClient.identity`)."""
    path = workspace.state / "server.sqlite3"
    with database(
        path, _SCHEMA + JOURNAL_SCHEMA + STALE_SCHEMA + PENDING_SCHEMA, read_only=read_only
    ) as connection:
        yield Mirror(connection, server)


def _known(
    row: tuple[int, str | None, str | None, str | None, str | None, str, int, int, int],
) -> KnownTask:
    return KnownTask(
        task_id=row[0],
        updated_at=_time(row[1]),
        article_id=row[2],
        text_sha256=row[3],
        split=row[4],
        models=tuple(json.loads(row[5])),
        annotations=row[6],
        skipped=row[7],
        draft=bool(row[8]),
    )


def _time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _text(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="microseconds")
