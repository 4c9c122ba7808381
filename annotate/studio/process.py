"""The embedded server's process: its command, its environment, and its end."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from annotate.studio.credentials import Credentials
from annotate.studio.loopback import LOOPBACK_ALLOWED
from annotate.studio.ports import HOST
from annotate.studio.postgresql import PostgresDatabase

_NOT_INHERITED = ("LABEL_STUDIO", "DJANGO", "POSTGRE_", "PGPASSWORD")


def server_command(data: Path, port: int) -> list[str]:
    """Return the command of a Label Studio that listens on loopback alone."""
    return [
        sys.executable,
        "-c",
        "from label_studio.server import main; main()",
        "start",
        "--no-browser",
        "--data-dir",
        str(data),
        "--port",
        str(port),
        "--internal-host",
        HOST,
        "--log-level",
        "WARNING",
    ]


def server_environment(
    data: Path,
    login: Credentials,
    database: PostgresDatabase | None,
    inherited: Mapping[str, str],
) -> dict[str, str]:
    """Return the environment: the login, no telemetry, and nothing that others set for theirs."""
    return {
        **{k: v for k, v in inherited.items() if not k.startswith(_NOT_INHERITED)},
        **(database.environment() if database else {}),
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_USERNAME": login.username,
        "LABEL_STUDIO_PASSWORD": login.password,
        "LABEL_STUDIO_USER_TOKEN": login.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "PYTHONUNBUFFERED": "1",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        **LOOPBACK_ALLOWED,
    }


def wait_for_end(pid: int, seconds: float) -> bool:
    """Wait until a process has ended; it need not be our child, nor be collected by its parent.

    On Linux the kernel is asked: there a process may look like a zombie while threads of it live
    on and hold its port. Elsewhere psutil waits, which cannot tell the end of a process from its
    being collected.
    """
    if hasattr(os, "pidfd_open"):
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([handle], [], [], seconds)[0])
        finally:
            os.close(handle)
    try:
        psutil.Process(pid).wait(timeout=seconds)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True
