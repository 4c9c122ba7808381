"""Sync: pull what people did, push what is new, refresh predictions on what nobody touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotate.labels import LabelScheme
from annotate.pipeline.registry import Model
from annotate.records import Article
from annotate.studio.client import StudioClient
from annotate.workflow.pull import PullPlan, PullResult, apply_pull, plan_pull
from annotate.workflow.push import PushPlan, PushResult, apply_push, plan_push
from annotate.workflow.refresh import RefreshResult, refresh_predictions, stale_tasks
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


def plan_sync(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    articles: Sequence[Article],
    model: Model,
    *,
    same_text: tuple[tuple[str, str], ...] = (),
    on_task: Callable[[int, int], None] | None = None,
) -> SyncPlan:
    """Look at workspace and server; nothing is written."""
    push = plan_push(workspace, client, scheme, articles, model, same_text=same_text)
    pull = plan_pull(workspace, client, scheme, on_task=on_task) if push.project else None
    return SyncPlan(
        push=push, pull=pull, stale=len(stale_tasks(pull.open_tasks, model)) if pull else 0
    )


def apply_sync(
    workspace: Workspace,
    client: StudioClient,
    scheme: LabelScheme,
    articles: Sequence[Article],
    plan: SyncPlan,
    *,
    accept_removals: bool = False,
    on_pushed: Callable[[int], None] | None = None,
    on_refreshed: Callable[[int], None] | None = None,
) -> SyncResult:
    """Carry the plan out: first what people did comes home, then anything else."""
    pulled = None
    if plan.pull is not None:
        pulled = apply_pull(workspace, scheme, plan.pull, accept_removals=accept_removals)
    pushed = apply_push(workspace, client, scheme, plan.push, on_pushed=on_pushed)
    refreshed = None
    if plan.pull is not None:
        refreshed = refresh_predictions(
            workspace,
            client,
            scheme,
            plan.pull.project,
            stale_tasks(plan.pull.open_tasks, plan.push.model),
            {(article.article_id, article.text_sha256): article for article in articles},
            plan.push.model,
            on_refreshed=on_refreshed,
        )
    return SyncResult(pull=pulled, push=pushed, refresh=refreshed)
