"""Articles on their way: read once, and laid down by shard, so that a shard is one piece of work.

The spool is nobody's result: it can be made anew from the input, and its files go with their
shards.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from annotate.archive.inputs import Inputs
from annotate.archive.sharding import Part, shard_of
from annotate.errors import InputError, UsageError
from annotate.files import write_atomic
from annotate.jsonl import article_from_json, article_to_json, dumps
from annotate.records import Article

TWICE = "the same article, once more"
OTHER_TEXT = "the article id stands for another text as well; its first article is kept"

_READY = "ready.json"
_TOGETHER = 64 * 1024 * 1024  # bytes held before they are written


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """What was laid down: articles of the whole input and of this part, by shard."""

    articles: int
    articles_sha256: str
    shards: dict[int, int]
    bad: tuple[tuple[str, int | None, str], ...]
    """(file, line, reason) of what is no article."""


@dataclass(frozen=True, slots=True)
class Laid:
    """The articles of a shard, and what comes under an id that was there: (id, reason)."""

    articles: list[Article] = field(default_factory=list)
    doubled: list[tuple[str, str]] = field(default_factory=list)


class Spool:
    """A directory with a file of articles for every shard of a part."""

    def __init__(self, path: Path, *, shards: int, part: Part) -> None:
        self.path = path.absolute()  # whoever reads it may run elsewhere
        self._shards = shards
        self.part = part
        self._lock: FileLock | None = None

    def __getstate__(self) -> dict[str, object]:
        """Return what an actor beside the driver gets: it reads, and holds nothing."""
        return {**self.__dict__, "_lock": None}

    def hold(self) -> None:
        """Keep every other process off until `release`, or until this one ends.

        Raises `UsageError` where another one holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise UsageError(
                f"{self.path}: another process fills these shards",
                hint="wait for it; or let this one do another part: --shard K/N",
            ) from None
        self._lock = lock

    def release(self) -> None:
        """Let others hold it."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def fill(self, inputs: Inputs, *, on_article: Callable[[], None] | None = None) -> Spooled:
        """Read the input and lay it down; what was laid down whole before is taken as it is.

        It is taken where names, sizes and times of the files are what they were then.
        """
        state = self._state(inputs)
        if (known := self._known(state)) is not None:
            return known
        self.clear()
        self.path.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        held: dict[int, list[bytes]] = {}
        counts: Counter[int] = Counter()
        bad: list[tuple[str, int | None, str]] = []
        size = articles = 0
        for file, line, article in inputs.articles():
            if on_article is not None:
                on_article()
            if isinstance(article, InputError):
                bad.append((file, line, article.message))
                continue
            articles += 1
            digest.update(f"{article.article_id}\0{article.text_sha256}\n".encode())
            shard = shard_of(article.article_id, self._shards)
            if not self.part.has(shard):
                continue
            counts[shard] += 1
            raw = dumps(article_to_json(article)).encode() + b"\n"
            held.setdefault(shard, []).append(raw)
            size += len(raw)
            if size > _TOGETHER:
                self._write(held)
                size = 0
        self._write(held)
        spooled = Spooled(
            articles=articles,
            articles_sha256=digest.hexdigest(),
            shards=dict(sorted(counts.items())),
            bad=tuple(bad),
        )
        write_atomic(
            self.path / _READY,
            json.dumps(
                {
                    "state": state,
                    "articles": spooled.articles,
                    "articles_sha256": spooled.articles_sha256,
                    "shards": list(spooled.shards.items()),
                    "bad": spooled.bad,
                }
            ),
        )
        return spooled

    def read(self, shard: int) -> Laid:
        """Return the articles of a shard, in the order of the input; none where it has none."""
        try:
            lines = self._file(shard).read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            lines = []
        first: dict[str, str] = {}
        laid = Laid()
        for article in (article_from_json(json.loads(line)) for line in lines):
            there = first.setdefault(article.article_id, article.text_sha256)
            if len(first) > len(laid.articles):
                laid.articles.append(article)
            else:
                same = there == article.text_sha256
                laid.doubled.append((article.article_id, TWICE if same else OTHER_TEXT))
        return laid

    def has(self, shard: int) -> bool:
        """Tell whether the articles of a shard lie there."""
        return self._file(shard).exists()

    def drop(self, shard: int) -> None:
        """Remove the articles of a finished shard."""
        self._file(shard).unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove everything: the next run reads the input again."""
        if self.path.is_dir():
            (self.path / _READY).unlink(missing_ok=True)
            for file in self.path.glob("*.jsonl"):
                file.unlink()

    def _file(self, shard: int) -> Path:
        return self.path / f"{shard:05d}.jsonl"

    def _write(self, held: dict[int, list[bytes]]) -> None:
        for shard, lines in held.items():
            with self._file(shard).open("ab") as stream:
                stream.writelines(lines)
        held.clear()

    def _known(self, state: object) -> Spooled | None:
        try:
            value = json.loads((self.path / _READY).read_bytes())
        except (OSError, ValueError):
            return None
        if value["state"] != json.loads(json.dumps(state)):
            return None
        return Spooled(
            articles=value["articles"],
            articles_sha256=value["articles_sha256"],
            shards=dict(value["shards"]),
            bad=tuple((file, line, why) for file, line, why in value["bad"]),
        )

    def _state(self, inputs: Inputs) -> Sequence[object]:
        """Return what tells whether the input is what it was: no content is read for it."""
        times = []
        for name, size in inputs.files:
            path = inputs.root / name
            times.append((name, size, path.stat().st_mtime_ns if path.exists() else None))
        return [self._shards, str(self.part), inputs.encoding, times]
