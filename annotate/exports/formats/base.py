"""What every format shares: where a line came from, what it could not hold, whole directories."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import InputError, RecordError, UsageError
from annotate.files import place_directory, write_atomic
from annotate.jsonl import ArticleLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that one side holds and the other cannot; `what` is its kind, to be counted."""

    article_id: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an article line came from.

    `by` is who annotated it, as the file tells; `item` keeps apart several annotations of one
    article by one person.
    """

    path: Path
    line: int | None = None
    by: str | None = None
    item: str | None = None

    def error(self, error: RecordError) -> InputError:
        """Return a refusal by the records as an error of this file."""
        return InputError(error.message, path=self.path, line=self.line, hint=error.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader found, and what of it our records cannot hold."""

    items: tuple[tuple[Place, ArticleLine], ...]
    losses: tuple[Loss, ...] = ()


class LastLines:
    """Article lines under keys; where a key comes again the last counts, and the loss is told."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, ...], tuple[Place, ArticleLine]] = {}

    def put(self, place: Place, line: ArticleLine) -> list[Loss]:
        """Keep a line under article, text and annotator; return what it takes the place of."""
        key = (line.article.article_id, line.article.text_sha256, place.by or "")
        earlier = self._items.pop(key, None)
        self._items[key] = (place, line)
        if earlier is None:
            return []
        detail = f"line {earlier[0].line} ({len(earlier[1].spans)} spans), done again"
        return [Loss(article_id=line.article.article_id, what="repeated", detail=detail)]

    def items(self) -> tuple[tuple[Place, ArticleLine], ...]:
        """Return what counts, in the order of the lines."""
        return tuple(self._items.values())


def count_losses(losses: Iterable[Loss]) -> dict[str, int]:
    """Return how many losses there are of each kind."""
    return dict(sorted(Counter(loss.what for loss in losses).items()))


def read_utf8(path: Path) -> str:
    """Return the file's characters, line ends as they are; raises `InputError` naming the file."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", path=path) from None


def write_directory(path: Path, files: Iterable[tuple[str, str]]) -> int:
    """Write (name, content) files as a new directory, whole or not at all; return their number.

    Raises `UsageError` where `path` is there already and holds something.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(
            f"{path} is there already", hint="name a directory that is new, or empty this one"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent))
    try:
        count = 0
        for name, content in files:
            write_atomic(temporary / name, content)
            count += 1
        temporary.chmod(0o755)
        place_directory(temporary, path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return count
