"""A double a test, a workspace on it, models that cost nothing."""

from double.fixtures import site, studio, trivial_models

__all__ = ["site", "studio", "trivial_models"]
