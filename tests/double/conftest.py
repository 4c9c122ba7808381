"""A double a test, and a workspace on it."""

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
    site = make_site(studio.client(), tmp_path, request.node.name)
    yield site
    site.client.close()
