"""`annotate bias`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from annotate.cli.context import offline
from annotate.cli.options import Json, LookedAt, Overwrite
from annotate.cli.output.console import (
    console,
    counted,
    notes,
    progress,
    show_json,
    show_reasons,
    show_table,
)
from annotate.cli.output.page import Html, require_page, write_page
from annotate.quality.ground import NOTHING

if TYPE_CHECKING:
    from annotate.quality.bias import BiasAudit, Compared


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
            [_row(name, found, scale) for name, found, scale in _measures(everybody)],
            title=f"{everybody.blind_articles} blind and {everybody.corrected_articles} corrected "
            f"articles of {found.export}",
            numbers=(1, 2, 3),
        )
        show_reasons({name: found.reason for name, found, _ in _measures(everybody)})
    out = console()
    out.print(f"{everybody.verdict}: {everybody.reason}")
    for name, audit in found.by_annotator.items():
        out.print(f"{name}: {audit.verdict}: {audit.reason}")
    if found.substituted:
        notes().print(
            f"{found.substituted} annotations were made with models that are gone; the one in use "
            "was asked instead, and may have learned from this very work"
        )
    if found.other_code:
        notes().print(
            f"{found.other_code} annotations were made with models that other code runs by now: "
            "they may not say again what people saw"
        )
    if found.left_out:
        notes().print(
            f"left out: {found.left_out} annotations of articles that are not blind, begun without "
            "predictions"
        )
    if found.model is None:
        notes().print("no model is in use: what people mark now, no machine has shown them")
    if found.models:
        notes().print(f"asked again: {counted(found.models)}")


def _measures(audit: BiasAudit) -> list[tuple[str, Compared, float]]:
    """Return name, numbers and scale of every measure that there is."""
    found = [("exact F1 with the model, %", audit.agreement, 100.0)]
    found.append(("spans per 100 words", audit.density, 1.0))
    found += [(f"share of {name}, %", share, 100.0) for name, share in (audit.labels or {}).items()]
    found.append(("median seconds per 100 words", audit.time, 1.0))
    return [(name, measure, scale) for name, measure, scale in found if measure is not None]


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
