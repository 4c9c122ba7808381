"""A workspace and the Label Studio that it works with: what every verb with a server is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.state.context import Context
from annotate.workflow.state.server import connect
from annotate.workspace import Workspace

if TYPE_CHECKING:  # importing the SDK takes more than a second
    from annotate.studio.client import StudioClient
    from annotate.studio.project_tasks import ProjectTasks


class Site(Context):
    """A workspace at work with a server: the client, and what is known of the server's tasks."""

    def __init__(
        self,
        workspace: Workspace,
        client: StudioClient,
        mirror: Mirror,
        *,
        clock: Callable[[], datetime] | None = None,
        on_trial: bool = False,
    ) -> None:
        super().__init__(workspace, clock=clock, on_trial=on_trial)
        self.client = client
        self.mirror = mirror

    def annotators(self) -> dict[int, str]:
        """Return the pseudonym of every user of the server by id."""
        return self.people.pseudonyms(self.client.users())

    def tasks(
        self, project_id: int, *, annotators: Mapping[int, str] | None = None
    ) -> ProjectTasks:
        """Return the tasks of a project as records; without `annotators` nobody is named."""
        from annotate.studio.project_tasks import ProjectTasks

        return ProjectTasks(self.client, project_id, self.scheme, annotators=annotators)


@contextmanager
def open_site(
    workspace: Workspace,
    *,
    url: str | None = None,
    client: StudioClient | None = None,
    writes: bool = True,
) -> Iterator[Site]:
    """Connect to the workspace's server and hold the workspace until the block ends.

    `client` is one that is connected already; the caller closes it. A verb that does not write
    (`writes=False`) takes no lock, and makes and changes no file: what it reads is kept in memory
    and forgotten. Raises what `connect` raises, and `WorkspaceLockedError`.
    """
    with ExitStack() as stack:
        if client is None:
            client = connect(workspace, url=url)
            stack.callback(client.close)
        mirror = stack.enter_context(
            open_mirror(workspace.state, client.identity, on_trial=not writes)
        )
        site = Site(workspace, client, mirror, on_trial=not writes)
        if writes:
            stack.enter_context(site.holding())
        yield site
