"""Running the live backend's application (Uvicorn) until it is told to stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

GRACE_SECONDS = 10
"""How long requests that are being answered may take after the signal to stop."""


def run_app(app: FastAPI, listening: socket.socket, *, on_ready: Callable[[], None]) -> None:
    """Answer on a bound socket until SIGTERM or SIGINT, then finish what is being answered.

    `on_ready` is called in a thread of its own once requests are answered; what it raises stops the
    backend and is raised here.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config, on_ready)
    server.run(sockets=[listening])
    if server.problem is not None:
        raise server.problem


class _Server(uvicorn.Server):
    """Uvicorn that says when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.problem: BaseException | None = None
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        threading.Thread(target=self._tell, name="backend-ready", daemon=True).start()

    def _tell(self) -> None:
        try:
            self._on_ready()
        except BaseException as error:  # noqa: BLE001 - it is raised where the server runs
            self.problem = error
            self.should_exit = True
