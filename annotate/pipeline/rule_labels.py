"""Which labels the rules know: asked without loading a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ENGLISH = "en"
"""The language that the rules are written for."""
RULES_KEY = "attribution_rules"
PARTS_KEY = "attribution_parts"
RULE_LABELS = ("Claim", "Hedge", "Source")
PART_LABELS = ("Content", "Cue", "Source")


def weak_group(labels: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the rules' span group that fits a label scheme, and the labels that it can give.

    Claim, Source and Hedge are ours; Source, Cue and Content are those of PARC and PolNeAR, where
    a Source has no cue in it.
    """
    key, known = (
        (PARTS_KEY, PART_LABELS) if {"Cue", "Content"} & set(labels) else (RULES_KEY, RULE_LABELS)
    )
    return key, tuple(label for label in labels if label in known)


def known_to_rules(labels: Sequence[str], aliases: Mapping[str, str]) -> tuple[str, ...]:
    """Return those labels that the rules give, under the names that the rules have for them.

    `aliases` maps labels that the rules know to what they are called here.
    """
    former = {now: was for was, now in aliases.items()}
    return weak_group([former.get(label, label) for label in labels])[1]


def why_no_rules(unknown: Sequence[str], language: str) -> str:
    """Return why the rules find nothing: the labels that they do not know; nothing without any."""
    where = "" if language == ENGLISH else f" in language {language!r}"
    return f"the rules know none of {', '.join(unknown)}{where}" if unknown else ""
