"""What a verb works with: the workspace, and what hangs on it. Opened once by the command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from annotate.articles.reading import ReadArticles, read_articles
from annotate.labels import LabelScheme
from annotate.quality.adjudication import Decided, adjudicate
from annotate.records import Annotation
from annotate.settings import Settings
from annotate.workflow.state.lock import locked
from annotate.workflow.state.models import Models
from annotate.workflow.state.people import People
from annotate.workflow.state.register import Register, open_register, read_register
from annotate.workflow.state.seen import Seen, open_seen
from annotate.workflow.state.versions import Versions
from annotate.workspace import Workspace, load_workspace


class Context:
    """A workspace at work. Its parts are made when they are first asked for.

    `clock` gives the time that stands in what is written; the server's time is its own. `on_trial`
    what the parts would remember is forgotten with the context.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        clock: Callable[[], datetime] | None = None,
        on_trial: bool = False,
    ) -> None:
        self.workspace = workspace
        self.on_trial = on_trial
        self.clock = clock or _now
        self._holds = False

    @classmethod
    def at(cls, root: Path) -> Self:
        """Return the context of the workspace in a directory; raises `WorkspaceError`."""
        return cls(load_workspace(root))

    @property
    def settings(self) -> Settings:
        """The settings of annotate.yaml."""
        return self.workspace.settings

    @cached_property
    def scheme(self) -> LabelScheme:
        """What can be marked; raises `LabelConfigError` and `SchemeMismatchError`."""
        return self.workspace.scheme()

    @cached_property
    def versions(self) -> Versions:
        """The export versions."""
        # Versions and people ask each other, and only when something is written or read.
        return Versions(
            self.workspace,
            clock=self.clock,
            people=lambda: self.people.check(),  # noqa: PLW0108
            on_trial=self.on_trial,
        )

    @cached_property
    def models(self) -> Models:
        """The pipelines that pre-label."""
        return Models(self.workspace, lambda: self.scheme, lambda: self.versions)

    @cached_property
    def people(self) -> People:
        """The annotators' pseudonyms."""
        return People(
            self.workspace.state,
            expected=lambda: self.versions.people(),  # noqa: PLW0108
            remember=not self.on_trial,
        )

    def decide(self, annotations: Sequence[Annotation]) -> Decided | None:
        """Return which of an article's annotations counts, by the workspace's rules."""
        return adjudicate(annotations, self.settings.adjudication)

    def articles(
        self, paths: Sequence[Path] | None = None, *, encoding: str | None = None
    ) -> ReadArticles:
        """Read the workspace's articles, or those that are named (from the current directory).

        Raises `ArticleError` naming every file that cannot be read.
        """
        return read_articles(
            [Path.cwd() / path for path in paths] if paths else self.settings.articles,
            root=self.workspace.root,
            encoding=encoding or self.settings.encoding,
        )

    def register(self, *, dry_run: bool = False) -> AbstractContextManager[Register]:
        """Open the register of articles; what a `dry_run` places is forgotten."""
        return open_register(self.workspace, dry_run=dry_run or self.on_trial)

    def seen(self, *, reads: bool = False) -> AbstractContextManager[Seen]:
        """Open the predictions that people saw; one that `reads` makes and changes no file."""
        return open_seen(self.workspace.state, on_trial=self.on_trial, read_only=reads)

    def __getstate__(self) -> dict[str, object]:
        """Return what a worker process gets: the labels are those of now, whatever comes."""
        return {
            "workspace": self.workspace,
            "clock": self.clock,
            "scheme": self.scheme,
            "_holds": False,
        }

    def known_articles(self) -> AbstractContextManager[Register]:
        """Open the register to ask it; nothing is placed, made or locked."""
        return read_register(self.workspace)

    @contextmanager
    def holding(self, *, wait: float = 0.0) -> Iterator[None]:
        """Hold the workspace's lock for a block, unless this context holds it already.

        Whatever writes in a workspace does it under this lock. Raises `WorkspaceLockedError` where
        another run holds it for longer than `wait` seconds.
        """
        if self._holds:
            yield
            return
        with locked(self.workspace, wait=wait):
            self._holds = True
            try:
                yield
            finally:
                self._holds = False

    def reload(self) -> None:
        """Read annotate.yaml and the labelling config again: a verb has changed them."""
        self.workspace = load_workspace(self.workspace.root)
        for part in ("scheme", "versions", "models", "people"):
            self.__dict__.pop(part, None)


@contextmanager
def open_context(workspace: Workspace, *, writes: bool = False) -> Iterator[Context]:
    """Open a workspace for a verb that needs no server.

    One that `writes` holds the workspace's lock; raises `WorkspaceLockedError` if another run does.
    """
    context = Context(workspace)
    with context.holding() if writes else nullcontext():
        yield context


def _now() -> datetime:
    return datetime.now(UTC)
