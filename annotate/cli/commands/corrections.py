"""`annotate corrections`."""

from __future__ import annotations

from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, LookedAt, Overwrite
from annotate.cli.output.console import progress, show_json
from annotate.cli.output.page import Html, require_page, write_page
from annotate.cli.output.tables import show_written

if TYPE_CHECKING:
    from annotate.quality.corrections.tally import CorrectedWork
    from annotate.tables import Table


class _By(StrEnum):
    label = "label"
    model = "model"
    annotator = "annotator"
    score = "score"
    outlet = "outlet"
    rule = "rule"


def corrections(
    export: LookedAt = None,
    by: Annotated[_By, typer.Option(help="What the table is divided by.")] = _By.label,
    examples: Annotated[
        int, typer.Option(min=0, help="Examples of each pattern, in their text.")
    ] = 2,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Every correction as a row, .csv or .jsonl. In CSV a text that begins with = + - "
            "or @ gets an apostrophe, so that no spreadsheet takes it for a formula.",
        ),
    ] = None,
    html: Html = None,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Tell what people corrected in the predictions that they were shown.

    Example: annotate corrections --by rule --output corrections.csv
    """
    from annotate.cli.output.corrections import (
        COLUMNS,
        correction_rows,
        corrections_json,
        show_corrections,
    )
    from annotate.quality.corrections.tally import By
    from annotate.tables import open_table, require_table
    from annotate.workflow.learning.audit.corrections import report_corrections

    table: Table | None = None

    def write(work: CorrectedWork) -> None:
        if table is not None:
            for row in correction_rows(work):
                table.write(row)

    with ExitStack() as stack:
        context = stack.enter_context(offline())
        require_page(html, context.workspace, overwrite=overwrite)
        if output is not None:
            require_table(output, COLUMNS, context.workspace, overwrite=overwrite)
            table = stack.enter_context(open_table(output, COLUMNS))
        advance = stack.enter_context(progress("comparing"))
        found = report_corrections(
            context, export=export, examples=examples, on_work=write, on_article=advance
        )
    if html is not None:
        from annotate.pages.report.corrections import calibration_section, corrections_section

        parts = (corrections_section(found), calibration_section(found))
        write_page(html, f"Corrections in {found.export}", parts, context.scheme)
    chosen = next(name for name in get_args(By) if name == by.value)
    if json_:
        show_json(corrections_json(found, None))
    else:
        show_corrections(found, chosen)
    if output is not None and table is not None:
        show_written(table, output)
