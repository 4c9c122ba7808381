"""What is known of the server's tasks: a row each, without its content.

An *open* task is one of ours on which nobody has worked or begun. One that lies in the test split
is *blind*: it must never get predictions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from annotate.records import ArticleKey
from annotate.workflow.mirror.known import KnownTask, TaskStates, Totals
from annotate.workflow.mirror.stamps import stamp_from_text, stamp_to_text

TASKS_SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
    server TEXT NOT NULL, task_id INTEGER NOT NULL, updated_at TEXT,
    article_id TEXT, text_sha256 TEXT, split TEXT, models TEXT NOT NULL DEFAULT '[]',
    annotations INTEGER NOT NULL DEFAULT 0, skipped INTEGER NOT NULL DEFAULT 0,
    draft INTEGER NOT NULL DEFAULT 0, problem TEXT,
    PRIMARY KEY (server, task_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tasks_of_article ON tasks (server, article_id, text_sha256);
CREATE INDEX IF NOT EXISTS tasks_of_text ON tasks (server, text_sha256);
CREATE INDEX IF NOT EXISTS tasks_by_stamp ON tasks (server, updated_at);
"""

_PAGE = 100
_COLUMNS = (
    "task_id, updated_at, article_id, text_sha256, split, models, annotations, skipped, draft, "
    "problem"
)
_OURS = "article_id IS NOT NULL"
_OF_KEY = "article_id = ? AND text_sha256 = ?"
_NOT_BEGUN = "annotations = 0 AND skipped = 0 AND draft = 0"
_TAKES_PREDICTIONS = f"{_OURS} AND split != 'test' AND {_NOT_BEGUN} AND problem IS NULL"
_LACKS = "? NOT IN (SELECT value FROM json_each(models))"
_NOT_AMONG = "task_id NOT IN (SELECT value FROM json_each(?))"


class KnownTasks:
    """The tasks of one server: the table `tasks`."""

    def __init__(self, connection: Connection, server: str) -> None:
        self._db = connection
        self._server = server

    def get(self, task_id: int) -> KnownTask | None:
        """Return what is known of a task."""
        return next(iter(self._selected("task_id = ?", task_id)), None)

    def of_article(self, article_id: str) -> list[KnownTask]:
        """Return the tasks of all revisions of an article, by order of id."""
        return self._selected("article_id = ?", article_id, index="tasks_of_article")

    def of(self, key: ArticleKey) -> list[KnownTask]:
        """Return the tasks of an article revision, by order of id."""
        return self._selected(_OF_KEY, *key, index="tasks_of_article")

    def of_text(self, text_sha256: str) -> list[KnownTask]:
        """Return the tasks with that text, whatever their articles are called, by order of id."""
        return self._selected("text_sha256 = ?", text_sha256, index="tasks_of_text")

    def put(self, task: KnownTask) -> None:
        """Take what was just read of a task; whether it has a draft is learned elsewhere."""
        article_id, text_sha256 = task.key or (None, None)
        self._db.execute(
            "INSERT INTO tasks (server, task_id, updated_at, article_id, text_sha256, split, "
            "models, annotations, skipped, problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET updated_at = excluded.updated_at, "
            "article_id = excluded.article_id, text_sha256 = excluded.text_sha256, "
            "split = excluded.split, models = excluded.models, "
            "annotations = excluded.annotations, skipped = excluded.skipped, "
            "problem = excluded.problem",
            (
                self._server,
                task.task_id,
                stamp_to_text(task.updated_at),
                article_id,
                text_sha256,
                task.split,
                json.dumps(task.models),
                task.annotations,
                task.skipped,
                task.problem,
            ),
        )

    def put_pushed(self, rows: Iterable[tuple[int, ArticleKey, str, str | None]]) -> None:
        """Take what an import answered: (task id, key, split, model version) of each task.

        A row that is there is replaced whole: the server has given a number away again.
        """
        self._db.executemany(
            "INSERT OR REPLACE INTO tasks (server, task_id, article_id, text_sha256, "
            "split, models) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self._server, task_id, *key, split, json.dumps([model] if model else []))
                for task_id, key, split, model in rows
            ],
        )

    def put_model(self, task_ids: Iterable[int], model_version: str) -> None:
        """Take that these tasks now have predictions of that version."""
        # '$[#]' is the place after the last element of the list.
        self._db.executemany(
            "UPDATE tasks SET models = json_insert(models, '$[#]', ?) WHERE server = ? "
            "AND task_id = ? AND ? NOT IN (SELECT value FROM json_each(models))",
            [(model_version, self._server, task_id, model_version) for task_id in task_ids],
        )

    def put_stamp(self, task_id: int, updated_at: datetime) -> None:
        """Take the stamp of a task that nobody has touched since it was pushed."""
        self._db.execute(
            "UPDATE tasks SET updated_at = ? WHERE server = ? AND task_id = ?",
            (stamp_to_text(updated_at), self._server, task_id),
        )

    def put_drafts(self, task_ids: Sequence[int]) -> None:
        """Take the ids of all tasks that have unsaved drafts; every other one has none."""
        ids = json.dumps(list(task_ids))
        self._db.execute(
            "UPDATE tasks SET draft = task_id IN (SELECT value FROM json_each(?)) "
            "WHERE server = ? AND draft != (task_id IN (SELECT value FROM json_each(?)))",
            (ids, self._server, ids),
        )

    def remove(self, task_id: int) -> None:
        """Forget a task that is gone."""
        self._db.execute(
            "DELETE FROM tasks WHERE server = ? AND task_id = ?", (self._server, task_id)
        )

    def totals(self) -> Totals:
        """Return what the rows amount to."""
        row = self._db.execute(
            "SELECT count(*), total(annotations), total(skipped) FROM tasks WHERE server = ?",
            (self._server,),
        ).fetchone()
        return Totals(*map(int, row))

    def states(self) -> TaskStates:
        """Return how many tasks are in which state."""
        row = self._db.execute(
            f"SELECT total({_OURS}), total({_OURS} AND split = 'test'), "  # noqa: S608 - our own conditions
            f"total({_OURS} AND annotations > 0), "
            f"total({_OURS} AND annotations = 0 AND skipped > 0), "
            f"total({_OURS} AND annotations = 0 AND skipped = 0 AND draft), "
            f"total({_OURS} AND {_NOT_BEGUN}), "
            "total(article_id IS NULL), total(draft) FROM tasks WHERE server = ?",
            (self._server,),
        ).fetchone()
        return TaskStates(*map(int, row))

    def by_model(self) -> dict[str, int]:
        """Return the number of tasks by the last model version that pre-labelled them."""
        # '$[#-1]' is the last element of the list.
        rows = self._db.execute(
            "SELECT json_extract(models, '$[#-1]') AS model, count(*) FROM tasks WHERE server = ? "
            "AND model IS NOT NULL GROUP BY model ORDER BY model",
            (self._server,),
        )
        return dict(rows.fetchall())

    def newest(self) -> datetime | None:
        """Return the highest stamp that was read."""
        query = "SELECT max(updated_at) FROM tasks WHERE server = ?"
        return stamp_from_text(self._db.execute(query, (self._server,)).fetchone()[0])

    def ids(self, *, worked_on: bool = False, since: datetime | None = None) -> list[int]:
        """Return the ids of tasks, in order: of all, or of those that somebody worked on.

        With `since` only those that were touched then or later.
        """
        at = stamp_to_text(since)
        rows = self._db.execute(
            "SELECT task_id FROM tasks WHERE server = ? AND (NOT ? OR annotations + skipped > 0) "
            "AND (? IS NULL OR updated_at >= ?) ORDER BY task_id",
            (self._server, worked_on, at, at),
        )
        return [row[0] for row in rows]

    def count_touched(self, *, before: datetime, without: Sequence[int]) -> int:
        """Return how many tasks were last touched before that time, some tasks left out."""
        row = self._db.execute(
            f"SELECT count(*) FROM tasks WHERE server = ? AND updated_at < ? AND {_NOT_AMONG}",  # noqa: S608 - our own condition
            (self._server, stamp_to_text(before), json.dumps(list(without))),
        ).fetchone()
        return int(row[0])

    def lacking(self, model_version: str, *, without: Sequence[int]) -> Iterator[list[int]]:
        """Yield, 100 at a time, open tasks that lack predictions of that version, some left out.

        Blind ones are not among them. What changes while it runs is seen: each page is asked for
        anew, after the last id of the one before.
        """
        last = 0
        while True:
            rows = self._db.execute(
                f"SELECT task_id FROM tasks WHERE server = ? AND task_id > ? "  # noqa: S608 - our own conditions
                f"AND {_TAKES_PREDICTIONS} AND {_LACKS} AND {_NOT_AMONG} "
                f"ORDER BY task_id LIMIT {_PAGE}",
                (self._server, last, model_version, json.dumps(list(without))),
            ).fetchall()
            if not rows:
                return
            yield [row[0] for row in rows]
            last = rows[-1][0]

    def count_lacking(self, model_version: str) -> int:
        """Return how many open tasks, not blind, lack predictions of that version."""
        row = self._db.execute(
            f"SELECT count(*) FROM tasks WHERE server = ? AND {_TAKES_PREDICTIONS} AND {_LACKS}",  # noqa: S608 - our own conditions
            (self._server, model_version),
        ).fetchone()
        return int(row[0])

    def count_with(self, model_version: str) -> int:
        """Return how many tasks, in whatever state, have predictions of that version."""
        row = self._db.execute(
            "SELECT count(*) FROM tasks WHERE server = ? "
            "AND ? IN (SELECT value FROM json_each(models))",
            (self._server, model_version),
        ).fetchone()
        return int(row[0])

    def open_with(self, model_versions: Sequence[str]) -> list[int]:
        """Return the open tasks, not blind, that have predictions of one of these versions."""
        rows = self._db.execute(
            f"SELECT task_id FROM tasks WHERE server = ? AND {_TAKES_PREDICTIONS} AND EXISTS "  # noqa: S608 - our own conditions
            "(SELECT 1 FROM json_each(models) WHERE value IN (SELECT value FROM json_each(?))) "
            "ORDER BY task_id",
            (self._server, json.dumps(list(model_versions))),
        )
        return [row[0] for row in rows]

    def unreadable(self) -> list[KnownTask]:
        """Return the tasks of ours that could not be read, by order of id."""
        return self._selected("problem IS NOT NULL")

    def duplicates(self) -> list[list[KnownTask]]:
        """Return the tasks of every article revision that has several, by order of id."""
        keys = self._db.execute(
            f"SELECT article_id, text_sha256 FROM tasks WHERE server = ? AND {_OURS} "  # noqa: S608 - our own condition
            "GROUP BY article_id, text_sha256 HAVING count(*) > 1",
            (self._server,),
        ).fetchall()
        return [self.of(ArticleKey(*key)) for key in keys]

    def outdated(self) -> list[int]:
        """Return the tasks that nobody has begun and whose article has a newer text.

        The newer text is the one that was pushed later: its task has the higher number.
        """
        rows = self._db.execute(
            f"SELECT task_id FROM tasks AS old WHERE server = ? AND {_OURS} AND {_NOT_BEGUN} "  # noqa: S608 - our own conditions
            "AND EXISTS (SELECT 1 FROM tasks AS new INDEXED BY tasks_of_article "
            "WHERE new.server = old.server "
            "AND new.article_id = old.article_id AND new.text_sha256 != old.text_sha256 "
            "AND new.task_id > old.task_id) ORDER BY task_id",
            (self._server,),
        )
        return [row[0] for row in rows]

    def forget(self) -> None:
        """Forget everything of this server."""
        self._db.execute("DELETE FROM tasks WHERE server = ?", (self._server,))

    def take_over(self, server: str) -> None:
        """Take the rows of another server."""
        self._db.execute("UPDATE tasks SET server = ? WHERE server = ?", (self._server, server))

    def _selected(self, condition: str, *values: object, index: str = "") -> list[KnownTask]:
        # SQLite, left to itself, goes through all rows of the server for each article.
        table = f"tasks INDEXED BY {index}" if index else "tasks"
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM {table} WHERE server = ? AND {condition} ORDER BY task_id",  # noqa: S608 - conditions of this class
            (self._server, *values),
        )
        return [_known(row) for row in rows]


def _known(row: tuple[Any, ...]) -> KnownTask:  # in the order of _COLUMNS
    ours = row[2] is not None and row[3] is not None
    return KnownTask(
        task_id=row[0],
        updated_at=stamp_from_text(row[1]),
        key=ArticleKey(str(row[2]), str(row[3])) if ours else None,
        split=row[4],
        models=tuple(json.loads(row[5])),
        annotations=row[6],
        skipped=row[7],
        draft=bool(row[8]),
        problem=row[9],
    )
