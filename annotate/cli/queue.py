"""`annotate queue`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import console, progress, show_json
from annotate.cli.sync import DryRun, Json, Url, connected

_SHOWN = 10


class Order(StrEnum):
    """The orders that `annotate queue` knows."""

    RANDOM = "random"
    DIVERSE = "diverse"
    OLDEST = "oldest"


def queue(
    order: Annotated[
        Order, typer.Option(help="random, diverse (least like what came before) or oldest.")
    ],
    seed: Annotated[int, typer.Option(help="Of the random order.")] = 0,
    lanes: Annotated[
        int, typer.Option(min=1, max=50, help="Tabs, one for each person who works at a time.")
    ] = 1,
    with_duplicates: Annotated[
        bool, typer.Option("--with-duplicates", help="Do not put near-duplicates at the end.")
    ] = False,
    url: Url = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Put open tasks in an order, and make Data Manager tabs that give them in it.

    Annotators open the tab `Queue` and choose "Label Tasks As Displayed".
    Example: annotate queue --order diverse --dry-run
    """
    from annotate.workflow.people.queue import apply_queue, plan_queue

    workspace = current_workspace()
    scheme = workspace.scheme()
    with connected(workspace, url) as client:
        with progress("reading tasks") as advance:
            plan = plan_queue(
                workspace,
                client,
                scheme,
                order=order.value,
                seed=seed,
                lanes=lanes,
                with_duplicates=with_duplicates,
                on_task=lambda done, total: advance(completed=done, total=total),
            )
        written = 0
        if not dry_run:
            with progress("writing places", plan.changes) as advance:
                written = apply_queue(client, plan, on_task=advance)
    if json_:
        show_json(
            {
                "dry_run": dry_run,
                "order": plan.order,
                "tabs": list(plan.tabs),
                "open": len(plan.tasks),
                "in_work": plan.in_work,
                "done": plan.done,
                "near_duplicates": plan.repeats,
                "changes": plan.changes,
                "written": written,
                "tasks": [
                    {
                        "place": task.place,
                        "task_id": task.task_id,
                        "article_id": task.article_id,
                        "lanes": list(task.lanes),
                        "near_duplicate": task.repeats,
                    }
                    for task in plan.tasks
                ],
            }
        )
        return
    out = console()
    where = "as the order has them" if with_duplicates else "at the end"
    out.print(
        f"{'would order' if dry_run else 'ordered'} {len(plan.tasks)} open tasks ({order.value}); "
        f"{plan.repeats} near-duplicates {where}; {plan.in_work} in work keep their place; "
        f"{plan.done} done"
    )
    for task in plan.tasks[:_SHOWN]:
        out.print(f"  {task.place}. {task.article_id}")
    if not dry_run:
        out.print(
            f"changed {written} tasks; annotators open {' or '.join(plan.tabs)} in the Data "
            'Manager and choose "Label Tasks As Displayed"'
        )
