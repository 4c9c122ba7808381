"""What `annotate restore` and `annotate purge` show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import console, many, notes, show_json

if TYPE_CHECKING:
    from annotate.workflow.maintenance.purge import PurgePlan, PurgeResult
    from annotate.workflow.maintenance.restore import RestorePlan, RestoreResult


def show_restore_plan(plan: RestorePlan, *, json_: bool) -> None:
    """Print what a restore would do."""
    if json_:
        show_json({"dry_run": True, **_restore_json(plan)})
        return
    console().print(
        f"would restore {plan.articles} articles with {plan.annotations} annotations "
        f"of version {plan.version.name} as {plan.title!r}"
    )
    _tell_adopted(plan)


def show_restore(plan: RestorePlan, result: RestoreResult, *, url: str, json_: bool) -> None:
    """Print what a restore did on the server at `url`."""
    if json_:
        show_json(
            {
                **_restore_json(plan),
                "project_id": result.project_id,
                "restored": result.restored,
                "already_there": result.present,
                "differences": result.differences,
            }
        )
        return
    console().print(
        f"restored {result.restored} articles of version {plan.version.name} as project "
        f"{result.project_id} ({result.present} were there already)"
    )
    _tell_adopted(plan)
    if plan.absent:
        notes().print(
            f"{len(plan.absent)} annotators have no account on {url}: there their work is "
            "the token owner's, in the exports it stays theirs"
        )
    if result.differences:
        notes().print(f"the next pull will change {result.differences} articles")


def show_purge_plan(plan: PurgePlan, *, json_: bool) -> None:
    """Print what a purge would delete."""
    if json_:
        show_json({"dry_run": True, **_purge_json(plan)})
        return
    console().print(
        f"would delete predictions of {', '.join(plan.model_versions) or 'no version'} "
        f"on {len(plan.prediction_tasks)} tasks, {len(plan.duplicates)} duplicate and "
        f"{len(plan.outdated)} outdated tasks"
    )


def show_purge(plan: PurgePlan, result: PurgeResult, *, json_: bool) -> None:
    """Print what a purge deleted."""
    if json_:
        show_json(
            {
                **_purge_json(plan),
                "predictions": result.predictions,
                "tasks": result.tasks,
                "spared": result.spared,
            }
        )
        return
    console().print(
        f"deleted {result.predictions} predictions and {result.tasks} tasks; spared "
        f"{result.spared} on which somebody had begun"
    )


def _tell_adopted(plan: RestorePlan) -> None:
    if plan.adopted:
        notes().print(
            f"{many(plan.adopted, 'annotation')} read from files: no server had them, and none is "
            "given them; they stay in the exports, where they teach and are scored on"
        )


def _restore_json(plan: RestorePlan) -> dict[str, Any]:
    return {
        "version": plan.version.name,
        "articles": plan.articles,
        "annotations": plan.annotations,
        "from_files": plan.adopted,
        "without_account": list(plan.absent),
    }


def _purge_json(plan: PurgePlan) -> dict[str, Any]:
    return {
        "model_versions": list(plan.model_versions),
        "tasks_with_superseded_predictions": len(plan.prediction_tasks),
        "duplicate_tasks": list(plan.duplicates),
        "outdated_tasks": list(plan.outdated),
    }
