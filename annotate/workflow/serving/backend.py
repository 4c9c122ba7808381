"""Serve: the live backend of a workspace, put together and run until it is told to stop."""

from __future__ import annotations

import ipaddress
import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import BackendError, UsageError, WorkspaceError
from annotate.files import write_atomic
from annotate.installation import install_hint
from annotate.workflow.state.context import Context
from annotate.workspace import Workspace

PASSWORD_VARIABLE = "ANNOTATE_SERVE_PASSWORD"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A backend that is about to answer."""

    url: str
    model_version: str
    predicts: bool
    """Whether there is a model in use: without one tasks get nothing until there is."""


def password_file(workspace: Workspace) -> Path:
    """Return where the generated password lies."""
    return workspace.state / "serve.password"


def backend_password(workspace: Workspace, environment: Mapping[str, str] | None = None) -> str:
    """Return the password of the backend: from the environment, else from its file.

    A file that is missing is made. Raises `WorkspaceError` for a file that others may read or that
    is empty, and for a password that HTTP could not carry.
    """
    environment = os.environ if environment is None else environment
    given = environment.get(PASSWORD_VARIABLE)
    if given:
        if not (given.isascii() and given.isprintable()):
            raise WorkspaceError(
                f"{PASSWORD_VARIABLE}: holds characters that are not printable ASCII",
                hint="Label Studio would send them in an encoding of its own",
            )
        return given
    path = password_file(workspace)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        password = secrets.token_urlsafe(24)
        write_atomic(path, password + "\n", mode=0o600)
        return password
    if mode & 0o077:
        raise WorkspaceError(
            f"{path}: others than its owner may read it",
            hint=f"remove it (a new one is made), or: chmod 600 {path}",
        )
    password = path.read_text(encoding="utf-8").strip()
    if not password:
        raise WorkspaceError(f"{path}: is empty", hint="remove it; a new one is made")
    return password


def check_address(host: str, *, connect: bool, backend_url: str | None) -> None:
    """Refuse to be registered under an address that is no place; raises `UsageError`."""
    if connect and backend_url is None and host in ("0.0.0.0", "::"):  # noqa: S104 - the point
        raise UsageError(
            f"with --host {host} Label Studio needs to be told where the backend is",
            hint="add --backend-url http://NAME-OF-THIS-MACHINE:PORT",
        )


def require_backend() -> None:
    """Make sure that the live backend is installed; raises `BackendError`."""
    try:
        import annotate.studio.backend  # noqa: F401 - it imports FastAPI
    except ModuleNotFoundError as error:
        raise BackendError(
            f"the live backend is not installed ({error.name} is missing)",
            hint=install_hint("serve"),
        ) from None


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that is bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(
    context: Context,
    *,
    host: str,
    port: int,
    seconds: float,
    workers: int,
    sync_on_webhook: bool = False,
    on_ready: Callable[[Serving], None],
) -> None:
    """Answer Label Studio until SIGTERM or SIGINT; requests that are being answered are finished.

    `seconds` limits a predict request; `workers` are processes that predict. `on_ready` is called
    in a thread of its own once the backend answers; if it raises, the backend stops and the error
    is raised here. Raises `BackendError` where the port is taken, and `ModelError` where the model
    in use cannot be loaded.
    """
    from annotate.studio.backend import BackendSettings, create_app
    from annotate.studio.backend_server import run_app
    from annotate.workflow.serving.predictor import Predictor
    from annotate.workflow.serving.webhook import SyncOnHint

    workspace = context.workspace
    settings = BackendSettings(password=backend_password(workspace), seconds=seconds)
    with ExitStack() as stack:
        stack.enter_context(_ended_by_sigterm())
        listening = stack.enter_context(_listen(host, port))
        predictor = stack.enter_context(
            closing(Predictor(context, turn_seconds=seconds, workers=workers))
        )
        hints = stack.enter_context(closing(SyncOnHint(workspace))) if sync_on_webhook else None
        app = create_app(predictor, context.scheme, settings, on_hint=hints.wake if hints else None)
        shown = f"[{host}]" if ":" in host else host
        serving = Serving(
            url=f"http://{shown}:{listening.getsockname()[1]}",
            model_version=predictor.model_version,
            predicts=predictor.predicts,
        )
        run_app(app, listening, on_ready=lambda: on_ready(serving))


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises `BackendError`."""
    with ExitStack() as stack:
        try:
            family, kind, _, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listening = stack.enter_context(socket.socket(family, kind))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
        except OSError as error:
            raise BackendError(
                f"{host}:{port}: cannot listen there: {error.strerror}",
                hint="choose another port: annotate serve --port",
            ) from None
        stack.pop_all()
        return listening


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Make SIGTERM end the block in good order, whatever it is doing."""

    def end(_signal: int, _frame: object) -> None:
        raise SystemExit(0)

    previous = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
