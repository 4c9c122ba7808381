"""`annotate retrain` and `curve`."""

from __future__ import annotations

from typing import Annotated

import typer

from annotate.cli.context import offline
from annotate.cli.options import GpuId, Json, LearnedFrom, Overwrite
from annotate.cli.output.console import notes, progress, show_json
from annotate.cli.output.page import Html, require_page, write_page
from annotate.cli.output.training import (
    retrain_json,
    show_curve,
    show_memory,
    show_retrain,
    show_retrain_plan,
)


def retrain(
    export: LearnedFrom = None,
    force: Annotated[
        bool, typer.Option("--force", help="Put the candidate to use whatever the gate says.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be learned from; train nothing.")
    ] = False,
    gpu_id: GpuId = -1,
    json_: Json = False,
) -> None:
    """Train a pipeline from an export version and compare it with the one in use.

    Example: annotate retrain --export 3
    """
    from annotate.quality.gate import outlook
    from annotate.workflow.learning.memory import memory_need
    from annotate.workflow.learning.planning import check_training, plan_retrain
    from annotate.workflow.learning.retrain import apply_retrain

    with offline() as context:
        plan = plan_retrain(context, export=export, gpu_id=gpu_id)
        memory = memory_need(context, plan)
        gate = context.settings.gate
        expected = outlook(
            plan.blind,
            min_articles=gate.min_test_articles,
            folded=plan.folded(gate),
            lacking=max(0, gate.min_articles - len(plan.train)) if gate.repeats else 0,
        )
        if dry_run:  # without, it is checked where the training begins
            check_training(context, plan)
        if dry_run or not json_:
            show_retrain_plan(plan, memory, expected, json_=json_)
        else:
            notes().print(expected)
        fewer = plan.fewer_folds(gate)
        if fewer:
            notes().print(fewer)
        show_memory(memory)
        if dry_run:
            return
        with progress("training") as advance:
            result = apply_retrain(
                context,
                plan,
                force=force,
                on_phase=lambda name, steps: advance(
                    completed=0, total=steps, description=f"training: {name}"
                ),
                on_step=lambda _: advance(),
            )
    if json_:
        show_json(retrain_json(result))
    else:
        show_retrain(result)


def curve(
    sizes: Annotated[
        list[int] | None, typer.Option("--size", min=1, help="Training articles; may be repeated.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each size.")] = 3,
    export: LearnedFrom = None,
    gpu_id: GpuId = -1,
    html: Html = None,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Show how F1 grows with the number of annotated articles, up to all of them.

    Example: annotate curve --size 10 --size 25 --seeds 3
    """
    from annotate.workflow.learning.curve import learning_curve, plan_curve

    with offline() as context:
        require_page(html, context.workspace, overwrite=overwrite)
        plan = plan_curve(context, sizes=sizes, seeds=seeds, export=export, gpu_id=gpu_id)
        with progress("training", plan.runs) as advance:
            points = learning_curve(
                context,
                plan,
                on_run=lambda size, seed: advance(description=f"{size} articles, seed {seed}"),
            )
        if html is not None:
            from annotate.pages.report.models import curve_section

            write_page(html, "Learning curve", [curve_section(plan, points)], context.scheme)
    show_curve(plan, points, json_=json_)
