"""PostgreSQL of the machine's packages, started by the tests in a directory of their own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from annotate.studio.postgresql import PostgresDatabase

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
PASSWORD = "only-for-tests"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def postgres():
    """Yield a function that makes an empty database; the server ends with the block."""
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed")
    (binaries,) = BINARIES
    user = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid, "extra_groups": []}
    directory = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if user:
            shutil.chown(directory, "postgres")
        password_file = directory / "password"
        password_file.write_text(PASSWORD)
        password_file.chmod(0o644)

        def run(*command, **settings):
            subprocess.run(
                command, check=True, capture_output=True, cwd=directory, **user, **settings
            )

        data, port = directory / "data", _free_port()
        run(
            binaries / "initdb", "-D", data, "-U", "annotate", "-A", "scram-sha-256",
            "--pwfile", password_file, "-E", "UTF8", "--no-sync",
        )  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory}"
        control = [binaries / "pg_ctl", "-D", data, "-w", "-l", directory / "log"]
        run(*control, "-o", options, "start")
        try:

            def make(name):
                run(
                    binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "annotate",
                    name, env={"PGPASSWORD": PASSWORD, "PATH": os.environ["PATH"]},
                )  # fmt: skip
                return PostgresDatabase(
                    host="127.0.0.1", port=port, name=name, user="annotate", password=PASSWORD
                )

            yield make
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(directory)
