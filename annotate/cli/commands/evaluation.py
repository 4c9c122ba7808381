"""`annotate evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, MaxRequests, Overwrite
from annotate.cli.output.console import notes, show_json
from annotate.cli.output.evaluation import show_evaluation, show_side_by_side
from annotate.errors import UsageError


def evaluate(
    predicted: Annotated[
        list[Path] | None, typer.Argument(help="Predictions for the same articles, JSONL.")
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
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            help="rules, prelabeller, a model's name or a directory; default: the one in use. "
            "Repeatable: then all are compared with the first.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            help="Also write a page with plots and all mistakes, by article (of one evaluation)."
        ),
    ] = None,
    overwrite: Overwrite = False,
    max_requests: MaxRequests = None,
    json_: Json = False,
) -> None:
    """Score predictions, or a model, against gold: a file, or the test articles of a version.

    Several are set side by side, with what the gate says if the first were in use.
    Warns of gold articles that taught the model. Exit code 3 where gold is a file of predictions.

    Example: annotate evaluate --export 3 --split test; or:
    annotate evaluate --gold gold.jsonl --model rules
    """
    from annotate.workflow.learning.assess import assess
    from annotate.workflow.learning.side_by_side import assess_each

    files, models = predicted or [], model or []
    if len(files) + len(models) > 1:
        if html is not None:
            raise UsageError("--html shows one evaluation: name one model or one file")
        with offline() as context:
            context.models.limit_requests(max_requests)
            compared = assess_each(
                context, models=models, predicted=files, gold=gold, export=export, split=split
            )
        for warning in compared.warnings():
            notes().print(warning)
        if json_:
            show_json(compared.to_json())
        else:
            show_side_by_side(compared)
        return
    with offline() as context:
        context.models.limit_requests(max_requests)
        if html is not None:
            from annotate.outputs import is_page, require_free

            require_free(
                html,
                context.workspace,
                replaceable=is_page,
                overwrite=overwrite,
                inputs=[file for file in (*files, gold) if file is not None],
            )
        result = assess(
            context,
            gold=gold,
            export=export,
            split=split,
            predicted=files[0] if files else None,
            model=models[0] if models else None,
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
