"""Both sides of the contract: a double a test, and the one real server."""

import pytest

from contract.sides import DoubleSide, ServerSide


@pytest.fixture(scope="session")
def server_side(live_server):
    """Return the real server, with its people."""
    side = ServerSide(live_server)
    yield side
    side.close()


@pytest.fixture
def double_side():
    """Return a fresh double."""
    side = DoubleSide()
    yield side
    side.close()


@pytest.fixture(params=["double", pytest.param("server", marks=pytest.mark.server)])
def studio(request):
    """Return each side in turn."""
    return request.getfixturevalue(f"{request.param}_side")
