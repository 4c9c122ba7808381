"""`annotate prelabel`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.context import offline_anywhere
from annotate.cli.options import Encoding, Json, ModelName, Overwrite
from annotate.cli.output.articles import articles_json, end_with_left_out, show_left_out
from annotate.cli.output.console import console, counted, notes, progress, show_json


def prelabel(
    paths: Annotated[list[Path], typer.Argument(help="Files, directories or globs.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The JSONL file to write.")],
    model: ModelName = None,
    encoding: Encoding = None,
    processes: Annotated[int, typer.Option(min=1, help="Processes to predict with.")] = 1,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Pre-label articles into a JSONL file; needs no server, and no workspace.

    Example: annotate prelabel articles/ --output prelabelled.jsonl
    """
    from annotate.workflow.learning.prelabel import prelabel as run

    with offline_anywhere() as context:
        read = context.articles(paths, encoding=encoding).require()
        show_left_out(read)
        chosen = context.models.choose(model)
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
            }
        )
    else:
        console().print(
            f"wrote {result.articles} articles to {output}: {counted(result.spans)}, "
            f"{result.links} links, by {result.model_version}"
        )
    end_with_left_out(read)
