"""`annotate ledger`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotate.cli.context import offline
from annotate.cli.options import Json, LookedAt, Overwrite
from annotate.cli.output.console import progress, show_json
from annotate.cli.output.tables import show_written

if TYPE_CHECKING:
    from annotate.quality.ledger import Entry
    from annotate.tables import Table


def ledger(
    export: LookedAt = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Every entry as a row, .csv or .jsonl. In CSV a text that begins with = + - or @ "
            "gets an apostrophe, so that no spreadsheet takes it for a formula.",
        ),
    ] = None,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Tell of every span, link and choice that does not reach the model as somebody made it.

    Example: annotate ledger --output ledger.csv
    """
    from annotate.cli.output.ledger import COLUMNS, entry_row, ledger_json, show_ledger
    from annotate.tables import open_table, require_table
    from annotate.workflow.learning.audit.ledger import report_ledger

    table: Table | None = None

    with ExitStack() as stack:
        context = stack.enter_context(offline())
        if output is not None:
            require_table(output, COLUMNS, context.workspace, overwrite=overwrite)
            table = stack.enter_context(open_table(output, COLUMNS))
        advance = stack.enter_context(progress("entries"))

        def enter(entry: Entry) -> None:
            advance()
            if table is not None:
                table.write(entry_row(entry))

        found = report_ledger(context, export=export, on_entry=enter)
    if json_:
        show_json(ledger_json(found))
    else:
        show_ledger(found)
    if output is not None and table is not None:
        show_written(table, output)
