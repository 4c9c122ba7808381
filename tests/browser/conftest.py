"""A workspace and a project a test, on the one real Label Studio."""

import pytest
from live import workspace_on


@pytest.fixture
def site(live_server, tmp_path, monkeypatch, request):
    """Return a fresh workspace whose project lies on the running server."""
    yield from workspace_on(live_server, tmp_path, monkeypatch, request.node.name)
