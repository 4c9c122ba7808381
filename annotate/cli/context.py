"""The workspace that a command works in, opened once, with a server or without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.cli.output.console import notes

if TYPE_CHECKING:  # pydantic, YAML and the SDK: only the commands that need them
    from annotate.workflow.mirror.site import Site
    from annotate.workflow.state.context import Context
    from annotate.workspace import Workspace


@dataclass
class _Options:
    workspace: Path | None = None
    debug: bool = False


_options = _Options()


def choose(*, workspace: Path | None, debug: bool) -> None:
    """Keep the options that stand before the command."""
    _options.workspace = workspace
    _options.debug = debug


def debugging() -> bool:
    """Return whether tracebacks are wanted."""
    return _options.debug


@contextmanager
def offline(*, writes: bool = False) -> Iterator[Context]:
    """Open the workspace of this run; a command that `writes` holds its lock.

    Raises `WorkspaceError`, and what `Workspace.scheme` raises: no command goes on with labels
    that cannot be.
    """
    from annotate.workflow.state.context import open_context

    with open_context(current_workspace(), writes=writes) as context, _telling(context):
        yield context


@contextmanager
def offline_anywhere() -> Iterator[Context]:
    """Open the workspace of this run, or, where there is none, the shipped labels: it is told."""
    from annotate.errors import NoWorkspaceError
    from annotate.workflow.state.context import open_context
    from annotate.workflow.state.init import shipped_workspace

    try:
        workspace = current_workspace()
    except NoWorkspaceError:
        workspace = shipped_workspace(Path.cwd())
        notes().print("no workspace here: the rules and the labels of claims.xml are used")
    with open_context(workspace) as context, _telling(context):
        yield context


@contextmanager
def online(url: str | None, *, writes: bool = True) -> Iterator[Site]:
    """Open the workspace of this run together with its server.

    Tells of a server that annotate was not tried with.
    """
    from annotate.workflow.mirror.site import open_site

    workspace = current_workspace()
    workspace.scheme()  # what is wrong with the labels is said before the server is asked
    with open_site(workspace, url=url, writes=writes) as site:
        version = site.client.untried_version()
        if version is not None:
            notes().print(
                f"{site.client.url} is Label Studio {version}: annotate was not tried with it"
            )
        with _telling(site):
            yield site


@contextmanager
def _telling(context: Context) -> Iterator[None]:
    """Tell now and then of what a prelabeller is asked, and at the end what became of it."""
    from annotate.cli.output.asking import SignOfLife, show_asked

    context.models.on_reply = SignOfLife(context)
    try:
        yield
    finally:
        show_asked(context.models.asked)


def current_workspace() -> Workspace:
    """Return the workspace of this run; raises `WorkspaceError`."""
    from annotate.workspace import find_workspace, load_workspace

    if _options.workspace is not None:
        return load_workspace(_options.workspace.resolve())
    return find_workspace(Path.cwd())
