"""`annotate serve`: the live pre-labelling backend."""

from __future__ import annotations

import logging
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import console, notes, show_json

if TYPE_CHECKING:
    from annotate.workflow.serving.backend import Serving
    from annotate.workflow.serving.registration import ConnectPlan, ConnectResult
    from annotate.workspace import Workspace


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; another one than loopback is seen by others.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 9090,
    timeout: Annotated[
        float, typer.Option(min=1, max=95, help="Seconds that a predict request may take.")
    ] = 90,
    workers: Annotated[
        int, typer.Option(min=1, max=16, help="Processes that predict; each holds the pipeline.")
    ] = 2,
    sync_on_webhook: Annotated[
        bool, typer.Option("--sync-on-webhook", help="Run `annotate sync` after human work.")
    ] = False,
    connect: Annotated[
        bool, typer.Option("--connect", help="Register with the workspace's project.")
    ] = False,
    backend_url: Annotated[
        str | None,
        typer.Option(help="Address under which Label Studio reaches us; default: where we listen."),
    ] = None,
    url: Annotated[str | None, typer.Option(help="Address of a Label Studio.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what --connect would do, and end.")
    ] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Pre-label tasks when Label Studio asks (ML backend), with the model in use; blind ones never.

    Example: annotate serve --connect
    """
    from annotate.errors import BackendError, UsageError

    if connect and backend_url is None and host in ("0.0.0.0", "::"):  # noqa: S104 - the point
        raise UsageError(
            f"with --host {host} Label Studio needs to be told where the backend is",
            hint="add --backend-url http://NAME-OF-THIS-MACHINE:PORT",
        )
    workspace = current_workspace()
    scheme = workspace.scheme()
    try:
        from annotate.studio.backend import USERNAME, WAKING, webhook_token
    except ModuleNotFoundError as error:
        raise BackendError(
            f"the live backend is not installed ({error.name} is missing)",
            hint="install it with: pip install 'annotate[serve]'",
        ) from None
    from annotate.workflow.serving.backend import backend_password, is_loopback
    from annotate.workflow.serving.backend import serve as run
    from annotate.workflow.serving.registration import apply_connect, plan_connect
    from annotate.workflow.state.server import connect as connect_studio

    if dry_run:
        address = (backend_url or f"http://{host}:{port}").rstrip("/")
        with closing(connect_studio(workspace, url=url)) as client:
            _show_plan(plan_connect(workspace, client, scheme, url=address), json_=json_)
        return
    _log_to_stderr()
    if not is_loopback(host):
        notes().print(
            f"[yellow]warning[/]: {host} is reachable by others, and what is sent there (articles, "
            "the password) is not encrypted; put a proxy with TLS before it"
        )
    password = backend_password(workspace)

    def on_ready(serving: Serving) -> None:
        result = None
        if connect:
            address = (backend_url or serving.url).rstrip("/")
            with closing(connect_studio(workspace, url=url)) as client:
                result = apply_connect(
                    client,
                    plan_connect(workspace, client, scheme, url=address),
                    user=USERNAME,
                    password=password,
                    token=webhook_token(password),
                    actions=tuple(sorted(WAKING - {"START_TRAINING"})),
                    seconds=timeout,
                    webhook=sync_on_webhook,
                )
        _show_ready(workspace, serving, result, USERNAME, json_=json_)

    run(
        workspace,
        host=host,
        port=port,
        seconds=timeout,
        workers=workers,
        sync_on_webhook=sync_on_webhook,
        on_ready=on_ready,
    )


def _log_to_stderr() -> None:
    """Send the backend's log, and what Uvicorn warns of, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name, level in (("annotate.serve", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)


def _show_plan(plan: ConnectPlan, *, json_: bool) -> None:
    if json_:
        show_json(_plan_json(plan))
        return
    what = f"update backend {plan.known.backend_id}," if plan.known else "register"
    console().print(f"would {what} {plan.url} with project {plan.project.project_id}")
    _warn_of_first(plan)


def _show_ready(
    workspace: Workspace,
    serving: Serving,
    result: ConnectResult | None,
    user: str,
    *,
    json_: bool,
) -> None:
    from annotate.workflow.serving.backend import PASSWORD_VARIABLE, password_file

    if json_:
        show_json(
            {
                "url": serving.url,
                "model_version": serving.model_version,
                "connected": None if result is None else _result_json(result),
            }
        )
        sys.stdout.flush()
        return
    out = console()
    out.print(f"{serving.model_version} predicts at {serving.url}")
    if result is not None:
        project = result.plan.project
        what = "updated" if result.plan.known else "registered"
        out.print(f"{what} as backend {result.backend_id} of project {project.project_id}")
        _warn_of_first(result.plan)
    else:
        where = password_file(workspace)
        out.print(f"user {user}, password in {where} or {PASSWORD_VARIABLE}")
    sys.stdout.flush()


def _warn_of_first(plan: ConnectPlan) -> None:
    if plan.first is not None:
        notes().print(
            f"the project has an earlier backend, {plan.first.title} at {plan.first.url}: Label "
            "Studio asks that one alone; remove it under Settings > Model"
        )


def _plan_json(plan: ConnectPlan) -> dict[str, Any]:
    return {
        "project_id": plan.project.project_id,
        "url": plan.url,
        "updates": plan.known.backend_id if plan.known else None,
        "earlier_backend": plan.first.url if plan.first else None,
    }


def _result_json(result: ConnectResult) -> dict[str, Any]:
    return {
        **_plan_json(result.plan),
        "backend_id": result.backend_id,
        "webhook": result.webhook,
    }
