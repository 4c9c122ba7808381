"""`annotate queue`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from annotate.cli.context import online
from annotate.cli.options import DryRun, Json, Url
from annotate.cli.output.console import notes, progress, show_json
from annotate.cli.output.queue import queue_json, show_queue


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
    first: Annotated[
        int | None,
        typer.Option(
            min=1, help="Give only so many a place; all others lose theirs, and come after."
        ),
    ] = None,
    url: Url = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Put open tasks in an order, and make Data Manager tabs that give them in it.

    Annotators open the tab `Queue` and choose "Label Tasks As Displayed".
    Example: annotate queue --order diverse --dry-run
    """
    from annotate.workflow.people.queue import apply_queue, plan_queue

    written: int | None = None
    with online(url, writes=not dry_run) as site:
        with progress("reading tasks") as advance:
            plan = plan_queue(
                site,
                order=order.value,
                seed=seed,
                lanes=lanes,
                with_duplicates=with_duplicates,
                first=first,
                on_task=lambda done, total: advance(completed=done, total=total),
            )
        if not dry_run:
            with progress("writing places", plan.changes) as advance:
                written = apply_queue(site, plan, on_task=advance)
        without = site.models.in_use().without_predictions()
    if json_:
        show_json(queue_json(plan, written))
        return
    show_queue(plan, written, with_duplicates=with_duplicates)
    if without is not None:
        notes().print(without)
