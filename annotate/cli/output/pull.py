"""What a pull shows: as text, and as JSON for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from annotate.cli.output.changes import changes_json, show_changes
from annotate.cli.output.console import console, counted, named, notes, show_json
from annotate.cli.output.pull_notes import show_pull_notes
from annotate.cli.output.versions import show_other_heads
from annotate.errors import DamagedExportError

if TYPE_CHECKING:
    from annotate.workflow.sync.pull import PullPlan, PullResult

_SHOWN = 20  # changed articles in a table


def pull_json(result: PullResult) -> dict[str, Any]:
    """Return a pull as JSON."""
    return {**pull_plan_json(result.plan), "version": result.version and result.version.name}


def pull_plan_json(plan: PullPlan) -> dict[str, Any]:
    """Return what a pull would do as JSON."""
    return {
        "project_id": plan.project.project_id,
        "tasks": plan.tasks,
        "read": plan.read,
        "swept": plan.swept,
        "clock_ran_back": plan.clock_ran_back,
        "healed": plan.healed,
        "foreign_tasks": plan.foreign,
        "annotations": plan.annotations,
        "skipped": plan.skipped,
        "drafts": plan.drafts,
        "duplicates": plan.duplicates,
        "changed": plan.changed,
        "inferred_links": plan.inferred,
        "changes": changes_json(plan.described),
        "notes": dict(plan.notes),
        "unreadable": {str(task_id): why for task_id, why in plan.unreadable.items()},
        "other_heads": list(plan.other_heads),
        "other_directories": list(plan.beside),
        "damaged": list(plan.damaged),
        "lost_parts": list(plan.lost_parts),
        "vanished": plan.vanished,
        "held_in_lost": list(plan.held_in_lost),
        "gone_with_lost": list(plan.gone_with_lost),
        "stop": plan.stop and {"message": plan.stop.message, "next": plan.stop.hint},
    }


def show_pull_plan(plan: PullPlan, *, json_: bool) -> None:
    """Print what a pull would do."""
    if json_:
        show_json({"dry_run": True, **pull_plan_json(plan)})
        return
    word = (
        "would stop"
        if plan.stop
        else "would write a new version"
        if plan.changed or plan.onto
        else "nothing new: would write no version"
    )
    console().print(f"{plan.tasks} tasks, {plan.annotations} annotations; {word}")
    if plan.stop is not None:
        notes().print(f"it would stop: {plan.stop.message}")
        notes().print(f"Next: {plan.stop.hint}")
    _show_changes(plan)
    _show_versions(plan)


def end_with_stop(plan: PullPlan | None) -> None:
    """End a dry run as the pull itself would end where something stops it."""
    if plan is not None and plan.stop is not None:
        raise typer.Exit(plan.stop.exit_code)


def end_with_damage(plan: PullPlan) -> None:
    """End a pull that found nothing new as one ends that would build on the damaged version."""
    if plan.damaged:
        raise typer.Exit(DamagedExportError.exit_code)


def _show_versions(plan: PullPlan) -> None:
    for problem in plan.damaged:
        notes().print(f"the latest version is damaged: {problem}")
    if plan.damaged:
        from annotate.exports.store import MENDING

        notes().print(f"Next: {MENDING}")
    for problem in plan.lost_parts:
        notes().print(f"{problem}: what it alone said, and the server does not, is lost")
    if plan.vanished:
        notes().print(
            "the version that this workspace knew last is not among the versions any more (another "
            "branch, or a deleted manifest): bring it back, or what reviewers and files said in it "
            "alone is missing from now on"
        )
    if plan.held_in_lost:
        notes().print(f"it had the last word on {named(plan.held_in_lost)}")
    if plan.gone_with_lost:
        notes().print(f"and nothing is left of {named(plan.gone_with_lost)}")
    show_other_heads(plan.other_heads)
    for name in plan.beside:
        notes().print(f"exports of another project lie beside this one's: {name}")


def show_pull(result: PullResult) -> None:
    """Print what a pull did."""
    out = console()
    plan = result.plan
    if result.version is None:
        out.print(f"nothing new among {plan.annotations} annotations of {plan.tasks} tasks")
    else:
        counts = result.version.counts
        out.print(
            f"wrote version {result.version.name}: {counts['articles']} articles, "
            f"{counts['annotations']} annotations, {counted(counts['spans'])}"
        )
        _show_changes(plan)
        if plan.onto is not None:
            held = plan.onto.counts
            notes().print(
                f"the damaged version {plan.onto.name} had {held['articles']} articles with "
                f"{held['annotations']} annotations; annotate exports diff tells more"
            )
    _show_versions(plan)
    if plan.skipped or plan.drafts:
        out.print(f"left out: {plan.skipped} skipped, {plan.drafts} unsaved drafts")
    if plan.duplicates:
        out.print(
            f"{plan.duplicates} articles have several tasks, whose work is joined; those that "
            "nobody touched can go: annotate purge --duplicates --dry-run"
        )
    show_pull_notes(plan.notes)
    for why in list(plan.unreadable.values())[:_SHOWN]:
        notes().print(why)
    if plan.unreadable:
        notes().print(
            f"{len(plan.unreadable)} tasks are left out; what the versions hold of them stays. "
            "Mend or delete them in Label Studio"
        )
    if plan.foreign:
        notes().print(f"{plan.foreign} tasks were not pushed by annotate and are left alone")


def _show_changes(plan: PullPlan) -> None:
    if plan.inferred:
        what = "link was" if plan.inferred == 1 else "links were"
        console().print(f"{plan.inferred} {what} inferred from the spans")
    if plan.described:
        show_changes(plan.described[:_SHOWN])
        if plan.changed > _SHOWN:
            console().print(f"… and {plan.changed - _SHOWN} more")
    if plan.clock_ran_back:
        notes().print("the server's clock ran back; all tasks were compared")
    if plan.healed:
        notes().print(
            "the server counted otherwise than it listed; all tasks were read again, now it fits"
        )
