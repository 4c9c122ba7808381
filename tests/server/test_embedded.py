import os
import signal
import socket
import subprocess

import httpx
import pytest
from live import seed_server

from annotate.errors import StudioAuthError
from annotate.studio.process import wait_for_end
from annotate.workflow.state.init import init_workspace
from annotate.workflow.state.server import connect
from annotate.workspace import load_workspace

pytestmark = pytest.mark.server


def test_it_listens_on_loopback_alone(live_server):
    """No other address of the machine answers on its port."""
    port = int(live_server.status().url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: it only chooses our own address
        own = probe.getsockname()[0]
    if own.startswith("127."):
        own = "127.0.0.2"
    with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
        socket.create_connection((own, port), timeout=2)


def test_its_secrets_are_its_owners(live_server):
    """Password and token stand in one file of mode 0600, in no command line and in no log."""
    login = live_server.credentials()
    assert live_server.credentials_file.stat().st_mode & 0o777 == 0o600
    listed = subprocess.run(
        ["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True
    )
    log = live_server.log.read_text(errors="replace")
    for secret in (login.password, login.token):
        assert secret not in listed.stdout
        assert secret not in log


def test_starting_it_again_changes_nothing(live_server):
    """A second start returns the running server."""
    before = live_server.status()
    assert live_server.start(port=8300) == before


def test_the_login_works_on_the_page(live_server):
    """The password of the file logs in through the form that people use."""
    login = live_server.credentials()
    with httpx.Client(base_url=live_server.status().url, follow_redirects=True) as browser:
        browser.get("/user/login/")
        answer = browser.post(
            "/user/login/",
            data={
                "email": login.username,
                "password": login.password,
                "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            },
            headers={"Referer": str(browser.base_url)},
        )
        assert answer.status_code == 200
        assert browser.get("/api/current-user/whoami").json()["email"] == login.username


@pytest.mark.slow
def test_a_killed_server_is_noticed_and_starts_again(live_server, tmp_path):
    """After a SIGKILL the state is stale; the next start keeps data and login.

    Where the file with the login is another one, its name is told, and no variable that is not read.
    """
    init_workspace(tmp_path / "ws")
    workspace = load_workspace(tmp_path / "ws", {})
    server = seed_server(live_server, workspace.state / "studio")
    first = server.start(port=8400)
    login = server.credentials()
    os.killpg(first.pid, signal.SIGKILL)
    wait_for_end(first.pid, 10)
    try:
        assert server.status().state == "stale"
        again = server.start(port=8400)
        assert again.state == "running"
        assert again.pid != first.pid
        assert server.credentials() == login
        kept = server.credentials_file.read_text()
        server.credentials_file.write_text(kept.replace(login.token, "0" * len(login.token)))
        with pytest.raises(StudioAuthError) as refused:
            connect(workspace, environment={})
        assert str(server.credentials_file) in refused.value.hint
        server.credentials_file.write_text(kept)
        connect(workspace, environment={}).close()
    finally:
        assert server.stop() is True
    assert server.status().state == "stopped"


def test_the_server_that_is_shipped_is_one_that_was_tried(site):
    """The pinned server's version needs no warning."""
    assert site.client.untried_version() is None
