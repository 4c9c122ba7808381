"""What people saw and what reading left out: kept in `.annotate/seen.sqlite3`.

The server forgets predictions, and a model runs other code after an upgrade: what a model version
said of a text is kept when an annotation is read that began with it. Beside it stand the items that
reading the page dropped or named, and what was lost when files were read. All of it can be had
again (`annotate pull --full`, `annotate exports read`), as far as server and files have it still.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from annotate.database import database, transaction
from annotate.marks_json import links_from_json, links_to_json, spans_from_json, spans_to_json
from annotate.records import Article, ArticleKey, Prediction
from annotate.studio.unkept import UnkeptItem

_FILE = "seen.sqlite3"
_VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS predictions (
    article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, model_version TEXT NOT NULL,
    marks TEXT NOT NULL, PRIMARY KEY (article_id, text_sha256, model_version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unkept (
    article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, items TEXT NOT NULL,
    PRIMARY KEY (article_id, text_sha256)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file_losses (
    file TEXT NOT NULL, place INTEGER NOT NULL, corpus TEXT,
    article_id TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (file, place)
) WITHOUT ROWID;
"""


class Seen:
    """The predictions that people saw, by article revision and model version."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def transaction(self) -> AbstractContextManager[None]:
        """Run a block as one durable change."""
        return transaction(self._db)

    def put(self, predictions: Iterable[Prediction]) -> None:
        """Keep predictions that annotations began with; later ones take the place of earlier."""
        self._db.executemany(
            "INSERT OR REPLACE INTO predictions VALUES (?, ?, ?, ?)",
            [(p.article_id, p.text_sha256, p.model_version, _marks(p)) for p in predictions],
        )

    def prediction(self, article: Article, model_version: str) -> Prediction | None:
        """Return what people were shown in a text; raises `RecordError` where it cannot be."""
        row = self._db.execute(
            "SELECT marks FROM predictions "
            "WHERE article_id = ? AND text_sha256 = ? AND model_version = ?",
            (*article.key, model_version),
        ).fetchone()
        if row is None:
            return None
        value = json.loads(row[0])
        spans, scores = spans_from_json(article.article_id, value["spans"])
        return Prediction(
            article_id=article.article_id,
            text_sha256=article.text_sha256,
            spans=spans,
            links=links_from_json(article.article_id, value["links"], spans),
            scores=scores,
            model_version=model_version,
        )

    def put_unkept(self, key: ArticleKey, items: Iterable[UnkeptItem]) -> None:
        """Keep what reading left out of an article revision, in the place of what was there."""
        said = [asdict(item) for item in items]
        if said:
            row = (*key, json.dumps(said, ensure_ascii=False))
            self._db.execute("INSERT OR REPLACE INTO unkept VALUES (?, ?, ?)", row)
        else:
            self._db.execute("DELETE FROM unkept WHERE article_id = ? AND text_sha256 = ?", key)

    def unkept(self) -> Iterator[tuple[ArticleKey, UnkeptItem]]:
        """Yield what reading left out, in the order of the articles."""
        rows = self._db.execute("SELECT * FROM unkept ORDER BY 1, 2").fetchall()
        for article_id, text_sha256, items in rows:
            for item in json.loads(items):
                yield ArticleKey(article_id, text_sha256), UnkeptItem(**item)

    def put_file_losses(
        self, file: str, corpus: str | None, losses: Iterable[tuple[str, str, str]]
    ) -> None:
        """Keep what was lost when a file was read: (article, what, detail); as it was last read."""
        with self.transaction():
            self._db.execute("DELETE FROM file_losses WHERE file = ?", (file,))
            self._db.executemany(
                "INSERT INTO file_losses VALUES (?, ?, ?, ?, ?, ?)",
                [(file, place, corpus, *loss) for place, loss in enumerate(losses)],
            )

    def file_losses(self) -> list[tuple[str, str | None, str, str, str]]:
        """Return file, corpus, article, what and detail of each loss."""
        return self._db.execute(
            "SELECT file, corpus, article_id, what, detail FROM file_losses ORDER BY file, place"
        ).fetchall()


@contextmanager
def open_seen(state: Path, *, on_trial: bool = False, read_only: bool = False) -> Iterator[Seen]:
    """Open what a workspace keeps of what people saw; `on_trial` what changes is forgotten.

    Raises `WorkspaceError` where the file is damaged.
    """
    path = state / _FILE
    with database(
        path, _SCHEMA, on_trial=on_trial, read_only=read_only, version=_VERSION
    ) as connection:
        yield Seen(connection)


def _marks(prediction: Prediction) -> str:
    value: dict[str, Any] = {
        "spans": spans_to_json(prediction.spans, prediction.scores),
        "links": links_to_json(prediction.links),
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
