"""`annotate labels`: does everything agree on the labels, and renaming one everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

from annotate.cli.context import offline as without_server
from annotate.cli.context import online
from annotate.cli.options import Commands, DryRun, Json, Offline, Url
from annotate.cli.output.console import console, progress, show_json

app = Commands(
    help="The labels of workspace, server, exports and models. Example: annotate labels check",
    no_args_is_help=True,
)


@app.command()
def check(url: Url = None, offline: Offline = False, json_: Json = False) -> None:
    """Compare the workspace's labelling config with server, exports and model in use.

    Exit code 3 where they do not fit. Example: annotate labels check
    """
    from annotate.workflow.maintenance.labels_check import check_labels

    with without_server() if offline else online(url, writes=False) as context:
        scheme = context.scheme
        problems = check_labels(context)
    if json_:
        show_json({"labels": list(scheme.span_labels), "problems": problems})
    else:
        console().print(f"labels: {', '.join(scheme.span_labels)}")
        for problem in problems:
            console().print(f"- {problem}")
        if not problems:
            console().print("workspace, server, exports and model agree")
    if problems:
        raise typer.Exit(3)


@app.command()
def rename(
    old: Annotated[str, typer.Argument(help="The label's name now.")],
    new: Annotated[str, typer.Argument(help="Its new name.")],
    url: Url = None,
    offline: Offline = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Rename a label on the server, in the exports (as a new version) and in the workspace.

    Older versions stay as they are; models that know the old name give the new one (aliases in
    annotate.yaml). Best done while nobody annotates. Example: annotate labels rename Hedge
    Uncertainty --dry-run
    """
    from annotate.workflow.maintenance.relabel import apply_rename, plan_rename

    writes = not dry_run
    with without_server(writes=writes) if offline else online(url, writes=writes) as context:
        with progress("looking") as advance:
            plan = plan_rename(
                context,
                old,
                new,
                on_task=lambda done, total: advance(completed=done, total=total),
            )
        summary = {
            "old": old,
            "new": new,
            "tasks_on_server": plan.on_server,
            "tasks_in_review": plan.in_review,
            "articles_in_export": plan.in_export,
        }
        if dry_run:
            if json_:
                show_json({"dry_run": True, **summary})
            else:
                console().print(
                    f"would rename {old!r} to {new!r} on {plan.on_server} tasks of the server"
                    + (f" and {plan.in_review} of {plan.review.title!r}" if plan.review else "")
                    + ", in "
                    f"{plan.in_export} articles of the latest version, in "
                    f"{context.settings.label_config} and in annotate.yaml"
                )
            return
        projects = [found.tasks for found in (plan.project, plan.review) if found]
        with progress("renaming", sum(projects) or None) as advance:
            result = apply_rename(context, plan, on_task=advance)
    if json_:
        show_json({**summary, "version": result.version and result.version.name})
    else:
        console().print(
            f"renamed {old!r} to {new!r} on {result.tasks} tasks and in {result.lines} articles; "
            f"newest version: {result.version.name if result.version else 'none'}"
        )
