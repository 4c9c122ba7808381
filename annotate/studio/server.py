"""The embedded Label Studio: a real server on loopback, in a directory of the workspace.

It binds to 127.0.0.1 alone, sends no telemetry, and has a random password and token of its own,
kept in a file that only its owner can read.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
from filelock import FileLock, Timeout

from annotate.errors import ServerStartError, StudioError
from annotate.files import write_atomic
from annotate.installation import install_hint
from annotate.studio.credentials import Credentials, load_credentials, make_credentials
from annotate.studio.ports import accepts_token, address_of, free_port, is_healthy
from annotate.studio.postgresql import PostgresDatabase, load_database, save_database
from annotate.studio.process import server_command, server_environment, wait_for_end

_START_SECONDS = 180.0  # the first start migrates a fresh database: 20 to 40 s on two cores
_STOP_SECONDS = 15.0
_PROBE_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """`stale`: the file says running, but the process is gone or answers no more."""

    state: Literal["running", "stopped", "stale"]
    url: str | None
    pid: int | None
    log: Path


class EmbeddedServer:
    """The server in one directory; every method may be called from any process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.log = directory / "server.log"
        self.credentials_file = directory / "credentials.json"
        self._state_file = directory / "server.json"
        self._database_file = directory / "database.json"
        self._process: subprocess.Popen[bytes] | None = None

    def credentials(self) -> Credentials | None:
        """Return the login, or `None` before the first start; raises `StudioError` if damaged."""
        return load_credentials(self.credentials_file)

    def status(self) -> ServerStatus:
        """Look, without changing anything."""
        state = self._state()
        if state is None:
            return ServerStatus(state="stopped", url=None, pid=None, log=self.log)
        pid, port = state
        alive = self._is_ours(pid) and is_healthy(port)
        return ServerStatus(
            state="running" if alive else "stale", url=address_of(port), pid=pid, log=self.log
        )

    def start(
        self,
        *,
        port: int = 8080,
        database: PostgresDatabase | None = None,
        on_wait: Callable[[float], None] | None = None,
    ) -> ServerStatus:
        """Start the server, or return at once if it runs; `port` or the next free one above.

        `database` is kept for later starts; without one ever named it is SQLite in the directory.
        `on_wait` is called with the seconds waited so far. Raises `ServerStartError` with the last
        lines of the log, or where the server has its data in another database.
        """
        if importlib.util.find_spec("label_studio") is None:
            raise ServerStartError(
                "Label Studio is not installed",
                hint=f"{install_hint('studio')}; or set studio.url",
            )
        with self._locked():
            status = self.status()
            if status.state == "running":
                return status
            if status.state == "stale":
                self._stop_process(status.pid)
                self._reap()
            kept = self._database_for_start(database)
            login = self._credentials_for_start()
            first = port
            while True:
                chosen = free_port(first)
                log_start = self.log.stat().st_size if self.log.exists() else 0
                process = self._process = self._spawn(chosen, login, kept)
                write_atomic(
                    self._state_file, json.dumps({"pid": process.pid, "port": chosen}), mode=0o600
                )
                if self._wait(process, chosen, login, log_start, on_wait):
                    return self.status()
                self._stop_process(process.pid)
                self._reap()
                first = chosen + 1

    def stop(self) -> bool:
        """Stop the server; return whether one was running."""
        with self._locked():
            state = self._state()
            stopped = state is not None and self._stop_process(state[0])
            self._reap()
            self._state_file.unlink(missing_ok=True)
            return stopped

    def _state(self) -> tuple[int, int] | None:
        try:
            value = json.loads(self._state_file.read_text(encoding="utf-8"))
            return int(value["pid"]), int(value["port"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(self.directory / "lock", timeout=_START_SECONDS)
        try:
            with lock:
                yield
        except Timeout:
            raise ServerStartError(
                f"{self.directory}: another process is starting or stopping the server"
            ) from None

    def database(self) -> PostgresDatabase | None:
        """Return the database that holds the server's data, `None` for SQLite."""
        return load_database(self._database_file)

    def _database_for_start(self, wanted: PostgresDatabase | None) -> PostgresDatabase | None:
        known = self.database()
        if wanted is None:
            return known
        if known is None and (self.directory / "data" / "label_studio.sqlite3").exists():
            raise ServerStartError(
                f"{self.directory} holds a server whose data is in SQLite",
                hint="move it: annotate studio migrate --database " + wanted.address,
            )
        if known is not None and known.address != wanted.address:
            raise ServerStartError(
                f"{self.directory} holds a server whose data is in {known.address}",
                hint="start it without --database",
            )
        save_database(self._database_file, wanted)
        return wanted

    def _credentials_for_start(self) -> Credentials:
        known = self.credentials()
        if known is not None:
            return known
        if (self.directory / "data" / "label_studio.sqlite3").exists():
            raise ServerStartError(
                f"{self.credentials_file} is missing, but the server's data is there",
                hint="put the file back; without it nobody can log in",
            )
        return make_credentials(self.credentials_file)

    def _spawn(
        self, port: int, login: Credentials, database: PostgresDatabase | None
    ) -> subprocess.Popen[bytes]:
        data = self.directory / "data"
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log.open("ab") as log:
            self.log.chmod(0o600)
            return subprocess.Popen(
                server_command(data, port),
                env=server_environment(data, login, database, os.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.directory,
            )

    def _wait(
        self,
        process: subprocess.Popen[bytes],
        port: int,
        login: Credentials,
        log_start: int,
        on_wait: Callable[[float], None] | None,
    ) -> bool:
        """Wait until our server answers to our token; `log_start` is where its log begins.

        Returns false where another program was faster to take the port: Label Studio takes the
        next one then.
        """
        began = time.monotonic()
        while (waited := time.monotonic() - began) < _START_SECONDS:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_PROBE_SECONDS)
                if self._port_was_taken(log_start):
                    return False
                self._state_file.unlink(missing_ok=True)
                raise ServerStartError(
                    f"Label Studio ended with code {process.returncode}: {self._last_words()}",
                    hint=f"the whole log: {self.log}",
                )
            if self._port_was_taken(log_start):
                return False
            if is_healthy(port) and accepts_token(port, login.token):
                return True
            if on_wait is not None:
                on_wait(waited)
        self._stop_process(process.pid)
        self._state_file.unlink(missing_ok=True)
        raise ServerStartError(
            f"Label Studio did not answer on port {port} within {_START_SECONDS:.0f} s: "
            f"{self._last_words()}",
            hint=f"the whole log: {self.log}",
        )

    def _port_was_taken(self, log_start: int) -> bool:
        with self.log.open("rb") as log:
            log.seek(log_start)
            words = log.read()
        return b"Trying to start at" in words or b"port is already in use" in words

    def _is_ours(self, pid: int) -> bool:
        """Tell whether that process is this directory's server, not another that got its id."""
        try:
            return str(self.directory / "data") in psutil.Process(pid).cmdline()
        except psutil.Error:
            return False

    def _stop_process(self, pid: int | None) -> bool:
        if pid is None or not self._is_ours(pid):
            return False
        for sign, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _STOP_SECONDS)):
            with suppress(ProcessLookupError):
                os.killpg(pid, sign)
            if wait_for_end(pid, seconds):
                return True
        raise StudioError(f"the server (process {pid}) does not end")

    def _reap(self) -> None:
        """Collect the exit of a server that this process started."""
        if self._process is not None:
            self._process.poll()
            self._process = None

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "no log"
        return " | ".join(line.strip() for line in lines[-5:] if line.strip())[-600:]
