"""Tasks for several people: Label Studio's `overlap`, which an import cannot set."""

from __future__ import annotations

from collections.abc import Callable

from annotate.quality.sharing import annotators_of
from annotate.studio.outlines import set_overlap, task_outlines
from annotate.workflow.mirror.site import Site
from annotate.workflow.sync.push_plan import PushPlan


def unshared_tasks(site: Site, project_id: int) -> dict[int, int]:
    """Return the open tasks that fewer people would get than annotate.yaml says: id → people.

    Without a share in annotate.yaml the server is not asked.
    """
    settings = site.settings.annotators
    if not settings.share or settings.each == 1:
        return {}
    lacking: dict[int, int] = {}
    for task in task_outlines(site.client, project_id):
        if task is not None and not task.finished:
            wanted = annotators_of(task.group, share=settings.share, each=settings.each)
            if task.overlap < wanted:
                lacking[task.task_id] = wanted
    return lacking


def count_to_share(site: Site, plan: PushPlan) -> int:
    """Return how many tasks `share_tasks` would change after this push."""
    settings = site.settings.annotators
    new = sum(
        annotators_of(placed.group, share=settings.share, each=settings.each) > 1
        for placed in plan.to_send.values()
    )
    held = unshared_tasks(site, plan.project.project_id) if plan.project else {}
    return new + len(held)


def share_tasks(
    site: Site, project_id: int, *, on_task: Callable[[int], None] | None = None
) -> int:
    """Give the tasks that lack it their number of annotators; return how many there were.

    Interrupted, the next call does the rest. What is finished stays finished, and nobody's task is
    ever given to fewer people than it was.
    """
    lacking = unshared_tasks(site, project_id)
    for task_id, people in lacking.items():
        set_overlap(site.client, task_id, people)
        if on_task is not None:
            on_task(1)
    return len(lacking)
