"""The precision of each rule, which is the score of the spans it makes."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml


@cache
def rule_scores() -> Mapping[str, float]:
    """Return each rule's precision, in (0, 1], by the rule's name."""
    text = (resources.files(__package__) / "scores.yaml").read_text("utf-8")
    tables = yaml.safe_load(text)
    return {rule: score for table in tables.values() for rule, score in table.items()}
