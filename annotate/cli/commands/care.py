"""`annotate restore` and `annotate purge`."""

from __future__ import annotations

from typing import Annotated

import typer

from annotate.cli.context import online
from annotate.cli.options import DryRun, Json, Url
from annotate.cli.output.care import (
    show_purge,
    show_purge_plan,
    show_restore,
    show_restore_plan,
)
from annotate.cli.output.console import progress
from annotate.cli.output.sync import Waiting


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

    with online(url, writes=not dry_run) as site:
        plan = plan_restore(site, export=export)
        if dry_run:
            show_restore_plan(plan, json_=json_)
            return
        with progress("restoring", plan.articles) as advance:
            result = apply_restore(site, plan, on_restored=advance, on_wait=Waiting())
    show_restore(plan, result, url=site.client.url, json_=json_)


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
    from annotate.workflow.maintenance.purge import apply_purge, plan_purge

    with online(url, writes=not dry_run) as site:
        plan = plan_purge(
            site,
            older_than_days=older_than,
            predictions=predictions,
            duplicates=duplicates,
            outdated=outdated,
        )
        if dry_run:
            show_purge_plan(plan, json_=json_)
            return
        with progress("deleting", plan.size) as advance:
            result = apply_purge(site, plan, on_task=advance)
    show_purge(plan, result, json_=json_)
