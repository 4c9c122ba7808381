"""`annotate models` and `prelabel`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.app import current_workspace
from annotate.cli.output import console, counted, notes, percent, progress, show_json, show_table

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
    from annotate.workflow.state.models import model_store

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
                percent((model.lineage.get("verdict") or {}).get("candidate")),
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
    from annotate.workflow.state.models import model_store

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

    from annotate.workflow.state.models import load_pipeline, model_store

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

    from annotate.workflow.learning.prelabel import prelabel as run
    from annotate.workflow.state.articles import workspace_articles
    from annotate.workflow.state.models import choose_model

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
