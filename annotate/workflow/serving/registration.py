"""Connect: the live backend becomes known to the workspace's project on Label Studio."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.studio.backends import (
    Registration,
    list_backends,
    register_backend,
    set_webhook,
)
from annotate.studio.client import Project
from annotate.workflow.mirror.project import check_project, require_project
from annotate.workflow.mirror.site import Site


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


def plan_connect(site: Site, *, url: str) -> ConnectPlan:
    """Look at the project's backends.

    Raises `StudioError` where there is no project yet, and `SchemeMismatchError` where its
    labelling config is another one.
    """
    project = require_project(site)
    check_project(project, site.scheme)
    backends = list_backends(site.client, project.project_id)
    known = next((b for b in backends if b.url.rstrip("/") == url), None)
    first = backends[0] if backends and backends[0] is not known else None
    return ConnectPlan(project=project, url=url, known=known, first=first)


def apply_connect(
    site: Site, plan: ConnectPlan, *, password: str, seconds: float, webhook: bool
) -> ConnectResult:
    """Register the backend, which has to answer already, and set its webhook on or off.

    `password` is the backend's; `seconds` is the limit of a predict request.
    """
    from annotate.studio.backend import USERNAME, WAKING, webhook_token

    backend_id = register_backend(
        site.client,
        plan.project.project_id,
        url=plan.url,
        user=USERNAME,
        password=password,
        seconds=seconds,
        backend_id=plan.known.backend_id if plan.known else None,
    )
    hook = set_webhook(
        site.client,
        plan.project.project_id,
        url=f"{plan.url}/webhook",
        token=webhook_token(password),
        actions=tuple(sorted(WAKING - {"START_TRAINING"})),
        active=webhook,
    )
    return ConnectResult(plan=plan, backend_id=backend_id, webhook=hook)
