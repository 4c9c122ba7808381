"""`annotate restore` and `annotate purge`."""

from __future__ import annotations

from typing import Annotated

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import console, notes, progress, show_json
from annotate.cli.sync import DryRun, Json, Url, Waiting, connected


def restore(
    export: Annotated[
        str | None, typer.Option(help="Version to restore; by default the latest.")
    ] = None,
    url: Url = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Rebuild a Label Studio project from an export version, on a server that lacks it.

    Tasks, annotations and their authors come back; the next pull finds nothing new. Articles that
    nobody had worked on are pushed by the next sync. Example: annotate restore --export 0012
    """
    from annotate.workflow.maintenance.restore import apply_restore, plan_restore

    workspace = current_workspace()
    scheme = workspace.scheme()
    with connected(workspace, url) as client:
        plan = plan_restore(workspace, client, export=export)
        out = console()
        summary = {
            "version": plan.version.name,
            "articles": plan.articles,
            "annotations": plan.annotations,
            "from_files": plan.adopted,
            "without_account": list(plan.absent),
        }
        if dry_run:
            if json_:
                show_json({"dry_run": True, **summary})
            else:
                out.print(
                    f"would restore {plan.articles} articles with {plan.annotations} annotations "
                    f"of version {plan.version.name} as {plan.title!r}"
                )
            return
        with progress("restoring", plan.articles) as advance:
            result = apply_restore(
                workspace, client, scheme, plan, on_restored=advance, on_wait=Waiting()
            )
    if json_:
        show_json(
            {
                **summary,
                "project_id": result.project_id,
                "restored": result.restored,
                "already_there": result.present,
                "differences": result.differences,
            }
        )
        return
    out.print(
        f"restored {result.restored} articles of version {plan.version.name} as project "
        f"{result.project_id} ({result.present} were there already)"
    )
    if plan.absent:
        notes().print(
            f"{len(plan.absent)} annotators have no account on {client.url}: there their work is "
            "the token owner's, in the exports it stays theirs"
        )
    if result.differences:
        notes().print(f"the next pull will change {result.differences} articles")


def purge(
    older_than: Annotated[
        int, typer.Option(min=0, help="Days since annotators last saw a model's predictions.")
    ] = 7,
    predictions: Annotated[
        bool, typer.Option("--predictions", help="Delete superseded predictions.")
    ] = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Delete tasks of articles that have another one.")
    ] = False,
    outdated: Annotated[
        bool, typer.Option("--outdated", help="Delete tasks whose article has a newer text.")
    ] = False,
    url: Url = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Delete on the server what nobody has worked on and nobody needs.

    The only command that deletes there. Whoever has such a task open cannot submit it any more.
    Example: annotate purge --predictions --older-than 14 --dry-run
    """
    from dataclasses import replace

    from annotate.errors import UsageError
    from annotate.workflow.maintenance.purge import apply_purge, plan_purge

    if not (predictions or duplicates or outdated):
        raise UsageError(
            "nothing was named to be deleted",
            hint="name at least one of --predictions, --duplicates, --outdated",
        )
    workspace = current_workspace()
    scheme = workspace.scheme()
    with connected(workspace, url) as client:
        plan = plan_purge(workspace, client, scheme, older_than_days=older_than)
        plan = replace(
            plan,
            prediction_tasks=plan.prediction_tasks if predictions else (),
            duplicates=plan.duplicates if duplicates else (),
            outdated=plan.outdated if outdated else (),
        )
        summary = {
            "model_versions": list(plan.model_versions) if predictions else [],
            "tasks_with_superseded_predictions": len(plan.prediction_tasks),
            "duplicate_tasks": list(plan.duplicates),
            "outdated_tasks": list(plan.outdated),
        }
        out = console()
        if dry_run:
            if json_:
                show_json({"dry_run": True, **summary})
            else:
                out.print(
                    f"would delete predictions of {', '.join(plan.model_versions) or 'no version'} "
                    f"on {len(plan.prediction_tasks)} tasks, {len(plan.duplicates)} duplicate and "
                    f"{len(plan.outdated)} outdated tasks"
                )
            return
        count = len(plan.prediction_tasks) + len({*plan.duplicates, *plan.outdated})
        with progress("deleting", count) as advance:
            result = apply_purge(workspace, client, scheme, plan, on_task=advance)
    if json_:
        show_json(
            {
                **summary,
                "predictions": result.predictions,
                "tasks": result.tasks,
                "spared": result.spared,
            }
        )
    else:
        out.print(
            f"deleted {result.predictions} predictions and {result.tasks} tasks; spared "
            f"{result.spared} on which somebody had begun"
        )
