"""`annotate push`, `pull` and `sync`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import (
    changes_json,
    console,
    counted,
    notes,
    progress,
    show_changes,
    show_json,
)

if TYPE_CHECKING:
    from annotate.studio.client import StudioClient
    from annotate.workflow.pull import PullPlan, PullResult
    from annotate.workflow.push import PushPlan, PushResult
    from annotate.workflow.refresh import RefreshResult
    from annotate.workspace import Workspace

_SHOWN = 20  # changed articles in a table

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Files, directories or globs; by default those of annotate.yaml."),
]
Url = Annotated[str | None, typer.Option(help="Address of a Label Studio.")]
ModelName = Annotated[
    str | None, typer.Option("--model", help="rules, a model's name or a directory.")
]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the files, if not UTF-8.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and write nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AcceptRemovals = Annotated[
    bool,
    typer.Option(
        "--accept-removals", help="Go on where much human work has vanished from the server."
    ),
]


def push(
    paths: Paths = None,
    url: Url = None,
    model: ModelName = None,
    encoding: Encoding = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Push articles that Label Studio does not have yet, pre-labelled unless blind.

    Example: annotate push articles/*.txt --dry-run
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.workflow.inputs import workspace_articles
    from annotate.workflow.models import choose_model
    from annotate.workflow.push import apply_push, plan_push

    read = workspace_articles(workspace, paths, encoding=encoding)
    with _connected(workspace, url) as client:
        plan = plan_push(
            workspace,
            client,
            scheme,
            read.articles,
            choose_model(workspace, model),
            same_text=read.same_text,
        )
        if dry_run:
            _show_push_plan(plan, json_=json_)
            return
        with progress("pushing", len(plan.to_send)) as advance:
            result = apply_push(workspace, client, scheme, plan, on_pushed=advance)
    if json_:
        show_json(push_json(plan, result))
    else:
        _show_push(plan, result, client.url)
        if result.pushed > result.blind and result.shown != result.model_version:
            notes().print(
                f"annotators see predictions of {result.shown}; those of {result.model_version} "
                "show after: annotate sync"
            )


def pull(
    url: Url = None,
    accept_removals: AcceptRemovals = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pull what people did; a new export version is written if something changed.

    Example: annotate pull
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.workflow.pull import apply_pull, plan_pull

    with _connected(workspace, url) as client:
        with progress("reading tasks") as advance:
            plan = plan_pull(
                workspace,
                client,
                scheme,
                on_task=lambda read, total: advance(completed=read, total=total),
            )
        if dry_run:
            _show_pull_plan(plan, json_=json_)
            return
        result = apply_pull(workspace, scheme, plan, accept_removals=accept_removals)
    if json_:
        show_json(pull_json(result))
    else:
        _show_pull(result)


def sync(
    paths: Paths = None,
    url: Url = None,
    encoding: Encoding = None,
    accept_removals: AcceptRemovals = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pull, push what is new, and refresh predictions on tasks that nobody has touched.

    Example: annotate sync
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.workflow.inputs import workspace_articles
    from annotate.workflow.models import choose_model
    from annotate.workflow.sync import apply_sync, plan_sync

    read = workspace_articles(workspace, paths, encoding=encoding)
    with _connected(workspace, url) as client:
        with progress("comparing") as advance:
            plan = plan_sync(
                workspace,
                client,
                scheme,
                read.articles,
                choose_model(workspace, None),
                same_text=read.same_text,
                on_task=lambda done, total: advance(completed=done, total=total),
            )
        if dry_run:
            _show_sync_plan(plan, json_=json_)
            return
        with progress("pushing", len(plan.push.to_send) + plan.stale) as advance:
            result = apply_sync(
                workspace,
                client,
                scheme,
                read.articles,
                plan,
                accept_removals=accept_removals,
                on_pushed=advance,
                on_refreshed=advance,
            )
    if json_:
        show_json(
            {
                "pull": pull_json(result.pull) if result.pull else None,
                "push": push_json(plan.push, result.push),
                "refresh": _refresh_json(result.refresh) if result.refresh else None,
            }
        )
        return
    if result.pull is not None:
        _show_pull(result.pull)
    _show_push(plan.push, result.push, client.url)
    if result.refresh is not None:
        _show_refresh(result.refresh)


@contextmanager
def _connected(workspace: Workspace, url: str | None) -> Iterator[StudioClient]:
    """Connect and hold the workspace; tell of a server that annotate was not tried with."""
    from annotate.workflow.connection import connect
    from annotate.workflow.state import locked

    with closing(connect(workspace, url=url)) as client, locked(workspace):
        version = client.untried_version()
        if version is not None:
            notes().print(f"{client.url} is Label Studio {version}: annotate was not tried with it")
        yield client


def push_json(plan: PushPlan, result: PushResult) -> dict[str, Any]:
    """Return a push as JSON."""
    return {
        "project_id": result.project_id,
        "created_project": result.created_project,
        "pushed": result.pushed,
        "blind": result.blind,
        "revisions": result.revisions,
        "already_there": result.present,
        "same_text": [list(pair) for pair in plan.same_text],
        "model_version": result.model_version,
        "spans": result.spans,
        "shown": result.shown,
        "left_out": result.left_out,
    }


def pull_json(result: PullResult) -> dict[str, Any]:
    """Return a pull as JSON."""
    return {**_pull_plan_json(result.plan), "version": result.version and result.version.name}


def _pull_plan_json(plan: PullPlan) -> dict[str, Any]:
    return {
        "project_id": plan.project.project_id,
        "tasks": plan.tasks,
        "foreign_tasks": plan.foreign,
        "annotations": plan.annotations,
        "skipped": plan.skipped,
        "drafts": plan.drafts,
        "changes": changes_json(plan.described),
        "notes": dict(plan.notes),
    }


def _push_plan_json(plan: PushPlan) -> dict[str, Any]:
    return {
        "project_id": plan.project and plan.project.project_id,
        "title": plan.title,
        "new": [article.article_id for article, _ in plan.new],
        "changed": [article.article_id for article, _ in plan.changed],
        "blind": [article.article_id for article, entry in plan.to_send if entry.blind],
        "already_there": plan.present,
        "same_text": [list(pair) for pair in plan.same_text],
        "model_version": plan.model.version,
    }


def _refresh_json(result: RefreshResult) -> dict[str, Any]:
    return {
        "model_version": result.model_version,
        "refreshed": result.refreshed,
        "unknown_text": result.unknown,
        "switched": result.switched,
    }


def _show_push_plan(plan: PushPlan, *, json_: bool) -> None:
    if json_:
        show_json({"dry_run": True, **_push_plan_json(plan)})
        return
    out = console()
    if plan.project is None:
        out.print(f"would create the project {plan.title!r}")
    blind = sum(entry.blind for _, entry in plan.to_send)
    out.print(
        f"would push {len(plan.to_send)} articles ({blind} blind, {len(plan.changed)} as new "
        f"revisions) pre-labelled by {plan.model.version}; {plan.present} are there already"
    )
    _show_same_text(plan)


def _show_push(plan: PushPlan, result: PushResult, url: str) -> None:
    out = console()
    if result.created_project:
        out.print(f"created project {result.project_id}, {plan.title!r}")
    out.print(
        f"pushed {result.pushed} articles ({result.blind} blind) with {result.spans} spans by "
        f"{result.model_version}; {result.present} were there already"
    )
    for article, _ in plan.changed:
        out.print(f"{article.article_id}: its text has changed; pushed as a new revision")
    if result.left_out:
        notes().print(f"the labelling config has no place for: {counted(result.left_out)}")
    _show_same_text(plan)
    out.print(f"{url}/projects/{result.project_id}/data")


def _show_same_text(plan: PushPlan) -> None:
    for article_id, kept in plan.same_text:
        notes().print(f"{article_id}: the same text as {kept}; pushed once")


def _show_pull_plan(plan: PullPlan, *, json_: bool) -> None:
    if json_:
        show_json({"dry_run": True, **_pull_plan_json(plan)})
        return
    word = "would write a new version" if plan.changes else "nothing new: would write no version"
    console().print(f"{plan.tasks} tasks, {plan.annotations} annotations; {word}")
    _show_changes(plan)


def _show_pull(result: PullResult) -> None:
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
    if plan.skipped or plan.drafts:
        out.print(f"left out: {plan.skipped} skipped, {plan.drafts} unsaved drafts")
    for note, count in plan.notes.items():
        notes().print(f"{note}: {count}")
    if plan.foreign:
        notes().print(f"{plan.foreign} tasks were not pushed by annotate and are left alone")


def _show_changes(plan: PullPlan) -> None:
    if plan.described:
        show_changes(plan.described[:_SHOWN])
        if len(plan.described) > _SHOWN:
            console().print(f"… and {len(plan.described) - _SHOWN} more")


def _show_sync_plan(plan: Any, *, json_: bool) -> None:
    if json_:
        show_json(
            {
                "dry_run": True,
                "pull": _pull_plan_json(plan.pull) if plan.pull else None,
                "push": _push_plan_json(plan.push),
                "refresh": plan.stale,
            }
        )
        return
    if plan.pull is not None:
        _show_pull_plan(plan.pull, json_=False)
    _show_push_plan(plan.push, json_=False)
    if plan.stale:
        console().print(
            f"would refresh the predictions of {plan.stale} tasks that nobody has touched"
        )


def _show_refresh(result: RefreshResult) -> None:
    if result.refreshed:
        console().print(
            f"refreshed {result.refreshed} untouched tasks with predictions of "
            f"{result.model_version}"
        )
    if result.unknown:
        notes().print(
            f"{result.unknown} untouched tasks keep their old predictions: "
            "their articles are not in this workspace"
        )
