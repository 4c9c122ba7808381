"""`annotate retrain` and `curve`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import (
    console,
    notes,
    percent,
    progress,
    show_json,
    show_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from annotate.records import Article
    from annotate.workflow.learning.memory import MemoryNeed
    from annotate.workflow.learning.retrain import RetrainPlan, RetrainResult

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def retrain(
    export: Annotated[
        str | None, typer.Option(help="Version to learn from; by default the latest.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Put the candidate to use whatever the gate says.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be learned from; train nothing.")
    ] = False,
    json_: Json = False,
) -> None:
    """Train a pipeline from an export version and compare it with the one in use.

    Example: annotate retrain --export 3
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.errors import UsageError
    from annotate.workflow.learning.memory import memory_need
    from annotate.workflow.learning.retrain import apply_retrain, plan_retrain
    from annotate.workflow.state.articles import workspace_articles

    articles: Iterable[Article] = ()
    with suppress(UsageError):  # the articles may be gone; the export holds the texts
        articles = workspace_articles(workspace).articles
    plan = plan_retrain(workspace, scheme, export=export, articles=articles)
    memory = memory_need(workspace, plan)
    if dry_run or not json_:
        _show_retrain_plan(plan, memory, json_=json_)
    if memory.scarce:
        notes().print(
            f"training may need {memory.expected:.0f} MB of memory, and "
            f"{memory.available:.0f} MB are free: close other programs, or learn from less"
        )
    if dry_run:
        return
    with progress("training") as advance:
        result = apply_retrain(
            workspace,
            scheme,
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
    export: Annotated[
        str | None, typer.Option(help="Version to learn from; by default the latest.")
    ] = None,
    json_: Json = False,
) -> None:
    """Show how F1 grows with the number of annotated articles, up to all of them.

    Example: annotate curve --size 10 --size 25 --seeds 3
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.workflow.learning.curve import learning_curve
    from annotate.workflow.learning.retrain import plan_retrain

    plan = plan_retrain(workspace, scheme, export=export)
    all_sizes = sorted(
        set(sizes or [n for n in (10, 25, 50, 100, 200, 400) if n < len(plan.train)])
    )
    if not sizes:
        all_sizes.append(len(plan.train))
    with progress("training", len(all_sizes) * seeds) as advance:
        points = learning_curve(
            workspace,
            scheme,
            plan,
            sizes=all_sizes,
            seeds=seeds,
            on_run=lambda size, seed: advance(description=f"{size} articles, seed {seed}"),
        )
    found = [point.to_json() for point in points]
    if json_:
        show_json({"test_articles": len(plan.test), "points": found})
        return
    show_table(
        ("articles", "macro exact F1", "deviation", ""),
        [
            (
                point["articles"] or f"none ({plan.incumbent.version})",
                percent(point["mean"]),
                percent(point["deviation"]),
                "█" * round(40 * point["mean"]),
            )
            for point in found
        ],
        title=f"Learning curve on {len(plan.test)} test articles, {seeds} seeds",
        numbers=(1, 2),
    )


def retrain_json(result: RetrainResult) -> dict[str, Any]:
    """Return a retraining as JSON."""
    return {
        "model": result.model.version,
        "promoted": result.promoted,
        "forced": result.forced,
        "lineage": dict(result.model.lineage),
    }


def show_retrain(result: RetrainResult) -> None:
    """Print the comparison on test articles and the gate's verdict, whichever way it goes."""
    verdict = result.verdict
    before = result.model.lineage["incumbent"]
    if result.train.issues or result.train.unreachable:
        notes().print(
            f"{len(result.train.issues)} gold spans were moved to token boundaries or lost, "
            f"{len(result.train.unreachable)} cannot be produced by the model; "
            f"which ones: annotate models show {result.model.version} --json"
        )
    show_table(
        ("label", "gold", "exact", "difference (95 %)", "overlap", "token"),
        [
            (
                change.label,
                result.after.counts[change.label]["exact"].gold,
                _change(change.incumbent, change.candidate),
                (
                    f"{100 * (change.candidate - change.incumbent):+.1f} "
                    f"({100 * change.low:+.1f} to {100 * change.high:+.1f})"
                ),
                *(
                    _change(
                        result.before.counts[change.label][measure].f1,
                        result.after.counts[change.label][measure].f1,
                    )
                    for measure in ("overlap", "token")
                ),
            )
            for change in verdict.labels
        ],
        title=f"F1 on {verdict.articles} test articles, annotated blind: "
        f"{before} → {result.model.version}",
        numbers=(1,),
    )
    out = console()
    out.print(
        f"macro exact F1: {percent(verdict.incumbent)} → {percent(verdict.candidate)}, "
        f"difference {100 * verdict.difference:+.1f} "
        f"(95 % interval {100 * verdict.low:+.1f} to {100 * verdict.high:+.1f})"
    )
    out.print(f"verdict: {verdict.decision}: {verdict.reason}")
    if result.forced:
        out.print(f"{result.model.version} is in use all the same: --force")
    elif result.promoted:
        out.print(f"{result.model.version} is in use; annotate sync brings it to open tasks")
    else:
        out.print(
            f"{before} stays in use; {result.model.version} is kept: "
            f"annotate models use {result.model.version}"
        )


def _show_retrain_plan(plan: RetrainPlan, memory: MemoryNeed, *, json_: bool) -> None:
    numbers = {
        "export": plan.version.name,
        "train": len(plan.train),
        "foreign": len(plan.foreign),
        "dev": len(plan.dev),
        "test": len(plan.test),
        "left_out": plan.left_out,
        "pool": len(plan.pool),
        "labels": list(plan.labels),
        "incumbent": plan.incumbent.version,
        "memory_mb": round(memory.expected),
    }
    if json_:
        show_json({"dry_run": True, **numbers})
        return
    console().print(
        f"export {plan.version.name}: {len(plan.train)} articles to learn from, "
        f"{len(plan.foreign)} of foreign corpora, {len(plan.dev)} "
        f"for development, {len(plan.test)} test; {len(plan.pool)} texts for weak labels; "
        f"in use: {plan.incumbent.version}; about {memory.expected:.0f} MB of memory"
    )


def _change(before: float, after: float) -> str:
    return f"{percent(before)} → {percent(after)}"
