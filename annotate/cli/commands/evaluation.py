"""`annotate evaluate`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, ModelName
from annotate.cli.output.console import (
    console,
    counted,
    notes,
    percent,
    show_json,
    show_table,
)

if TYPE_CHECKING:
    from annotate.workflow.learning.evaluate import Evaluation


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
        _show(result)


def _show(result: Evaluation) -> None:
    show_table(
        ("label", "gold", "predicted", "exact P", "R", "F1", "95 %", "overlap F1", "token F1"),
        [
            (
                label,
                counts["exact"].gold,
                counts["exact"].predicted,
                percent(counts["exact"].precision),
                percent(counts["exact"].recall),
                percent(counts["exact"].f1),
                " to ".join(percent(edge) for edge in result.label_intervals[label]),
                percent(counts["overlap"].f1),
                percent(counts["token"].f1),
            )
            for label, counts in result.counts.items()
        ],
        numbers=(1, 2, 3, 4, 5, 7, 8),
    )
    low, high = result.interval
    console().print(
        f"macro exact F1 {percent(result.macro['exact'])} "
        f"(95 % interval {percent(low)} to {percent(high)}, {len(result.scores)} articles)"
    )
    kinds = Counter(mistake.kind for mistake in result.mistakes)
    console().print(f"mistakes: {counted(dict(sorted(kinds.items())))}")
    if result.calibration.spans:
        console().print(
            f"expected calibration error of the scores: {result.calibration.error:.3f} "
            f"({result.calibration.spans} spans)"
        )
