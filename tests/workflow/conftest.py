"""A double a test, and a workspace on it."""

from double.fixtures import site, studio

__all__ = ["site", "studio"]
