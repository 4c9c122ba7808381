"""What `annotate evaluate` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.cli.output.console import console, counted, many, show_reasons, show_table
from annotate.quality.ground import (
    ALL,
    ends,
    percent,
    percent_interval,
    points,
    points_interval,
)

if TYPE_CHECKING:
    from annotate.workflow.learning.evaluation import Evaluation
    from annotate.workflow.learning.side_by_side import SideBySide


def show_evaluation(result: Evaluation) -> None:
    """Print the scores label by label, the mean, and the mistakes by kind."""
    show_table(
        ("label", "gold", "predicted", "exact P", "R", "F1", "95 %", "overlap F1", "token F1"),
        [
            (
                label,
                counts["exact"].gold,
                counts["exact"].predicted,
                percent(counts["exact"].precision),
                percent(counts["exact"].recall),
                percent(counts["exact"].f1),
                percent_interval(result.label_intervals[label]),
                percent(counts["overlap"].f1),
                percent(counts["token"].f1),
            )
            for label, counts in result.rows()
        ],
        numbers=(1, 2, 3, 4, 5, 7, 8),
    )
    console().print(
        f"macro exact F1 {percent(result.macro['exact'])} "
        f"(95 % interval {percent_interval(result.interval)}, "
        f"{many(len(result.scores), 'article')})"
    )
    show_reasons({"macro F1" if name == ALL else name: w for name, w in result.reasons.items()})
    for kind, c in result.extras.links.items():
        console().print(
            f"links {kind}: P {percent(c.precision)}, R {percent(c.recall)}, F1 {percent(c.f1)} "
            f"({c.gold} in the gold; both ends have to be right)"
        )
    for name, chosen in result.extras.choices.items():
        console().print(
            f"{name}: {percent(chosen.share)} right on {many(chosen.of, 'span')} that were found"
        )
    console().print(f"mistakes: {counted(dict(sorted(result.kinds.items())))}")
    if result.calibration.error is not None:
        console().print(
            f"expected calibration error of the scores: {result.calibration.error:.3f} "
            f"({result.calibration.spans} spans)"
        )


def show_side_by_side(found: SideBySide) -> None:
    """Print one row for each that was scored: exact F1, and how it compares with the first."""
    first, gold = found.assessments[0].evaluation, found.assessments[0].gold
    against = [("–", "–")]
    for verdict in found.verdicts:
        interval = points_interval(ends(verdict.low, verdict.high))
        against.append((f"{points(verdict.difference)} ({interval})", verdict.decision))
    rows = []
    for each, compared in zip(found.assessments, against, strict=True):
        result = each.evaluation
        macro = f"{percent(result.macro['exact'])} ({percent_interval(result.interval)})"
        labels = (percent(counts["exact"].f1) for _, counts in result.rows())
        rows.append((result.name, macro, *labels, *compared))
    show_table(
        ("pre-labeller", "macro F1 (95 %)", *first.labels, "against the first (95 %)", "the gate"),
        rows,
        title=f"exact F1 on {many(len(first.scores), 'article')}: {gold.name}",
        numbers=tuple(range(2, 2 + len(first.labels))),
    )
    for each, verdict in zip(found.assessments[1:], found.verdicts, strict=True):
        console().print(f"{each.evaluation.name}: {verdict.decision}: {verdict.reason}")
