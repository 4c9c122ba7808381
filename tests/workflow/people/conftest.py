"""A project whose people dispute."""

import pytest
from disputes import build
from double.trials import prepare


@pytest.fixture
def disputed(studio, site, person):
    """Return a site on which two agree on n0, differ on n1 and n2; n3 is one person's."""
    return prepare(studio, site, build, person)
