"""`annotate serve`: the live pre-labelling backend."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.context import offline, online
from annotate.cli.options import Json, Url
from annotate.cli.output.console import notes
from annotate.cli.output.serve import show_connect_plan, show_ready

if TYPE_CHECKING:
    from annotate.workflow.serving.backend import Serving


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
    url: Url = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what --connect would do, and end.")
    ] = False,
    json_: Json = False,
) -> None:
    """Pre-label tasks when Label Studio asks (ML backend), with the model in use; blind ones never.

    Example: annotate serve --connect
    """
    from annotate.workflow.serving.backend import (
        backend_password,
        check_address,
        is_loopback,
        require_backend,
    )
    from annotate.workflow.serving.backend import serve as run
    from annotate.workflow.serving.registration import apply_connect, plan_connect

    check_address(host, connect=connect, backend_url=backend_url)
    with offline() as context:
        context.scheme  # noqa: B018 - what is wrong with the labels is said at once
        require_backend()
        if dry_run:
            address = (backend_url or f"http://{host}:{port}").rstrip("/")
            with online(url, writes=False) as site:
                show_connect_plan(plan_connect(site, url=address), json_=json_)
            return
        _log_to_stderr()
        if not is_loopback(host):
            notes().print(
                f"warning: {host} is reachable by others, and what is sent there "
                "(articles, the password) is not encrypted; put a proxy with TLS before it"
            )
        password = backend_password(context.workspace)

        def on_ready(serving: Serving) -> None:
            result = None
            if connect:
                address = (backend_url or serving.url).rstrip("/")
                with online(url, writes=False) as site:
                    result = apply_connect(
                        site,
                        plan_connect(site, url=address),
                        password=password,
                        seconds=timeout,
                        webhook=sync_on_webhook,
                    )
            show_ready(context.workspace, serving, result, json_=json_)

        run(
            context,
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
