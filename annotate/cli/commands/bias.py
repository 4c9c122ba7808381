"""`annotate bias`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from annotate.cli.context import offline
from annotate.cli.options import Json, LookedAt, Overwrite
from annotate.cli.output.console import (
    console,
    notes,
    progress,
    show_json,
    show_reasons,
    show_table,
)
from annotate.cli.output.page import Html, require_page, write_page
from annotate.quality.ground import NOTHING

if TYPE_CHECKING:
    from annotate.quality.bias import Compared


def bias(
    export: LookedAt = None,
    html: Html = None,
    overwrite: Overwrite = False,
    json_: Json = False,
) -> None:
    """Tell whether people accept what the machine says: corrected work against blind work.

    Example: annotate bias --json
    """
    from annotate.workflow.learning.bias import report_bias

    with offline() as context:
        require_page(html, context.workspace, overwrite=overwrite)
        with progress("asking the models again") as advance:
            found = report_bias(context, export=export, on_article=advance)
        if html is not None:
            from annotate.pages.report.corrections import bias_section

            write_page(html, f"Bias in {found.export}", [bias_section(found)], context.scheme)
    if json_:
        show_json(asdict(found))
        return
    everybody = found.everybody
    if everybody.agreement is not None:
        show_table(
            ("", "blind", "corrected", "difference", "95 %"),
            [_row(*measure) for measure in everybody.measures],
            title=f"{everybody.blind_articles} blind and {everybody.corrected_articles} corrected "
            f"articles of {found.export}",
            numbers=(1, 2, 3),
        )
        show_reasons({name: held.reason for name, held, _ in everybody.measures})
    out = console()
    out.print(f"{everybody.verdict}: {everybody.reason}")
    for name, audit in found.by_annotator.items():
        out.print(f"{name}: {audit.verdict}: {audit.reason}")
    for told in found.notes():
        notes().print(told)


def _row(name: str, found: Compared, scale: float) -> tuple[str, str, str, str, str]:
    ends = [_number(edge, scale, "+.1f") for edge in (found.low, found.high)]
    return (
        name,
        _number(found.blind, scale, ".1f"),
        _number(found.corrected, scale, ".1f"),
        _number(found.difference, scale, "+.1f"),
        NOTHING if NOTHING in ends else " to ".join(ends),
    )


def _number(value: float | None, scale: float, form: str) -> str:
    return NOTHING if value is None else format(scale * value, form)
