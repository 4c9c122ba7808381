"""`annotate evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, ModelName
from annotate.cli.output.console import notes, show_json
from annotate.cli.output.evaluation import show_evaluation


def evaluate(
    gold: Annotated[Path, typer.Option(help="Annotated articles, annotate's own JSONL.")],
    predicted: Annotated[
        Path | None, typer.Argument(help="Predictions for the same articles, JSONL.")
    ] = None,
    model: ModelName = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Also write a page with plots and the first 300 mistakes."),
    ] = None,
    json_: Json = False,
) -> None:
    """Score predictions, or a model, against gold.

    Example: annotate evaluate --gold gold.jsonl --model rules
    """
    from annotate.workflow.learning.evaluate import evaluate as run

    with offline() as context:
        result = run(context, gold, predicted=predicted, model=model)
    if html is not None:
        from annotate.files import write_atomic
        from annotate.pages.evaluation import evaluation_page

        title = f"{result.name} on {gold.name}"
        page = evaluation_page(result, title=title, colours=context.scheme.colours)
        write_atomic(html, page)
        notes().print(f"wrote {html}")
    if json_:
        show_json(result.to_json())
    else:
        show_evaluation(result)
