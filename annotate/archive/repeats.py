"""Which articles nearly repeat an earlier one, among more than memory holds.

MinHash bands (`articles/duplicates.py`) in an SQLite database that is thrown away: a band's key
leads to the first article that had it.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from annotate.articles.duplicates import THRESHOLD, band_keys, signature, similarity

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -262144; -- KiB
    CREATE TABLE kept (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL, signature BLOB NOT NULL
    ) STRICT;
    CREATE TABLE bands (key INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
"""


class Repeats:
    """The texts that were met, each story once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._count = 0

    def first_of(self, name: str, text: str) -> str:
        """Return the name of the first text that this one nearly repeats.

        Where it repeats none that was new, that is its own, and it is met from now on.
        A text of similarity .7 to an earlier one is recognised with probability .99 and more
        unless that one's bands were all taken by other texts.
        """
        sketch = signature(text)
        keys = band_keys(sketch)
        marks = ",".join("?" * len(keys))
        found = self._connection.execute(
            "SELECT name, signature FROM kept WHERE number IN "  # noqa: S608 - marks alone
            f"(SELECT number FROM bands WHERE key IN ({marks})) ORDER BY number",
            keys,
        )
        for first, kept in found:
            if similarity(sketch, kept) >= THRESHOLD:
                return str(first)
        self._count += 1
        self._connection.execute("INSERT INTO kept VALUES (?, ?, ?)", (self._count, name, sketch))
        self._connection.executemany(
            "INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, self._count) for key in keys]
        )
        return name


@contextmanager
def open_repeats() -> Iterator[Repeats]:
    """Open an empty collection on disk, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="annotate-") as directory:
        path = Path(directory) / "bands.sqlite3"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(_SCHEMA)
            yield Repeats(connection)
