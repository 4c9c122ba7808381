"""What `annotate queue` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import console

if TYPE_CHECKING:
    from annotate.workflow.people.queue import QueuePlan

_SHOWN = 10


def queue_json(plan: QueuePlan, written: int | None) -> dict[str, Any]:
    """Return an order of work as JSON; `written` is `None` where it was not carried out."""
    return {
        "dry_run": written is None,
        "order": plan.order,
        "tabs": list(plan.tabs),
        "open": len(plan.tasks),
        "in_work": plan.in_work,
        "done": plan.done,
        "near_duplicates": plan.repeats,
        "diverse": plan.farthest,
        "changes": plan.changes,
        "written": written or 0,
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


def show_queue(plan: QueuePlan, written: int | None, *, with_duplicates: bool) -> None:
    """Print an order of work; `written` is `None` where it was not carried out."""
    out = console()
    where = "as the order has them" if with_duplicates else "at the end"
    out.print(
        f"{'would order' if written is None else 'ordered'} {len(plan.tasks)} open tasks "
        f"({plan.order}); {plan.repeats} near-duplicates {where}; {plan.in_work} in work keep "
        f"their place; {plan.done} done"
    )
    placed = [task for task in plan.tasks if task.place is not None]
    for task in placed[:_SHOWN]:
        out.print(f"  {task.place}. {task.article_id}")
    if len(placed) < len(plan.tasks):
        out.print(
            f"{len(plan.tasks) - len(placed)} of them have no place: they come after the others, "
            "and in no lane"
        )
    if plan.farthest is not None and plan.farthest < len(plan.tasks):
        out.print(
            f"the first {plan.farthest} are each unlike all before; the others follow, those least "
            "like these first"
        )
    if written is not None:
        out.print(
            f"changed {written} tasks; annotators open {' or '.join(plan.tabs)} in the Data "
            'Manager and choose "Label Tasks As Displayed"'
        )
