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
    Places,
    refuse_options,
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
from annotate.cli.output.sharding import make_engine, prelabel_to_shards, shard_options
from annotate.errors import UsageError

if TYPE_CHECKING:
    from annotate.pipeline.registry import Model
    from annotate.prelabellers.protocol import AskPlan


def prelabel(
    paths: Places = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The JSONL file to write.")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(help="Directory, or address that fsspec knows, to write shards to."),
    ] = None,
    model: ModelName = None,
    encoding: Encoding = None,
    processes: Annotated[
        int, typer.Option("--processes", "--workers", min=1, help="Processes to predict with.")
    ] = 1,
    shards: Annotated[
        int | None, typer.Option(min=1, help="Shards of --out; default: by the size of the input.")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="Files of --out: jsonl, jsonl.gz or parquet.")
    ] = "jsonl",
    shard: Annotated[
        str, typer.Option("--shard", help="K/N: do the K-th of N parts of --out alone.")
    ] = "1/1",
    replace_after: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Articles after which a worker of --out is replaced.",
            show_default="25000",
        ),
    ] = None,
    max_memory: Annotated[
        int | None,
        typer.Option(min=1, help="Megabytes from which a worker of --out is replaced."),
    ] = None,
    engine: Annotated[
        str, typer.Option(help="Who predicts for --out: local, or ray (extra ray).")
    ] = "local",
    address: Annotated[
        str | None, typer.Option(help="Address of the Ray cluster; default: one of this machine.")
    ] = None,
    overwrite: Overwrite = False,
    max_requests: MaxRequests = None,
    dry_run: DryRun = False,
    json_: Json = False,
) -> None:
    """Pre-label articles into a JSONL file; needs no server, and no workspace.

    With --out into a directory of shards, by several processes or machines; a run that was
    interrupted goes on where it was. A dry run says whom the prelabeller of annotate.yaml would
    ask, and how much.

    Example: annotate prelabel articles/ --output prelabelled.jsonl

    Example: annotate prelabel crawl/*.jsonl.gz --out prelabelled/ --workers 8
    """
    from annotate.workflow.learning.prelabel import check_output
    from annotate.workflow.learning.prelabel import prelabel as run

    if out is None:
        refuse_options(
            "is for shards",
            "name their directory with --out",
            {
                "--shards": shards is not None,
                "--format": format_ != "jsonl",
                "--shard": shard != "1/1",
                "--replace-after": replace_after is not None,
                "--max-memory": max_memory is not None,
                "--engine": engine != "local",
                "--address": address is not None,
            },
        )
    else:
        if output is not None:
            raise UsageError("--output writes one file, --out shards: name one of them")
        refuse_options(
            "is not for shards",
            "a run goes on where it was, and a pipeline asks nobody",
            {"--overwrite": overwrite, "--max-requests": max_requests is not None},
        )
        options = shard_options(
            shards=shards,
            format_=format_,
            part=shard,
            replace_after=replace_after,
            megabytes=max_memory,
            encoding=encoding,
        )
        chosen_engine = make_engine(engine, workers=processes, address=address)
        with offline_anywhere() as context:
            prelabel_to_shards(
                context, paths, out, model, options, chosen_engine, dry_run=dry_run, json_=json_
            )
        return
    if output is None and not dry_run:
        raise UsageError(
            "name the file to write: --output FILE; or a directory of shards: --out DIR; "
            "or look only: --dry-run"
        )
    files = [Path(path) for path in paths or ()]
    with offline_anywhere() as context:
        read = context.articles(files, encoding=encoding).require()
        show_left_out(read)
        if output is not None:  # before anybody is asked for minutes
            check_output(context, output, overwrite=overwrite, inputs=files)
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
