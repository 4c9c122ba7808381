import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from annotate.errors import ServerStartError, StudioError
from annotate.studio.credentials import Credentials
from annotate.studio.ports import HOST, free_port
from annotate.studio.process import wait_for_end
from annotate.studio.server import EmbeddedServer


def test_a_port_in_use_is_passed_over():
    """The next free port is chosen knowingly, not by the server behind our back."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port


def test_a_server_that_never_ran_is_stopped(tmp_path):
    """Without a state file the status is stopped, and stopping it says so."""
    server = EmbeddedServer(tmp_path / "studio")
    assert server.status().state == "stopped"
    assert server.credentials() is None
    assert server.stop() is False


def test_a_stale_state_is_noticed_and_nobody_else_is_killed(tmp_path):
    """A process that merely got the old id is neither taken for the server nor stopped."""
    server = EmbeddedServer(tmp_path)
    (tmp_path / "server.json").write_text(json.dumps({"pid": os.getpid(), "port": 9}))
    assert server.status().state == "stale"
    assert server.stop() is False
    assert server.status().state == "stopped"


def test_a_server_is_known_by_its_directory_and_ends_when_told(tmp_path):
    """A process that was given this directory is ours; one that ended and lingers is no server."""
    server = EmbeddedServer(tmp_path)
    with _process(str(tmp_path / "data")) as ours, _process(str(tmp_path / "data2")) as other:
        for process, known in ((ours, True), (other, False)):
            (tmp_path / "server.json").write_text(json.dumps({"pid": process.pid, "port": 9}))
            assert server.status().state == "stale"
            assert server.stop() is known
        assert ours.wait(0) == -signal.SIGTERM
        assert other.poll() is None


def test_a_process_that_nobody_collects_has_ended():
    """A zombie counts as ended, a process that goes on does not, nor does one that never was."""
    with _process("x") as process:
        assert not wait_for_end(process.pid, 0.1)
        process.kill()
        assert wait_for_end(process.pid, 10)
        process.wait()
        assert wait_for_end(process.pid, 0)


def test_a_process_whose_threads_live_on_has_not_ended():
    """Its first thread is a zombie then, but its port is still taken."""
    code = (
        "import ctypes, signal, threading\n"
        "threading.Thread(target=signal.pause).start()\n"
        "print(flush=True)\n"
        "ctypes.CDLL(None).pthread_exit(0)"
    )
    with _process("x", code) as process:
        assert not wait_for_end(process.pid, 0.2)


@contextmanager
def _process(argument, code="import signal; print(flush=True); signal.pause()"):
    """Start a process of its own group that waits, with an argument on its command line."""
    command = [sys.executable, "-c", code, argument]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def test_the_password_shows_in_no_representation():
    """Printing or logging the credentials does not reveal them."""
    assert "secret" not in repr(Credentials("me", "secret", "secrettoken"))


def test_lost_credentials_are_told_and_not_replaced(tmp_path):
    """Data without its login is not started over: that would lock everybody out."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "label_studio.sqlite3").touch()
    with pytest.raises(ServerStartError, match="credentials.json is missing"):
        EmbeddedServer(tmp_path).start()
    (tmp_path / "credentials.json").write_text("{")
    with pytest.raises(StudioError, match="cannot be read"):
        EmbeddedServer(tmp_path).credentials()
