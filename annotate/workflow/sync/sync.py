"""Sync: pull what people did, push what is new, refresh predictions on what nobody touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from annotate.labels import LabelScheme
from annotate.pipeline.registry import Model
from annotate.records import Article
from annotate.studio.client import StudioClient
from annotate.workflow.mirror.mirror import open_mirror
from annotate.workflow.mirror.project import find_project
from annotate.workflow.sync.pull import PullPlan, PullResult, apply_pull, plan_pull
from annotate.workflow.sync.push import OnWait, PushPlan, PushResult, apply_push, plan_push
from annotate.workflow.sync.refresh import RefreshResult, count_stale, refresh_predictions
from annotate.workflow.sync.sharing import share_tasks
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What a sync would do; `pull` is `None` before the first push."""

    push: PushPlan
    pull: PullPlan | None
    stale: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What a sync did."""

    pull: PullResult | None
    push: PushResult
    refresh: RefreshResult | None
    shared: int = 0
    """Tasks that several people will get from now on."""


def plan_sync(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    articles: Iterable[Article],
    model: Model,
    *,
    full: bool = False,
    accept_removals: bool = False,
    same_text: tuple[tuple[str, str], ...] = (),
    dry_run: bool = False,
    on_task: Callable[[int, int], None] | None = None,
) -> SyncPlan:
    """Look at workspace and server; nothing is written to the server, and no version."""
    with open_mirror(workspace, client.identity) as mirror:
        exists = find_project(workspace, client, mirror) is not None
    pull = None
    if exists:
        pull = plan_pull(
            workspace,
            client,
            scheme,
            full=full,
            accept_removals=accept_removals,
            on_task=on_task,
        )
    push = plan_push(
        workspace,
        client,
        scheme,
        articles,
        model,
        same_text=same_text,
        read=False,
        dry_run=dry_run,
    )
    return SyncPlan(
        push=push, pull=pull, stale=count_stale(workspace, client, model) if pull else 0
    )


def apply_sync(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    articles: Iterable[Article],
    plan: SyncPlan,
    *,
    accept_removals: bool = False,
    on_pushed: Callable[[int], None] | None = None,
    on_wait: OnWait | None = None,
    on_refreshed: Callable[[int], None] | None = None,
) -> SyncResult:
    """Carry the plan out: first what people did comes home, then anything else."""
    pulled = None
    if plan.pull is not None:
        pulled = apply_pull(workspace, scheme, plan.pull, accept_removals=accept_removals)
    pushed = apply_push(
        workspace, client, scheme, plan.push, articles, on_pushed=on_pushed, on_wait=on_wait
    )
    refreshed = None
    if plan.pull is not None:
        refreshed = refresh_predictions(
            workspace,
            client,
            scheme,
            plan.pull.project,
            plan.push.model,
            on_refreshed=on_refreshed,
        )
    shared = share_tasks(workspace, client, pushed.project_id)
    return SyncResult(pull=pulled, push=pushed, refresh=refreshed, shared=shared)
