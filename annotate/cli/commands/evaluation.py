"""`annotate evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, ModelName, Overwrite
from annotate.cli.output.console import notes, show_json
from annotate.cli.output.evaluation import show_evaluation


def evaluate(
    predicted: Annotated[
        Path | None, typer.Argument(help="Predictions for the same articles, JSONL.")
    ] = None,
    gold: Annotated[
        Path | None,
        typer.Option(
            help="Annotated articles, annotate's own JSONL; by default those of an export version."
        ),
    ] = None,
    export: Annotated[
        str | None,
        typer.Option(help="Version that the gold comes from; by default the latest."),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            help="test, dev, train or all; by default test, and all of a file.", metavar="SPLIT"
        ),
    ] = None,
    model: ModelName = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Also write a page with plots and the first 300 mistakes."),
    ] = None,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Score predictions, or a model, against gold: a file, or the test articles of a version.

    Warns of gold articles that taught the model. Exit code 3 where gold is a file of predictions.

    Example: annotate evaluate --export 3 --split test; or:
    annotate evaluate --gold gold.jsonl --model rules
    """
    from annotate.workflow.learning.assess import assess

    with offline() as context:
        if html is not None:
            from annotate.outputs import is_page, require_free

            require_free(html, context.workspace, replaceable=is_page, overwrite=overwrite)
        result = assess(
            context, gold=gold, export=export, split=split, predicted=predicted, model=model
        )
    warnings = result.warnings()
    if html is not None:
        from annotate.files import write_atomic
        from annotate.pages.evaluation import evaluation_page

        name = result.gold.name if gold is None else gold.name
        page = evaluation_page(
            result.evaluation,
            title=f"{result.evaluation.name} on {name}",
            colours=context.scheme.colours,
            warnings=warnings,
        )
        write_atomic(html, page)
        notes().print(f"wrote {html}")
    for warning in warnings:
        notes().print(warning)
    if json_:
        show_json(result.to_json())
    else:
        show_evaluation(result.evaluation)
