"""Which of several annotations counted, as several commands say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotate.cli.output.console import console, counted, many, named, notes


def show_decided(rules: Mapping[str, int], undecided: Sequence[str]) -> None:
    """Print how often each rule of adjudication decided, and the articles where none did."""
    if rules:
        console().print(
            f"{many(sum(rules.values()), 'article')} with several annotations, decided by: "
            f"{counted(rules)}"
        )
    if undecided:
        notes().print(
            f"left out, since no rule of adjudication decides: {named(undecided)} (annotate.yaml)"
        )
