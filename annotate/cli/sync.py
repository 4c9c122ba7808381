"""`annotate push`, `pull` and `sync`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import notes, progress, show_json
from annotate.cli.sync_output import (
    pull_json,
    push_json,
    refresh_json,
    show_pull,
    show_pull_plan,
    show_push,
    show_push_plan,
    show_refresh,
    show_sync_plan,
)

if TYPE_CHECKING:
    from annotate.studio.client import StudioClient
    from annotate.workspace import Workspace

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
Full = Annotated[bool, typer.Option("--full", help="Read every task again, not only what changed.")]
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

    from annotate.workflow.state.articles import workspace_articles
    from annotate.workflow.state.models import choose_model
    from annotate.workflow.sync.push import apply_push, plan_push

    read = workspace_articles(workspace, paths, encoding=encoding)
    with connected(workspace, url) as client:
        plan = plan_push(
            workspace,
            client,
            scheme,
            read.articles,
            choose_model(workspace, model),
            same_text=read.same_text,
            dry_run=dry_run,
        )
        if dry_run:
            show_push_plan(plan, json_=json_)
            return
        with progress("pushing", len(plan.to_send)) as advance:
            result = apply_push(
                workspace,
                client,
                scheme,
                plan,
                read.articles,
                on_pushed=advance,
                on_wait=Waiting(),
            )
    if json_:
        show_json(push_json(plan, result))
    else:
        show_push(plan, result, client.url)
        if result.pushed > result.blind and result.shown != result.model_version:
            notes().print(
                f"annotators see predictions of {result.shown}; those of {result.model_version} "
                "show after: annotate sync"
            )


def pull(
    url: Url = None,
    full: Full = False,
    accept_removals: AcceptRemovals = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pull what people did; a new export version is written if something changed.

    Only what changed since the last pull is read. Example: annotate pull
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.workflow.sync.pull import apply_pull, plan_pull

    with connected(workspace, url) as client:
        with progress("reading tasks") as advance:
            plan = plan_pull(
                workspace,
                client,
                scheme,
                full=full,
                accept_removals=accept_removals,
                on_task=lambda read, total: advance(completed=read, total=total),
            )
        if dry_run:
            show_pull_plan(plan, json_=json_)
            return
        result = apply_pull(workspace, scheme, plan, accept_removals=accept_removals)
    if json_:
        show_json(pull_json(result))
    else:
        show_pull(result)


def sync(
    paths: Paths = None,
    url: Url = None,
    encoding: Encoding = None,
    full: Full = False,
    accept_removals: AcceptRemovals = False,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pull, push what is new, and refresh predictions on tasks that nobody has touched.

    Example: annotate sync
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.workflow.state.articles import workspace_articles
    from annotate.workflow.state.models import choose_model
    from annotate.workflow.sync.sharing import count_to_share
    from annotate.workflow.sync.sync import apply_sync, plan_sync

    read = workspace_articles(workspace, paths, encoding=encoding)
    with connected(workspace, url) as client:
        with progress("comparing") as advance:
            plan = plan_sync(
                workspace,
                client,
                scheme,
                read.articles,
                choose_model(workspace, None),
                full=full,
                accept_removals=accept_removals,
                same_text=read.same_text,
                dry_run=dry_run,
                on_task=lambda done, total: advance(completed=done, total=total),
            )
        if dry_run:
            to_share = count_to_share(workspace, client, plan.push)
            show_sync_plan(plan, to_share=to_share, json_=json_)
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
                on_wait=Waiting(),
                on_refreshed=advance,
            )
    if json_:
        show_json(
            {
                "pull": pull_json(result.pull) if result.pull else None,
                "push": push_json(plan.push, result.push),
                "refresh": refresh_json(result.refresh) if result.refresh else None,
                "shared": result.shared,
            }
        )
        return
    if result.pull is not None:
        show_pull(result.pull)
    show_push(plan.push, result.push, client.url)
    if result.refresh is not None:
        show_refresh(result.refresh)
    if result.shared:
        notes().print(f"{result.shared} tasks are for several people from now on")


class Waiting:
    """Tells once that an import without an answer is waited for."""

    def __init__(self) -> None:
        self._told = False

    def __call__(self, seconds: float) -> None:
        """Take the seconds that are left."""
        if not self._told:
            self._told = True
            notes().print(
                "an import had no answer: looking for its articles for up to "
                f"{seconds:.0f} s before they are sent again (studio.commit_wait); "
                "interrupting is safe. On SQLite people at work hold imports back, on PostgreSQL "
                "not (docs/safety.md)"
            )


@contextmanager
def connected(workspace: Workspace, url: str | None) -> Iterator[StudioClient]:
    """Connect and hold the workspace; tell of a server that annotate was not tried with."""
    from annotate.workflow.state.lock import locked
    from annotate.workflow.state.server import connect

    with closing(connect(workspace, url=url)) as client, locked(workspace):
        version = client.untried_version()
        if version is not None:
            notes().print(f"{client.url} is Label Studio {version}: annotate was not tried with it")
        yield client
