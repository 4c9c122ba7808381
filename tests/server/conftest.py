"""A workspace and a project a test, on the one real Label Studio."""

import pytest
from double.fixtures import trivial_models
from live import workspace_on
from people import join
from postgres import postgres

from annotate.studio.server import EmbeddedServer

__all__ = ["trivial_models"]


@pytest.fixture
def site(live_server, tmp_path, monkeypatch, request):
    """Return a fresh workspace whose project lies on the running server."""
    yield from workspace_on(live_server, tmp_path, monkeypatch, request.node.name)


@pytest.fixture(scope="session")
def databases():
    """Return a function that makes an empty PostgreSQL database."""
    with postgres() as make:
        yield make


@pytest.fixture(scope="session")
def server_on_postgresql(databases, tmp_path_factory):
    """Return an embedded server whose data lies in PostgreSQL."""
    server = EmbeddedServer(tmp_path_factory.mktemp("on-postgresql"))
    server.start(port=8720, database=databases("tests"))
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def site_on_postgresql(server_on_postgresql, tmp_path, monkeypatch, request):
    """Return a fresh workspace whose project lies in PostgreSQL."""
    yield from workspace_on(server_on_postgresql, tmp_path, monkeypatch, request.node.name)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def either_site(request):
    """Return a fresh workspace, once on each database."""
    name = "site" if request.param == "SQLite" else "site_on_postgresql"
    return request.getfixturevalue(name)


@pytest.fixture
def person(site):
    """Return `person(name)`: a client that acts as a new annotator of the site's server."""
    joined = []

    def make(name):
        joined.append(join(site, name))
        return joined[-1]

    yield make
    for client in joined:
        client.close()
