"""Connect: the live backend becomes known to the workspace's project on Label Studio."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.errors import StudioError
from annotate.labels import LabelScheme
from annotate.studio.backends import (
    Registration,
    list_backends,
    register_backend,
    set_webhook,
)
from annotate.studio.client import Project, StudioClient
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.mirror.project import check_project, find_project
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectPlan:
    """What a connect would do; nothing has been written yet."""

    project: Project
    url: str
    known: Registration | None
    """The registration of this address: it will be updated, not doubled."""
    first: Registration | None
    """Another backend that was registered earlier; Label Studio asks that one alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectResult:
    """What a connect did; `webhook` is on or off."""

    plan: ConnectPlan
    backend_id: int
    webhook: str


def plan_connect(
    workspace: Workspace, client: StudioClient, scheme: LabelScheme, *, url: str
) -> ConnectPlan:
    """Look at the project's backends.

    Raises `StudioError` where there is no project yet, and `SchemeMismatchError` where its
    labelling config is another one.
    """
    with open_mirror(workspace, client.identity, read_only=True) as mirror:
        project = find_project(workspace, client, mirror)
    if project is None:
        raise StudioError(
            f"{client.url}: no project is called {workspace.settings.project!r}",
            hint="make it by a push: annotate push",
        )
    check_project(project, scheme)
    backends = list_backends(client, project.project_id)
    known = next((b for b in backends if b.url.rstrip("/") == url), None)
    first = backends[0] if backends and backends[0] is not known else None
    return ConnectPlan(project=project, url=url, known=known, first=first)


def apply_connect(
    client: StudioClient,
    plan: ConnectPlan,
    *,
    user: str,
    password: str,
    token: str,
    actions: tuple[str, ...],
    seconds: float,
    webhook: bool,
) -> ConnectResult:
    """Register the backend, which has to answer already, and set its webhook on or off.

    `token` is what the webhook sends; `seconds` is the limit of a predict request.
    """
    backend_id = register_backend(
        client,
        plan.project.project_id,
        url=plan.url,
        user=user,
        password=password,
        seconds=seconds,
        backend_id=plan.known.backend_id if plan.known else None,
    )
    hook = set_webhook(
        client,
        plan.project.project_id,
        url=f"{plan.url}/webhook",
        token=token,
        actions=actions,
        active=webhook,
    )
    return ConnectResult(plan=plan, backend_id=backend_id, webhook=hook)
