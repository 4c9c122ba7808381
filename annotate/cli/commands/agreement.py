"""`annotate agreement`."""

from __future__ import annotations

from typing import Annotated

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, LookedAt, Overwrite, PredictionFiles
from annotate.cli.output.agreement import agreement_json, show_agreement
from annotate.cli.output.console import progress, show_json
from annotate.cli.output.page import Html, require_page, write_page


def agreement(
    export: LookedAt = None,
    tolerance: Annotated[
        int, typer.Option(min=0, help="Words by which ends may differ to be near.")
    ] = 1,
    worst: Annotated[
        int, typer.Option(min=0, help="Articles to list, those with least agreement first.")
    ] = 10,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model to compare with people: asked again; repeatable."),
    ] = None,
    shown_models: Annotated[
        bool, typer.Option("--shown-models", help="Compare all models that people were shown.")
    ] = False,
    predictions: PredictionFiles = None,
    gamma: Annotated[
        bool, typer.Option("--gamma", help="Gamma too, an article at a time (extra gamma; slow).")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of gamma's random continua.")] = 0,
    html: Html = None,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Tell how far annotators of the same articles agree: pairwise F1 and alpha, blind work first.

    Spans, links and choices; who agrees with whom, models among them; the articles with least
    agreement, with the address of their task.

    Example: annotate agreement --shown-models --worst 20
    """
    from annotate.quality.agreement.gamma import gamma as gamma_of
    from annotate.workflow.learning.agreement import report_agreement

    with offline() as context:
        require_page(html, context.workspace, overwrite=overwrite, inputs=predictions or ())
        with progress("comparing") as advance:
            found = report_agreement(
                context,
                export=export,
                models=model or (),
                shown_models=shown_models,
                predictions=predictions or (),
                tolerance=tolerance,
                on_article=advance,
            )
        gammas = {}
        if gamma:
            for blind, articles in found.rated.items():
                several = [article for article in articles if len(article.people) > 1]
                with progress("gamma", total=len(several)) as advance:
                    gammas[blind] = gamma_of(
                        several, context.scheme.span_labels, seed=seed, on_article=advance
                    )
        if html is not None:
            from annotate.pages.report.agreement import agreement_section, differences_section
            from annotate.quality.report.differences import differences

            labels = context.scheme.span_labels
            apart = differences([*found.rated[True], *found.rated[False]], labels)
            parts = (agreement_section(found), differences_section(apart, labels))
            write_page(html, f"Agreement in {found.export}", parts, context.scheme)
    if json_:
        show_json(agreement_json(found, gammas))
    else:
        show_agreement(found, gammas, worst=worst, tolerance=tolerance)
