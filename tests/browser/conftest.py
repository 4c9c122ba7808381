"""One real Label Studio for all server and browser tests; a workspace and a project a test."""

import pytest
from live import start_server, workspace_on


@pytest.fixture(scope="session")
def live_server(tmp_path_factory):
    """Return the embedded server, started once and stopped at the end."""
    yield from start_server(tmp_path_factory)


@pytest.fixture
def site(live_server, tmp_path, monkeypatch, request):
    """Return a fresh workspace whose project lies on the running server."""
    yield from workspace_on(live_server, tmp_path, monkeypatch, request.node.name)
