"""Where each line of the latest version lies: so that adding to it need not read all of it.

A cache in one SQLite file: it follows the versions on disk, and is made anew where it does not.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

from annotate.database import database, transaction
from annotate.errors import DamagedExportError, InputError, RecordError
from annotate.exports.lines import (
    ExportCounts,
    ExportedArticle,
    Tombstone,
    count_lines,
    line_from_json,
    line_to_json,
)
from annotate.jsonl import dumps, parse_object
from annotate.records import ArticleKey

_SCHEMA = """
CREATE TABLE IF NOT EXISTS base (parts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS held (
    article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, part TEXT NOT NULL,
    start INTEGER NOT NULL, length INTEGER NOT NULL, counts TEXT NOT NULL, models TEXT NOT NULL,
    PRIMARY KEY (article_id, text_sha256)
) WITHOUT ROWID;
"""


class FoldIndex:
    """The fold of a list of parts: of every article revision, the last line about it."""

    def __init__(self, connection: Connection, part_path: Callable[[str], Path]) -> None:
        self._connection = connection
        self._part_path = part_path

    def follow(self, parts: Sequence[str]) -> None:
        """Make the index that of `parts`; those that it knows already are not read again.

        Raises `DamagedExportError` where a part is not what its hash says.
        """
        row = self._connection.execute("SELECT parts FROM base").fetchone()
        known = json.loads(row[0]) if row else []
        if known == list(parts):
            return
        with transaction(self._connection):
            if parts[: len(known)] != known:
                self._connection.execute("DELETE FROM held")
                known = []
            for sha256 in parts[len(known) :]:
                for line, start, length in self.part(sha256):
                    self._take(line, sha256, start, length)
            self._set_base(parts)

    def part(self, sha256: str) -> Iterator[tuple[ExportedArticle | Tombstone, int, int]]:
        """Yield (line, first byte, bytes) of a part; raises `DamagedExportError` at its end."""
        return part_lines(self._part_path(sha256), sha256)

    def line(self, key: ArticleKey) -> ExportedArticle | None:
        """Return what the version says of an article revision."""
        row = self._connection.execute(
            "SELECT part, start, length FROM held WHERE article_id = ? AND text_sha256 = ?", key
        ).fetchone()
        return None if row is None else self._read(*row)

    def lines(self) -> Iterator[ExportedArticle]:
        """Yield every line in order of the keys."""
        for row in self._connection.execute(
            "SELECT part, start, length FROM held ORDER BY article_id, text_sha256"
        ):
            yield self._read(*row)

    def keys(self) -> Iterator[ArticleKey]:
        """Yield the keys in order."""
        for row in self._connection.execute(
            "SELECT article_id, text_sha256 FROM held ORDER BY article_id, text_sha256"
        ):
            yield ArticleKey(*row)

    def keys_outside(self, parts: Iterable[str]) -> list[ArticleKey]:
        """Return the keys of which the last line stands in another part than these, in order."""
        marks = list(parts)
        rows = self._connection.execute(
            "SELECT article_id, text_sha256 FROM held "  # noqa: S608 - question marks alone
            f"WHERE part NOT IN ({', '.join('?' * len(marks))}) ORDER BY article_id, text_sha256",
            marks,
        )
        return [ArticleKey(*row) for row in rows]

    def count(self) -> int:
        """Return the number of lines."""
        return int(self._connection.execute("SELECT count(*) FROM held").fetchone()[0])

    def encoded(
        self, changes: Iterator[ExportedArticle | Tombstone], lines: list[int]
    ) -> Iterator[bytes]:
        """Yield the changes as a part's lines and take them into the fold; `lines` counts them.

        The caller runs it within `adding`, since the part's name is known only at its end.
        """
        offset = 0
        for line in changes:
            raw = (dumps(line_to_json(line)) + "\n").encode()
            self._take(line, "", offset, len(raw))
            offset += len(raw)
            lines.append(1)
            yield raw

    @contextmanager
    def adding(self) -> Iterator[Callable[[str, Sequence[str]], None]]:
        """Run the block as one change of the fold; it calls `name(sha256, parts)` at its end."""

        def name(sha256: str, parts: Sequence[str]) -> None:
            self._connection.execute("UPDATE held SET part = ? WHERE part = ''", (sha256,))
            self._set_base(parts)

        with transaction(self._connection):
            yield name

    def counts(self) -> ExportCounts:
        """Return what the fold holds, in numbers."""
        totals: Counter[str] = Counter()
        spans: Counter[str] = Counter()
        links: Counter[str] = Counter()
        for (raw,) in self._connection.execute("SELECT counts FROM held"):
            value = json.loads(raw)
            spans.update(value.pop("spans"))
            links.update(value.pop("links"))
            totals.update(value)
        names = ("articles", "annotated", "annotations", "extra", "skipped")
        return ExportCounts(
            **{name: totals[name] for name in names},
            spans=dict(sorted(spans.items())),
            links=dict(sorted(links.items())),
        )

    def models(self) -> list[str]:
        """Return the model versions that annotators saw."""
        rows = self._connection.execute("SELECT DISTINCT models FROM held")
        return sorted({model for (raw,) in rows for model in json.loads(raw)})

    def _set_base(self, parts: Sequence[str]) -> None:
        self._connection.execute("DELETE FROM base")
        self._connection.execute("INSERT INTO base VALUES (?)", (json.dumps(list(parts)),))

    def _take(self, line: ExportedArticle | Tombstone, part: str, start: int, length: int) -> None:
        if isinstance(line, Tombstone):
            self._connection.execute(
                "DELETE FROM held WHERE article_id = ? AND text_sha256 = ?", line.key
            )
            return
        models = sorted({a.prediction_shown for a in line.annotations if a.prediction_shown})
        counts = count_lines([line]).to_json()
        self._connection.execute(
            "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*line.key, part, start, length, dumps(counts), dumps(models)),
        )

    def _read(self, part: str, start: int, length: int) -> ExportedArticle:
        return read_line(self._part_path(part), start, length)


def part_lines(path: Path, sha256: str) -> Iterator[tuple[ExportedArticle | Tombstone, int, int]]:
    """Yield (line, first byte, bytes) of a part; raises `DamagedExportError` at its end."""
    digest = hashlib.sha256()
    offset = 0
    try:
        with path.open("rb") as stream:
            for number, raw in enumerate(stream, start=1):
                digest.update(raw)
                yield line_from_json(parse_object(raw, path=path, line=number)), offset, len(raw)
                offset += len(raw)
    except OSError as error:
        raise DamagedExportError(f"{path}: cannot be read: {error.strerror}") from None
    except (InputError, RecordError):
        raise damaged(path) from None
    if digest.hexdigest() != sha256:
        raise damaged(path)


def read_line(path: Path, start: int, length: int) -> ExportedArticle:
    """Return the line of a part at a place; raises `DamagedExportError` where there is none."""
    try:
        with path.open("rb") as stream:
            stream.seek(start)
            raw = stream.read(length)
        line = line_from_json(parse_object(raw, path=path, line=0))
    except OSError as error:
        raise DamagedExportError(f"{path}: cannot be read: {error.strerror}") from None
    except (InputError, RecordError):
        raise damaged(path) from None
    if isinstance(line, Tombstone):
        raise damaged(path)
    return line


def damaged(path: Path) -> DamagedExportError:
    """Return the error for a part whose content is not what its name says."""
    return DamagedExportError(
        f"{path}: its content is not what its hash says",
        hint="annotate exports verify tells which version can still be had",
    )


@contextmanager
def open_index(
    cache: Path | None, part_path: Callable[[str], Path], *, on_trial: bool = False
) -> Iterator[FoldIndex]:
    """Open the index in the file `cache`, or one in memory; `on_trial` the file stays as it is."""
    with database(cache, _SCHEMA, on_trial=on_trial) as connection:
        yield FoldIndex(connection, part_path)
