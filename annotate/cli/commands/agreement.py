"""`annotate agreement`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from annotate.cli.context import offline
from annotate.cli.options import Json, LookedAt
from annotate.cli.output.console import console, many, show_json, show_reasons, show_table
from annotate.quality.ground import ends, percent, percent_interval

if TYPE_CHECKING:
    from annotate.quality.agreement import Agreement


_NOBODY = "no article was annotated by two people"


def agreement(export: LookedAt = None, json_: Json = False) -> None:
    """Tell how far annotators of the same articles agree: pairwise F1, blind work first.

    Example: annotate agreement --json
    """
    from annotate.workflow.learning.agreement import report_agreement

    with offline() as context:
        found = report_agreement(context, export=export)
    if json_:
        show_json(
            {
                "export": found.export,
                "blind": _agreement_json(found.blind),
                "corrected": _agreement_json(found.corrected),
            }
        )
        return
    for name, part in (("blind", found.blind), ("corrected", found.corrected)):
        if not part.articles:
            console().print(f"{name}: {_NOBODY}")
            continue
        show_table(
            ("", "exact F1", "95 %", "token F1", "95 %"),
            [
                (label, *_cells(part, "exact", label), *_cells(part, "token", label))
                for label in part.measures["exact"]
            ],
            title=f"{name}: {many(part.articles, 'article')}, "
            f"{many(part.pairs, 'pair')} of annotations",
            numbers=(1, 3),
        )
        show_reasons({label: m.reason for label, m in part.measures["exact"].items()})
        for (one, other), (count, f1) in sorted(part.by_pair.items()):
            console().print(f"{one}, {other}: {percent(f1)} on {many(count, 'article')}")


def _cells(part: Agreement, measure: str, label: str) -> tuple[str, str]:
    found = part.measures[measure][label]
    return percent(found.f1), percent_interval(ends(found.low, found.high))


def _agreement_json(part: Agreement) -> dict[str, Any]:
    return {
        "articles": part.articles,
        "pairs": part.pairs,
        "reason": None if part.articles else _NOBODY,
        "measures": {
            measure: {label: asdict(found) for label, found in labels.items()}
            for measure, labels in part.measures.items()
        },
        "by_pair": [
            {"annotators": list(names), "articles": count, "macro_exact_f1": f1}
            for names, (count, f1) in sorted(part.by_pair.items())
        ],
    }
