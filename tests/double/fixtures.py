"""Fixtures for tests on the double: a double a test, and a workspace on it."""

from contextlib import closing

import pytest
from live import make_site

from double import DoubleStudio


@pytest.fixture
def studio():
    """Return a fresh double."""
    return DoubleStudio()


@pytest.fixture
def site(studio, tmp_path, request):
    """Return a fresh workspace whose project will lie on the double."""
    with (
        closing(studio.client()) as client,
        closing(make_site(client, tmp_path / "ws", request.node.name)) as site,
    ):
        yield site
