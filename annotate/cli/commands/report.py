"""`annotate report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotate.cli.context import offline, offline_anywhere
from annotate.cli.options import Json, LookedAt, Overwrite, refuse_options
from annotate.cli.output.console import console, many, progress, show_json
from annotate.cli.output.report_of_shards import report_shards
from annotate.cli.output.tables import show_guarded

HARDEST = 5


def report(
    output: Annotated[Path, typer.Option("--output", "-o", help="The page to write.")] = Path(
        "report.html"
    ),
    tables: Annotated[
        Path | None,
        typer.Option(help="Directory for the tables as CSV; by default one beside the page."),
    ] = None,
    in_: Annotated[
        str | None,
        typer.Option("--in", help="Shards: what is marked there, by outlet and by month."),
    ] = None,
    export: LookedAt = None,
    hardest: Annotated[
        int | None,
        typer.Option(
            min=0, help="Articles to show, those with least agreement first.", show_default="5"
        ),
    ] = None,
    bias: Annotated[
        bool, typer.Option("--bias", help="The audit of annotate bias too; models are asked.")
    ] = False,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Write how the work stands as one HTML page, and each of its tables as CSV beside it.

    Progress and pace, people, agreement, differences, what is marked, corrections, calibration,
    models, the hardest articles. The page needs no network and no script, and no server is asked.

    Of shards, which people have not seen, the page says what is marked.

    Example: annotate report -o report.html

    Example: annotate report --in prelabelled/ -o prelabelled.html
    """
    from annotate.archive.lines import archive_at
    from annotate.files import write_atomic
    from annotate.outputs import is_page, require_free
    from annotate.pages.report.files import require_tables, write_tables
    from annotate.pages.report.page import report_page
    from annotate.pages.report.parts import tables_of
    from annotate.workflow.learning.report import report_work

    beside = tables or output.with_name(f"{output.stem}-tables")
    with offline_anywhere() if in_ is not None else offline() as context:
        require_free(output, context.workspace, replaceable=is_page, overwrite=overwrite)
        require_tables(beside, context.workspace, overwrite=overwrite)
        if in_ is not None:
            refuse_options(
                "is about people's work, and shards have none",
                "leave it out, or --in",
                {
                    "--export": export is not None,
                    "--hardest": hardest is not None,
                    "--bias": bias,
                },
            )
            report_shards(context, archive_at(in_), output, beside, json_=json_)
            return
        with progress("reading the work") as advance:
            found = report_work(
                context,
                export=export,
                hardest=HARDEST if hardest is None else hardest,
                bias=bias,
                on_article=advance,
            )
        sections, page = report_page(found, context.scheme, title=context.settings.project)
    write_atomic(output, page)
    written = tables_of(sections)
    guarded = write_tables(beside, written)
    if json_:
        show_json(
            {
                "export": found.export,
                "page": str(output),
                "tables": [str(beside / f"{table.name}.csv") for table in written],
                "guarded_cells": guarded,
            }
        )
        return
    console().print(f"wrote {output} and {many(len(written), 'table')} in {beside}")
    show_guarded(guarded)
