"""Versions that grew apart, and what joining them came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import console, named, notes, show_first

if TYPE_CHECKING:
    from annotate.exports.manifests import Version
    from annotate.workflow.maintenance.merge import MergePlan


def show_other_heads(names: Sequence[str]) -> None:
    """Tell versions whose work the latest one lacks."""
    for name in names:
        notes().print(
            f"version {name} was written beside the latest one, which lacks what it changed: "
            "annotate exports merge joins them"
        )


def merge_json(plan: MergePlan, version: Version | None) -> dict[str, Any]:
    """Return a merge as JSON; `version` is `None` in a dry run.

    There `leading` or `other` is null where it is what the join before makes.
    """
    leading, other = plan.names
    return {
        "version": version and version.name,
        "leading": leading,
        "other": other,
        "base": plan.base and plan.base.name,
        "taken": plan.taken,
        "removed": list(plan.removed),
        "joined": plan.joined,
        "told": [list(pair) for pair in plan.told],
        "other_key": plan.other_key,
    }


def show_merge(plan: MergePlan, version: Version | None) -> None:
    """Print what a merge did, or would do where there is no version."""
    base = plan.base.name if plan.base else "no version that can be read"
    done = "would join" if version is None else f"wrote version {version.name}: joined"
    leading, other = (name or "what the join before makes" for name in plan.names)
    console().print(
        f"{done} {other} with {leading} (both grew from {base}): "
        f"{plan.taken} articles taken, {len(plan.removed)} removed, "
        f"{plan.joined} changed on both sides"
    )
    if plan.removed:
        notes().print(f"removed by {other}: {named(plan.removed)}")
    told = (f"{article_id}: {what}" for article_id, what in plan.told)
    show_first(told, on=notes(), rest=" (--json has all)")
    if plan.base is None:
        notes().print("if one side had removed something, it is back: nothing tells that it had")
    if plan.other_key:
        notes().print(
            "the other side has another key of pseudonyms: one person may stand under two"
        )
