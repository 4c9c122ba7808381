"""`annotate bias`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from annotate.cli.context import offline
from annotate.cli.options import Json, LookedAt
from annotate.cli.output.console import (
    console,
    counted,
    notes,
    progress,
    show_json,
    show_table,
)

if TYPE_CHECKING:
    from annotate.quality.bias import BiasAudit, Compared


def bias(export: LookedAt = None, json_: Json = False) -> None:
    """Tell whether people accept what the machine says: corrected work against blind work.

    Example: annotate bias --json
    """
    from annotate.workflow.learning.bias import report_bias

    with offline() as context, progress("asking the models again") as advance:
        found = report_bias(context, export=export, on_article=advance)
    if json_:
        show_json(asdict(found))
        return
    everybody = found.everybody
    if everybody.agreement is not None:
        show_table(
            ("", "blind", "corrected", "difference", "95 %"),
            _rows(everybody),
            title=f"{everybody.blind_articles} blind and {everybody.corrected_articles} corrected "
            f"articles of {found.export}",
            numbers=(1, 2, 3),
        )
    out = console()
    out.print(f"{everybody.verdict}: {everybody.reason}")
    for name, audit in found.by_annotator.items():
        out.print(f"{name}: {audit.verdict}: {audit.reason}")
    if found.substituted:
        notes().print(
            f"{found.substituted} annotations were made with models that are gone; the one in use "
            "was asked instead, and may have learned from this very work"
        )
    notes().print(f"asked again: {counted(found.models)}")


def _rows(audit: BiasAudit) -> list[tuple[str, str, str, str, str]]:
    rows = [_row("exact F1 with the model, %", audit.agreement, 100.0)]
    rows.append(_row("spans per 100 words", audit.density))
    for label, share in (audit.labels or {}).items():
        rows.append(_row(f"share of {label}, %", share, 100.0))
    rows.append(_row("median seconds per 100 words", audit.time))
    return [row for row in rows if row is not None]


def _row(
    name: str, compared: Compared | None, scale: float = 1.0
) -> tuple[str, str, str, str, str] | None:
    if compared is None:
        return None
    return (
        name,
        f"{scale * compared.blind:.1f}",
        f"{scale * compared.corrected:.1f}",
        f"{scale * compared.difference:+.1f}",
        f"{scale * compared.low:+.1f} to {scale * compared.high:+.1f}",
    )
