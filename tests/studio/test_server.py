import json
import os
import socket

import pytest

from annotate.errors import ServerStartError, StudioError
from annotate.studio.server import HOST, Credentials, EmbeddedServer, free_port


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
