"""A candidate beside the pipeline in use, or alone where no model is in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from annotate.cli.output.console import console, many, notes, show_table
from annotate.pipeline.registry import NONE
from annotate.quality.ground import (
    Interval,
    ends,
    percent,
    percent_interval,
    points,
    points_interval,
)

if TYPE_CHECKING:
    from annotate.quality.gate import Verdict
    from annotate.quality.paired import LabelChange
    from annotate.workflow.learning import judging
    from annotate.workflow.learning.lineage import Judged
    from annotate.workflow.learning.retrain import RetrainResult


def is_alone(lineage: Mapping[str, Any]) -> bool:
    """Return whether a candidate was compared with nothing, since no model was in use."""
    return lineage.get("incumbent") == NONE


def change(before: float | None, after: float | None, *, alone: bool) -> str:
    """Return both numbers in per cent, or the candidate's alone."""
    return percent(after) if alone else f"{percent(before)} → {percent(after)}"


def difference(found: Verdict | LabelChange, *, alone: bool) -> str:
    """Return the difference and its interval; of a candidate alone the interval of its F1."""
    if alone:
        return percent_interval(interval_of(found))
    return f"{points(found.difference)} ({points_interval(interval_of(found))})"


def interval_of(found: Verdict | LabelChange) -> Interval | None:
    """Return the interval of the difference; with nothing before, it is that of the F1."""
    return ends(found.low, found.high)


def macro_text(found: Verdict | Judged, interval: Interval | None, *, alone: bool) -> str:
    """Return the macro F1 of both with the difference, or the candidate's alone."""
    if alone:
        return f"{percent(found.candidate)} (95 % interval {percent_interval(interval)})"
    return (
        f"{percent(found.incumbent)} → {percent(found.candidate)}, difference "
        f"{points(found.difference)} (95 % interval {points_interval(interval)})"
    )


def extras_json(judged: judging.Judged) -> dict[str, Any]:
    """Return links and choices of both as JSON, kind by kind; null where one has none."""
    said = [extras.to_json() for extras in judged.extras]
    return {
        what: {
            name: {"incumbent": said[0][what].get(name), "candidate": said[1][what].get(name)}
            for name in sorted({*said[0][what], *said[1][what]})
        }
        for what in ("links", "choices")
    }


def show_extras(judged: judging.Judged, *, alone: bool) -> None:
    """Print links and choices, which decide nothing."""
    from annotate.quality.extras import Chosen  # NumPy, which a command that only shows has not
    from annotate.quality.scoring import Counts

    was, now = judged.extras
    for kind in sorted({*was.links, *now.links}):
        before, after = (extras.links.get(kind, Counts()) for extras in (was, now))
        gold = max(before.gold, after.gold) // judged.repeats
        console().print(
            f"links {kind}: F1 {change(before.f1, after.f1, alone=alone)} "
            f"({gold} in the gold; both ends have to be right)"
        )
    for name in sorted({*was.choices, *now.choices}):
        first, then = (extras.choices.get(name, Chosen()) for extras in (was, now))
        of = str(then.of) if alone else f"{first.of} → {then.of}"
        console().print(
            f"{name}: {change(first.share, then.share, alone=alone)} right "
            f"(of {of} spans that were found in test articles)"
        )


def show_elsewhere(result: RetrainResult, *, alone: bool) -> None:
    """Print what the figures above do not show: outlets, and what is no longer marked."""
    if len(result.outlets) > 1:
        show_table(
            ("outlet", "articles", "macro exact F1"),
            [
                (o.outlet, o.articles, change(o.incumbent, o.candidate, alone=alone))
                for o in result.outlets
            ],
            title="outlet by outlet",
            numbers=(1,),
        )
    losses = result.losses
    if losses.words:
        per = 1000 / losses.words
        show_table(
            ("label", "spans per 1,000 words", *(() if alone else ("no longer marked",))),
            [
                (loss.label, f"{per * loss.candidate:.1f}")
                if alone
                else (
                    loss.label,
                    f"{per * loss.incumbent:.1f} → {per * loss.candidate:.1f}",
                    f"{loss.lost} of {loss.incumbent}",
                )
                for loss in losses.labels
            ],
            title=f"on {many(losses.texts, 'text')} that nobody has annotated",
        )
        for kind in losses.kinds:
            notes().print(
                f"no longer marked, {many(kind.count, 'time')}: {kind.label} “{kind.words}”: "
                f"{kind.example}"
            )
    for warning in losses.warnings():
        notes().print(f"Warning: {warning}")
