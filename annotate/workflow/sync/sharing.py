"""Tasks for several people: Label Studio's `overlap`, which an import cannot set."""

from __future__ import annotations

from collections.abc import Callable

from annotate.quality.sharing import annotators_of
from annotate.studio.client import StudioClient
from annotate.studio.results import is_ours
from annotate.workflow.sync.push import PushPlan
from annotate.workspace import Workspace


def unshared_tasks(workspace: Workspace, client: StudioClient, project_id: int) -> dict[int, int]:
    """Return the open tasks that fewer people would get than annotate.yaml says: id → people.

    Without a share in annotate.yaml the server is not asked.
    """
    settings = workspace.settings.annotators
    if not settings.share or settings.each == 1:
        return {}
    lacking: dict[int, int] = {}
    for task in client.outlines(project_id):
        if is_ours(task) and not task["is_labeled"]:
            group = str(task["data"].get("group") or task["data"]["article_id"])
            wanted = annotators_of(group, share=settings.share, each=settings.each)
            if task["overlap"] < wanted:
                lacking[task["id"]] = wanted
    return lacking


def count_to_share(workspace: Workspace, client: StudioClient, plan: PushPlan) -> int:
    """Return how many tasks `share_tasks` would change after this push."""
    settings = workspace.settings.annotators
    new = sum(
        annotators_of(placed.group, share=settings.share, each=settings.each) > 1
        for placed in plan.to_send.values()
    )
    held = unshared_tasks(workspace, client, plan.project.project_id) if plan.project else {}
    return new + len(held)


def share_tasks(
    workspace: Workspace,
    client: StudioClient,
    project_id: int,
    *,
    on_task: Callable[[int], None] | None = None,
) -> int:
    """Give the tasks that lack it their number of annotators; return how many there were.

    Interrupted, the next call does the rest. What is finished stays finished, and nobody's task is
    ever given to fewer people than it was.
    """
    lacking = unshared_tasks(workspace, client, project_id)
    for task_id, people in lacking.items():
        client.set_task(task_id, overlap=people)
        if on_task is not None:
            on_task(1)
    return len(lacking)
