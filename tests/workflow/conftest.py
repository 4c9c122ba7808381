"""A double a test, a workspace on it, people who work there, models that cost nothing."""

from double.fixtures import person, site, studio, trivial_models

__all__ = ["person", "site", "studio", "trivial_models"]
