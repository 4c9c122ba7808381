"""The workspace's register of articles: which near-duplicate group each belongs to, and its split.

An entry's group and split are decided once and never changed, whatever comes later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection

from annotate.articles.duplicates import THRESHOLD, band_keys, signature, similarity
from annotate.database import database
from annotate.quality.splits import split_of
from annotate.records import Article, Split
from annotate.settings import SplitSettings
from annotate.workspace import Workspace

_FILE = "register.sqlite3"
_BACK = "put a backup of it back: the splits hang on it (docs/workspace.md)"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    number INTEGER PRIMARY KEY, article_id TEXT UNIQUE NOT NULL, text_sha256 TEXT NOT NULL,
    grp TEXT NOT NULL, split TEXT NOT NULL, signature BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS bands (
    key INTEGER NOT NULL, grp TEXT NOT NULL, split TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (key, grp, split)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles_of_group ON articles (grp, split);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one article: its group (the id of the group's first article) and split."""

    article_id: str
    text_sha256: str
    group: str
    split: Split

    @property
    def blind(self) -> bool:
        """Whether annotators must see no predictions on it: test articles judge the models."""
        return self.split == "test"


class Register:
    """Places articles; made by `open_register`, in whose block nothing is kept without `save`."""

    def __init__(self, connection: Connection, shares: SplitSettings) -> None:
        self._connection = connection
        self._shares = shares

    def place(self, articles: Iterable[Article]) -> Iterator[Entry]:
        """Yield the entry of every article; those that are new are placed in a group.

        A new article joins the group that it nearly repeats. Where it nearly repeats articles of
        different splits it is kept out of training and test (`none`). A changed text keeps the
        group of its article.
        """
        for article in articles:
            known = self._connection.execute(
                "SELECT text_sha256, grp, split FROM articles WHERE article_id = ?",
                (article.article_id,),
            ).fetchone()
            if known is None:
                yield self._place(article)
                continue
            if known[0] != article.text_sha256:
                self._change(article)
            yield Entry(
                article_id=article.article_id,
                text_sha256=article.text_sha256,
                group=known[1],
                split=known[2],
            )

    def save(self) -> None:
        """Keep what was placed so far, durably."""
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN IMMEDIATE")

    def blind(self, article: Article) -> bool:
        """Tell whether an article is, or would become, a test article (`would_be_blind`)."""
        return self.split_to_come(article) == "test"

    def known_split(self, article: Article) -> Split | None:
        """Return what an article serves for, by its id, else by what it nearly repeats.

        One that nearly repeats a test article counts as one, even if it nearly repeats others too.
        `None` where neither is known.
        """
        known: tuple[Split] | None = self._connection.execute(
            "SELECT split FROM articles WHERE article_id = ?", (article.article_id,)
        ).fetchone()
        if known is not None:
            return known[0]
        sketch = signature(article.text)
        near = {split for _, split in self._near(sketch, band_keys(sketch))}
        if "test" in near:
            return "test"
        return near.pop() if len(near) == 1 else "none" if near else None

    def split_to_come(self, article: Article) -> Split:
        """Return the same; where nothing is known, what the article's id would decide."""
        shares = self._shares
        return self.known_split(article) or split_of(
            article.article_id, dev=shares.dev, test=shares.test
        )

    def counts(self) -> dict[str, int]:
        """Return the number of articles by split."""
        return dict(self._connection.execute("SELECT split, count(*) FROM articles GROUP BY split"))

    def _place(self, article: Article) -> Entry:
        sketch = signature(article.text)
        keys = band_keys(sketch)
        near = self._near(sketch, keys)
        group = near[0][0] if near else article.article_id
        if not near:
            split = split_of(group, dev=self._shares.dev, test=self._shares.test)
        else:
            split = near[0][1] if len({split for _, split in near}) == 1 else "none"
        number = self._connection.execute(
            "INSERT INTO articles (article_id, text_sha256, grp, split, signature) "
            "VALUES (?, ?, ?, ?, ?)",
            (article.article_id, article.text_sha256, group, split, sketch),
        ).lastrowid
        self._connection.executemany(
            "INSERT OR IGNORE INTO bands VALUES (?, ?, ?, ?)",
            [(key, group, split, number) for key in keys],
        )
        return Entry(
            article_id=article.article_id,
            text_sha256=article.text_sha256,
            group=group,
            split=split,
        )

    def _change(self, article: Article) -> None:
        """Give a known article its new text's hash and signature; group and split stay.

        A key that the article held for its group goes to the next one there that has it too.
        """
        number, group, split, former = self._connection.execute(
            "SELECT number, grp, split, signature FROM articles WHERE article_id = ?",
            (article.article_id,),
        ).fetchone()
        sketch = signature(article.text)
        self._connection.execute(
            "UPDATE articles SET text_sha256 = ?, signature = ? WHERE number = ?",
            (article.text_sha256, sketch, number),
        )
        held = set(band_keys(former))
        self._connection.executemany(
            "DELETE FROM bands WHERE key = ? AND grp = ? AND split = ? AND number = ?",
            [(key, group, split, number) for key in held],
        )
        others = self._connection.execute(
            "SELECT number, signature FROM articles WHERE grp = ? AND split = ? ORDER BY number",
            (group, split),
        ).fetchall()
        self._connection.executemany(
            "INSERT OR IGNORE INTO bands VALUES (?, ?, ?, ?)",
            [
                (key, group, split, other)
                for other, kept in others
                for key in band_keys(kept)
                if other == number or key in held
            ],
        )

    def _near(self, sketch: bytes, keys: list[int]) -> list[tuple[str, Split]]:
        """Return group and split of near-duplicates, in order of their article ids.

        Of each group and key only the first article is looked at, so that a story that was
        re-reported a thousand times takes no longer.
        """
        rows = self._connection.execute(
            "SELECT grp, split, signature FROM articles WHERE number IN (SELECT number FROM bands "
            "WHERE key IN (SELECT value FROM json_each(?))) ORDER BY article_id",
            (json.dumps(keys),),
        )
        return [
            (group, split) for group, split, kept in rows if similarity(sketch, kept) >= THRESHOLD
        ]


def would_be_blind(workspace: Workspace, article: Article) -> bool:
    """Tell whether an article is a test article, or would become one; nothing is placed.

    In this order: what the register says of its id; whether it nearly repeats a test article, even
    if it nearly repeats others too; the hash of its id.
    """
    with read_register(workspace) as register:
        return register.blind(article)


@contextmanager
def read_register(workspace: Workspace) -> Iterator[Register]:
    """Open the register to ask it; nothing is placed, made or locked."""
    path = workspace.state / _FILE
    with database(path, _SCHEMA, read_only=True, hint=_BACK) as connection:
        yield Register(connection, workspace.settings.split)


@contextmanager
def open_register(workspace: Workspace, *, dry_run: bool = False) -> Iterator[Register]:
    """Open the register; what is placed in the block and not saved is forgotten at its end.

    A `dry_run` places in a copy: it neither makes the file nor waits for who writes in it.
    """
    path = workspace.state / _FILE
    with database(path, _SCHEMA, on_trial=dry_run, hint=_BACK) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Register(connection, workspace.settings.split)
        finally:
            connection.execute("ROLLBACK")
