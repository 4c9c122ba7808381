"""`annotate models`, `prelabel`, `retrain` and `evaluate`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import console, counted, notes, progress, show_json, show_table

if TYPE_CHECKING:
    from annotate.workflow.retrain import RetrainPlan, RetrainResult

app = typer.Typer(help="The pipelines of the workspace.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ModelName = Annotated[
    str | None,
    typer.Option("--model", help="rules, a model's name or a directory; default: the one in use."),
]


@app.command("list")
def list_(json_: Json = False) -> None:
    """List the models; the one in use is marked.

    Example: annotate models list
    """
    from annotate.workflow.models import model_store

    store = model_store(current_workspace())
    in_use = store.in_use().version
    models = [store.rules(), *store.models()]
    if json_:
        show_json(
            [
                {"version": m.version, "in_use": m.version == in_use, "lineage": dict(m.lineage)}
                for m in models
            ]
        )
        return
    show_table(
        ("", "model", "made", "export", "macro F1", "verdict"),
        [
            (
                "●" if model.version == in_use else "",
                model.version,
                model.lineage.get("created_at", ""),
                (model.lineage.get("export") or {}).get("name", ""),
                _percent((model.lineage.get("verdict") or {}).get("candidate")),
                (model.lineage.get("verdict") or {}).get("decision", ""),
            )
            for model in models
        ],
        numbers=(4,),
    )


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A model's name, or the beginning of it.")],
    json_: Json = False,
) -> None:
    """Show where a model comes from and what the gate said.

    Example: annotate models show spans-1a2b
    """
    from annotate.workflow.models import model_store

    model = model_store(current_workspace()).find(name)
    if json_:
        show_json(
            {"version": model.version, "path": str(model.path), "lineage": dict(model.lineage)}
        )
        return
    out = console()
    out.print(f"{model.version} in {model.path or 'the package'}")
    for key, value in model.lineage.items():
        if key == "span_issues":
            out.print(f"  {key}: {len(value)} (which: --json)")
        elif key not in ("scores", "incumbent_scores"):
            out.print(f"  {key}: {value}")


@app.command()
def use(
    name: Annotated[str, typer.Argument(help="rules, a model's name, or the beginning of it.")],
) -> None:
    """Make a model the one that pre-labels; `annotate sync` brings its predictions to open tasks.

    Example: annotate models use rules
    """
    workspace = current_workspace()

    from annotate.workflow.models import load_pipeline, model_store

    store = model_store(workspace)
    model = store.find(name)
    load_pipeline(workspace, model, workspace.scheme())
    store.use(model)
    console().print(f"{model.version} is in use")


def prelabel(
    paths: Annotated[list[Path], typer.Argument(help="Files, directories or globs.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The JSONL file to write.")],
    model: ModelName = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding, if not UTF-8.")] = None,
    processes: Annotated[int, typer.Option(min=1, help="Processes to predict with.")] = 1,
    json_: Json = False,
) -> None:
    """Pre-label articles into a JSONL file; needs no server.

    Example: annotate prelabel articles/ --output prelabelled.jsonl
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.workflow.inputs import workspace_articles
    from annotate.workflow.models import choose_model
    from annotate.workflow.prelabel import prelabel as run

    read = workspace_articles(workspace, paths, encoding=encoding)
    with progress("pre-labelling", len(read.articles)) as advance:
        result = run(
            workspace,
            scheme,
            read.articles,
            choose_model(workspace, model),
            output,
            processes=processes,
            on_article=advance,
        )
    for article_id, kept in read.same_text:
        notes().print(f"{article_id}: the same text as {kept}; written once")
    if json_:
        show_json(
            {
                "output": str(output),
                "articles": result.articles,
                "spans": result.spans,
                "links": result.links,
                "model_version": result.model_version,
                "left_out": result.left_out,
            }
        )
    else:
        console().print(
            f"wrote {result.articles} articles to {output}: {counted(result.spans)}, "
            f"{result.links} links, by {result.model_version}"
        )


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
    from annotate.workflow.inputs import workspace_articles
    from annotate.workflow.retrain import apply_retrain, plan_retrain

    try:
        articles = workspace_articles(workspace).articles
    except UsageError:
        articles = ()  # the articles may be gone; the export holds the texts
    plan = plan_retrain(workspace, scheme, export=export, articles=articles)
    if dry_run:
        _show_retrain_plan(plan, json_=json_)
        return
    if not json_:
        _show_retrain_plan(plan, json_=False)
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


def evaluate(
    gold: Annotated[Path, typer.Option(help="Annotated articles, annotate's own JSONL.")],
    predicted: Annotated[
        Path | None, typer.Argument(help="Predictions for the same articles, JSONL.")
    ] = None,
    model: ModelName = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Also write a page with plots and every mistake in its text."),
    ] = None,
    json_: Json = False,
) -> None:
    """Score predictions, or a model, against gold.

    Example: annotate evaluate --gold gold.jsonl --model rules
    """
    workspace = current_workspace()
    scheme = workspace.scheme()

    from annotate.errors import UsageError
    from annotate.workflow.evaluate import evaluate_files, evaluate_model
    from annotate.workflow.models import choose_model

    if predicted is not None and model is not None:
        raise UsageError("give a file with predictions or --model, not both")
    if predicted is not None:
        result = evaluate_files(gold, scheme.span_labels, predicted)
    else:
        result = evaluate_model(workspace, scheme, gold, choose_model(workspace, model))
    if html is not None:
        from annotate.files import write_atomic
        from annotate.workflow.evaluation_page import evaluation_page

        title = f"{predicted or choose_model(workspace, model).version} on {gold.name}"
        write_atomic(html, evaluation_page(result, title=title))
        notes().print(f"wrote {html}")
    if json_:
        show_json(result.to_json())
        return
    show_table(
        ("label", "gold", "predicted", "exact P", "R", "F1", "overlap F1", "token F1"),
        [
            (
                label,
                counts["exact"].gold,
                counts["exact"].predicted,
                _percent(counts["exact"].precision),
                _percent(counts["exact"].recall),
                _percent(counts["exact"].f1),
                _percent(counts["overlap"].f1),
                _percent(counts["token"].f1),
            )
            for label, counts in result.counts.items()
        ],
        numbers=(1, 2, 3, 4, 5, 6, 7),
    )
    low, high = result.interval
    console().print(
        f"macro exact F1 {_percent(result.macro['exact'])} "
        f"(95 % interval {_percent(low)} to {_percent(high)}, {len(result.scores)} articles)"
    )
    kinds = Counter(mistake.kind for mistake in result.mistakes)
    console().print(f"mistakes: {counted(dict(sorted(kinds.items())))}")
    if result.calibration.spans:
        console().print(
            f"expected calibration error of the scores: {result.calibration.error:.3f} "
            f"({result.calibration.spans} spans)"
        )


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

    from annotate.workflow.curve import learning_curve
    from annotate.workflow.retrain import plan_retrain

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
                _percent(point["mean"]),
                _percent(point["deviation"]),
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
        f"macro exact F1: {_percent(verdict.incumbent)} → {_percent(verdict.candidate)}, "
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


def _show_retrain_plan(plan: RetrainPlan, *, json_: bool) -> None:
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
    }
    if json_:
        show_json({"dry_run": True, **numbers})
        return
    console().print(
        f"export {plan.version.name}: {len(plan.train)} articles to learn from, "
        f"{len(plan.foreign)} of foreign corpora, {len(plan.dev)} "
        f"for development, {len(plan.test)} test; {len(plan.pool)} texts for weak labels; "
        f"in use: {plan.incumbent.version}"
    )


def _change(before: float, after: float) -> str:
    return f"{_percent(before)} → {_percent(after)}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"
