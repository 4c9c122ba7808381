"""`annotate prelabel`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.context import offline_anywhere
from annotate.cli.options import (
    DryRun,
    Encoding,
    Json,
    MaxRequests,
    ModelName,
    Overwrite,
    Paths,
)
from annotate.cli.output.articles import articles_json, end_with_left_out, show_left_out
from annotate.cli.output.asking import (
    ask_first,
    asked_json,
    asking_json,
    check_limit,
    end_with_failed,
    plan_asking,
    show_asking,
)
from annotate.cli.output.console import console, counted, notes, progress, show_json
from annotate.errors import UsageError

if TYPE_CHECKING:
    from annotate.pipeline.registry import Model
    from annotate.prelabellers.protocol import AskPlan


def prelabel(
    paths: Paths = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The JSONL file to write.")
    ] = None,
    model: ModelName = None,
    encoding: Encoding = None,
    processes: Annotated[int, typer.Option(min=1, help="Processes to predict with.")] = 1,
    overwrite: Overwrite = False,
    max_requests: MaxRequests = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pre-label articles into a JSONL file; needs no server, and no workspace.

    A dry run says whom the prelabeller of annotate.yaml would ask, and how much.

    Example: annotate prelabel articles/ --output prelabelled.jsonl
    """
    from annotate.workflow.learning.prelabel import check_output
    from annotate.workflow.learning.prelabel import prelabel as run

    if output is None and not dry_run:
        raise UsageError("name the file to write: --output FILE; or look only: --dry-run")
    with offline_anywhere() as context:
        read = context.articles(paths, encoding=encoding).require()
        show_left_out(read)
        if output is not None:  # before anybody is asked for minutes
            check_output(context, output, overwrite=overwrite, inputs=map(Path, paths or ()))
        chosen = context.models.choose(model)
        check_limit(chosen, max_requests)
        context.models.limit_requests(max_requests)
        asks = plan_asking(context, chosen, read.articles)
        if output is None or dry_run:
            _show_plan(chosen, len(read.articles), asks, json_=json_)
            end_with_left_out(read)
            return
        if not json_:
            show_asking(asks)
        ask_first(context, asks, read.articles)
        with progress("pre-labelling", len(read.articles)) as advance:
            result = run(
                context,
                read.articles,
                chosen,
                output,
                processes=processes,
                overwrite=overwrite,
                on_article=advance,
            )
    for article_id, kept in read.same_text:
        notes().print(f"{article_id}: the same text as {kept}; written once")
    nothing = chosen.without_predictions()
    if nothing:
        notes().print(nothing)
    other = chosen.other_code()
    if other:
        notes().print(other)
    if json_:
        show_json(
            {
                "output": str(output),
                "articles": result.articles,
                "spans": result.spans,
                "links": result.links,
                "model_version": result.model_version,
                "left_out": result.left_out,
                **articles_json(read),
                **asked_json(context),
            }
        )
    else:
        console().print(
            f"wrote {result.articles} articles to {output}: {counted(result.spans)}, "
            f"{result.links} links, by {result.model_version}"
        )
    end_with_failed(context)
    end_with_left_out(read)


def _show_plan(model: Model, articles: int, asks: AskPlan | None, *, json_: bool) -> None:
    if json_:
        told = {"dry_run": True, "articles": articles, "model_version": model.version}
        show_json({**told, **asking_json(asks)})
        return
    console().print(f"would pre-label {articles} articles by {model.version}")
    show_asking(asks)
