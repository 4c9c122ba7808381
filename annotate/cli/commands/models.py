"""`annotate models` and `prelabel`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.context import offline
from annotate.cli.options import Commands, DryRun, Json, parse_renames
from annotate.cli.output.comparison import is_alone, macro_text
from annotate.cli.output.console import (
    console,
    counted,
    notes,
    show_json,
    show_reasons,
    show_table,
)
from annotate.cli.output.training import config_lines, judged_on
from annotate.errors import AnnotateError
from annotate.quality.ground import percent

if TYPE_CHECKING:
    from annotate.pipeline.registry import Model
    from annotate.workflow.learning.lineage import Judged

app = Commands(
    help="The pipelines of the workspace. Example: annotate models list", no_args_is_help=True
)


@app.command("list")
def list_(json_: Json = False) -> None:
    """List the models; the one in use is marked.

    Example: annotate models list
    """
    from annotate.workflow.learning.lineage import judged

    with offline() as context:
        store = context.models.store
        in_use, broken = None, []
        try:
            in_use = store.in_use().version
        except AnnotateError as error:
            broken.append(error.message)
        try:
            untrained = store.untrained()
        except AnnotateError as error:  # the prelabeller of annotate.yaml
            broken.append(error.message)
            untrained = store.untrained(configured=False)
        models = [*untrained, *store.models()]
    for told in dict.fromkeys(broken):
        notes().print(f"cannot be used: {told}")
    if json_:
        show_json(
            [
                {
                    "version": m.version,
                    "name": m.name,
                    "asks": m.asks,
                    "in_use": m.version == in_use,
                    "lineage": dict(m.lineage),
                }
                for m in models
            ]
        )
        return
    rows = [(model, judged(model.lineage)) for model in models]
    show_table(
        ("", "model", "made", "export", "macro F1", "measured on", "verdict"),
        [
            (
                "●" if model.version == in_use else "",
                model.version,
                model.lineage.get("created_at", ""),
                (model.lineage.get("export") or {}).get("name", ""),
                percent(found.candidate),
                _measured_on(found),
                found.decision,
            )
            for model, found in rows
        ],
        numbers=(4,),
    )
    show_reasons({m.version: found.reason for m, found in rows if found.candidate is None})
    if sum(found.candidate is not None for _, found in rows) > 1:
        notes().print(
            "figures on other articles do not compare; on the same ones: annotate evaluate --model "
            "NAME, for each model"
        )
    for model in models:
        _show_other_code(model)
        if model.asks is not None:
            notes().print(f"{model.version}: prelabeller of annotate.yaml, asks {model.asks}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A model's name, or the beginning of it.")],
    json_: Json = False,
) -> None:
    """Show where a model comes from and what the gate said.

    Example: annotate models show spans-1a2b
    """
    from annotate.workflow.learning.lineage import judged
    from annotate.workflow.learning.span_issues import told_issues

    with offline() as context:
        model = context.models.store.find(name)
    if json_:
        show_json(
            {
                "version": model.version,
                "name": model.name,
                "path": str(model.path),
                "lineage": dict(model.lineage),
            }
        )
        return
    out = console()
    without = model.without_predictions()
    if without is not None:
        out.print(f"{model.version}: {without}")
        return
    where = f"in {model.path or 'the package'}"
    if model.configured:
        where = "of annotate.yaml" + (f", asks {model.asks}" if model.asks else "")
    out.print(f"{model.version} {where}")
    _show_other_code(model)
    found = judged(model.lineage)
    said = macro_text(found, found.interval, alone=is_alone(model.lineage))
    out.print(f"macro exact F1 on {judged_on(found)}: {said}")
    show_reasons({"these": found.reason})
    for key, value in model.lineage.items():
        if key == "span_issues":
            out.print(f"  {key}: {len(value)} (which: --json)")
            for line in told_issues(value):
                out.print(f"    {line}")
        elif key == "texts":
            held = {how: len(texts) for how, texts in value.items()}
            out.print(f"  texts that taught it: {counted(held)} (hashes: --json)")
        elif key == "config" and value is not None:
            for line in config_lines(value):
                out.print(f"  {line}")
        elif key == "verdict":
            out.print(f"  verdict: {found.decision}: {value.get('reason', '')}")
        elif key not in ("scores", "incumbent_scores"):
            out.print(f"  {key}: {value if isinstance(value, str) else json.dumps(value)}")


@app.command()
def use(
    name: Annotated[
        str, typer.Argument(help="rules, none, prelabeller, a model's name, or its beginning.")
    ],
) -> None:
    """Make a model the one that pre-labels; `annotate sync` brings its predictions to open tasks.

    Example: annotate models use rules
    """
    with offline(writes=True) as context:
        model = context.models.use(name)
    _show_other_code(model)
    asks = f"; it asks {model.asks}" if model.asks else ""
    console().print(f"{model.version} is in use{asks}")
    without = model.without_predictions()
    if without is not None:
        notes().print(without)


@app.command()
def add(
    pipeline: Annotated[
        str, typer.Argument(help="A directory with a spaCy pipeline, or an installed package.")
    ],
    spans_key: Annotated[
        str | None,
        typer.Option(help="Span group to read; by default sc, else the only one, else --ents."),
    ] = None,
    ents: Annotated[bool, typer.Option("--ents", help="Read the entities.")] = False,
    labels: Annotated[
        list[str] | None,
        typer.Option(help="What its labels are called here; repeatable.", metavar="FROM=TO,…"),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="A label of its that is not read; repeatable.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Beginning of its version; by default the directory's name.")
    ] = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Keep a spaCy pipeline from elsewhere as a model: it can pre-label, and be judged.

    It is tried on up to 50 articles of the workspace first.

    Example: annotate models add en_core_web_sm --labels PERSON=Source,ORG=Source --drop DATE
    """
    from annotate.workflow.learning.adding import apply_add, plan_add

    with offline(writes=not dry_run) as context:
        plan = plan_add(
            context,
            pipeline,
            spans_key=spans_key,
            ents=ents,
            labels=parse_renames(labels or []),
            drop=[label.strip() for given in drop or [] for label in given.split(",")],
            name=name,
        )
        model = None if dry_run else apply_add(context, plan)
    for warning in plan.warnings():
        notes().print(warning)
    if json_:
        version = None if model is None else model.version
        show_json({"dry_run": dry_run, "version": version, **plan.to_json()})
        return
    console().print(
        f"it has in {plan.found.articles} articles: {plan.found}; read: {plan.reading}, as "
        f"{counted(dict(plan.fitting))}"
    )
    if model is None:
        console().print(f"would add it as {plan.name}-…")
        return
    console().print(
        f"added {model.version}; to pre-label with it: annotate models use {model.version}"
    )


def _measured_on(found: Judged) -> str:
    """Return in the fewest words on what a figure rests."""
    tested = found.articles - found.folded
    blind = "" if found.blind is None else f" ({found.blind} blind)"
    parts = [f"{found.folded} by folds"] if found.folded else []
    return ", ".join([*parts, *([f"{tested} test{blind}"] if tested else [])])


def _show_other_code(model: Model) -> None:
    other = model.other_code()
    if other:
        notes().print(other)
