"""The export versions of a workspace's project, and the one way in which a new one is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from annotate.errors import DamagedExportError, UnknownExportError
from annotate.exports.index import FoldIndex
from annotate.exports.lines import ExportedArticle, Tombstone
from annotate.exports.manifests import Version
from annotate.exports.store import ExportStore
from annotate.exports.stored import Stored
from annotate.labels import parse_label_config
from annotate.records import ArticleKey
from annotate.workspace import Workspace

_INDEX = "exports.sqlite3"


class Versions:
    """The versions of a workspace.

    `clock` tells when a new one is made, `people` under which key of pseudonyms. `on_trial` nothing
    is written but versions, where the workspace says that they lie.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        clock: Callable[[], datetime],
        people: Callable[[], str | None],
        on_trial: bool = False,
    ) -> None:
        self._on_trial = on_trial
        self._people = people
        self.store = ExportStore(workspace.exports)
        self._workspace = workspace
        self._clock = clock
        self._index_file = workspace.state / _INDEX

    def latest(self) -> Version | None:
        """Return the newest version, or `None` before the first one."""
        return self.store.manifests.latest()

    def other_heads(self) -> list[Version]:
        """Return the versions that neither the latest nor any other one grew from: not joined yet.

        Two copies of a repository may both have written a next version.
        """
        return self.store.manifests.heads()[1:]

    def people(self) -> str | None:
        """Return the check value of the key under which the latest version was written."""
        try:
            latest = self.latest()
        except DamagedExportError:  # whoever goes on from the version before it needs its key
            latest = next(reversed(self.store.manifests.readable()[0]), None)
        return None if latest is None else latest.people

    def find(self, wanted: str | None) -> Version:
        """Return the version of that id, number or name; `None` is the latest.

        Raises `UnknownExportError` that lists what there is.
        """
        return self.store.manifests.find(wanted)

    def find_two(self, before: str, after: str | None) -> tuple[Version, Version]:
        """Return two versions to compare, the older one first.

        Without `after` it is the latest; where `before` is the latest itself, it is compared with
        the one that it grew from. Raises `UnknownExportError`.
        """
        old, new = self.find(before), self.find(after)
        if after is None and old.id == new.id:
            if old.parent is None:
                raise UnknownExportError(
                    f"{old.name} is the first version: there is none to compare it with"
                )
            old = self.find(old.parent)
        return old, new

    def load(self, version: Version | None) -> dict[ArticleKey, ExportedArticle]:
        """Return what a version holds, checked against its hashes; `None` holds nothing."""
        return self.store.load(version) if version is not None else {}

    def stored(self, version: Version) -> Stored[ExportedArticle]:
        """Return the same lines, checked as well, each read when it is asked for."""
        return self.store.stored(version)

    def index(self, onto: Version | None = None) -> AbstractContextManager[FoldIndex]:
        """Open the index of the latest version, which is kept between runs.

        `onto` is what stands for the latest one where that is damaged.
        """
        return self.store.index(onto or self.latest(), self._index_file, on_trial=self._on_trial)

    def remembered(self, version: Version | None) -> list[ArticleKey]:
        """Return the articles on which other parts had the last word, as far as is known here."""
        return self.store.remembered(version, self._index_file)

    def index_of(self, version: Version | None) -> AbstractContextManager[FoldIndex]:
        """Open an index of any version, made anew in memory; nothing is written."""
        return self.store.index(version, None)

    def last_read(self, reading: str) -> Version | None:
        """Return the newest version that a pull made while `reading` decided how it reads.

        `None` where that is so of the newest pull, and where there is no such version.
        """
        manifests = self.store.manifests
        versions, _ = manifests.readable()
        pulled = [v for v in manifests.lineage(versions[-1]) if v.reading] if versions else []
        if not pulled or pulled[0].reading == reading:
            return None
        return next((version for version in pulled if version.reading == reading), None)

    def write(
        self,
        changes: Iterable[ExportedArticle | Tombstone],
        *,
        about: Mapping[str, Any],
        watermark: str | None = None,
        label_config: str | None = None,
        reading: str | None = None,
        joins: Iterable[str] = (),
        onto: Version | None = None,
    ) -> Version:
        """Write a version: the latest one with `changes` (in order of their keys) applied.

        `about` says in the manifest where the changes come from. Without a `watermark` that of the
        latest version stays. `label_config` is the XML under which the changes were made; by
        default the workspace's. `reading` decided how a pull read the server's work. `joins` are
        the ids of versions that the changes bring in, `onto` is what stands for the latest version
        where that is damaged. Raises `DamagedExportError`.
        """
        config = self._workspace.label_config() if label_config is None else label_config
        latest = onto or self.latest()
        if watermark is None and latest is not None:
            watermark = latest.watermark
        if not self._on_trial:
            self._workspace.keep_exports()
        return self.store.add(
            changes,
            created_at=self._clock().isoformat(timespec="seconds"),
            scheme=parse_label_config(config).fingerprint(),
            label_config_sha256=hashlib.sha256(config.encode()).hexdigest(),
            watermark=watermark,
            project=about,
            people=self._people() if onto is None else onto.people,
            reading=reading,
            joins=joins,
            onto=onto,
            cache=None if self._on_trial else self._index_file,
        )
