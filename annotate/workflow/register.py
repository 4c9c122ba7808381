"""The workspace's register of articles: which near-duplicate group each belongs to, and its split.

An entry is written once and never changed: a split decided once holds, whatever comes later.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from annotate.articles.duplicates import NearDuplicates, signature
from annotate.errors import InputError, WorkspaceError
from annotate.jsonl import dumps, read_objects
from annotate.quality.splits import Split, split_of
from annotate.records import Article
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one article: its group (the id of the group's first article) and split."""

    article_id: str
    text_sha256: str
    group: str
    split: Split
    signature: str

    @property
    def blind(self) -> bool:
        """Whether annotators must see no predictions on it: test articles judge the models."""
        return self.split == "test"


class Register:
    """Reads `.annotate/register.jsonl`, places new articles, and appends them on `save`."""

    def __init__(self, workspace: Workspace) -> None:
        self.path = workspace.state / "register.jsonl"
        self._shares = workspace.settings.split
        self._entries: dict[str, Entry] = {}
        self._new: list[Entry] = []
        self._near = NearDuplicates()
        for entry in self._read(self.path):
            self._remember(entry)

    def place(self, articles: Iterable[Article]) -> list[Entry]:
        """Return the entry of every article; those that are new are placed in a group.

        A new article joins the group that it nearly repeats. Where it nearly repeats articles of
        different splits it is kept out of training and test (`none`). A changed text keeps the
        group of its article.
        """
        placed: list[Entry] = []
        for article in articles:
            known = self._entries.get(article.article_id)
            if known is None or known.text_sha256 != article.text_sha256:
                known = self._place(article, known)
                self._remember(known)
                self._new.append(known)
            placed.append(known)
        return placed

    def save(self) -> int:
        """Append the new entries to the file and return their number."""
        if not self._new:
            return 0
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(dumps(_to_json(entry)) + "\n" for entry in self._new)
        with self.path.open("ab") as stream:
            stream.truncate(self._whole_bytes())
            stream.write(lines.encode())
            stream.flush()
            os.fsync(stream.fileno())
        count = len(self._new)
        self._new.clear()
        return count

    def _whole_bytes(self) -> int:
        """Return the length of the file without a last line that was cut off."""
        return self.path.read_bytes().rfind(b"\n") + 1

    def _place(self, article: Article, known: Entry | None) -> Entry:
        sketch = signature(article.text)
        if known is not None:
            group, split = known.group, known.split
        else:
            near = [self._entries[article_id] for article_id in self._near.near(sketch)]
            splits = {entry.split for entry in near}
            if near:
                group = near[0].group
                split = near[0].split if len(splits) == 1 else "none"
            else:
                group = article.article_id
                split = split_of(group, dev=self._shares.dev, test=self._shares.test)
        return Entry(
            article_id=article.article_id,
            text_sha256=article.text_sha256,
            group=group,
            split=split,
            signature=sketch,
        )

    def _remember(self, entry: Entry) -> None:
        self._entries[entry.article_id] = entry
        self._near.add(entry.article_id, entry.signature)

    @staticmethod
    def _read(path: Path) -> list[Entry]:
        if not path.exists():
            return []
        whole = path.read_bytes().endswith(b"\n")
        entries: list[Entry] = []
        try:
            for _, value in read_objects(path):
                entries.append(Entry(**value))
        except (InputError, TypeError) as error:
            if whole:  # a torn last line is an append that was cut off, and was never used
                raise WorkspaceError(f"{path}: the register is damaged: {error}") from None
        return entries


def _to_json(entry: Entry) -> dict[str, str]:
    return {
        "article_id": entry.article_id,
        "text_sha256": entry.text_sha256,
        "group": entry.group,
        "split": entry.split,
        "signature": entry.signature,
    }
