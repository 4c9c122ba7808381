"""What `annotate retrain` and `curve` show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from annotate.cli.output.console import console, many, notes, show_json, show_reasons, show_table
from annotate.quality.ground import Interval, ends, percent, points, points_interval
from annotate.workflow.learning.span_issues import told_issues

if TYPE_CHECKING:
    from annotate.quality.gate import Verdict
    from annotate.quality.paired import LabelChange
    from annotate.quality.scoring import Counts
    from annotate.workflow.learning import judging
    from annotate.workflow.learning.curve import CurvePlan, Point
    from annotate.workflow.learning.lineage import Judged
    from annotate.workflow.learning.memory import MemoryNeed
    from annotate.workflow.learning.planning import RetrainPlan
    from annotate.workflow.learning.retrain import RetrainResult

Sums: TypeAlias = "Mapping[str, Mapping[str, Counts]]"


def retrain_json(result: RetrainResult) -> dict[str, Any]:
    """Return a retraining as JSON."""
    return {
        "model": result.model.version,
        "promoted": result.promoted,
        "forced": result.forced,
        **_extras_json(result.judged),
        "lineage": dict(result.model.lineage),
    }


def show_retrain(result: RetrainResult) -> None:
    """Print the comparison on test articles and the gate's verdict, whichever way it goes."""
    from annotate.quality.scoring import total  # NumPy, which a command that only shows has not

    verdict = result.verdict
    before = result.model.lineage["incumbent"]
    names = [change.label for change in verdict.labels]
    was, after = (total(scores, names) for scores in result.judged.scores)
    for label, articles in result.model.lineage.get("filled_by_rules", {}).items():
        notes().print(
            f"{label}: learned from the rules in {many(articles, 'article')} in which nobody "
            "annotated it"
        )
    told = told_issues(result.model.lineage.get("span_issues", ()))
    for line in told:
        notes().print(f"gold spans not learned as marked: {line}")
    if told:
        notes().print(f"which ones: annotate models show {result.model.version} --json")
    show_table(
        ("label", "gold", "exact", "difference (95 %)", "overlap", "token"),
        [
            (
                change.label,
                _gold(after, change.label) // result.judged.repeats,
                _change(change.incumbent, change.candidate),
                f"{points(change.difference)} ({points_interval(_interval(change))})",
                *(
                    _change(_f1(was, change.label, measure), _f1(after, change.label, measure))
                    for measure in ("overlap", "token")
                ),
            )
            for change in verdict.labels
        ],
        title=f"F1 on {judged_on(verdict)}: {before} → {result.model.version}",
        numbers=(1,),
    )
    show_reasons({change.label: change.reason for change in verdict.labels})
    out = console()
    out.print(
        f"macro exact F1: {_change(verdict.incumbent, verdict.candidate)}, "
        f"difference {points(verdict.difference)} "
        f"(95 % interval {points_interval(_interval(verdict))})"
    )
    show_reasons({"macro exact F1": verdict.ground})
    _show_extras(result.judged)
    _show_elsewhere(result)
    out.print(f"verdict: {verdict.decision}: {verdict.reason}")
    if before == result.model.version:
        out.print(f"the training came to the same model again: {before} stays in use")
        return
    if result.forced:
        out.print(f"{result.model.version} is in use all the same: --force")
    elif result.promoted:
        out.print(f"{result.model.version} is in use; annotate sync brings it to open tasks")
    else:
        out.print(
            f"{before} stays in use; {result.model.version} is kept: "
            f"annotate models use {result.model.version}"
        )


def _extras_json(judged: judging.Judged) -> dict[str, Any]:
    """Return links and choices of both as JSON, kind by kind; null where one has none."""
    said = [extras.to_json() for extras in judged.extras]
    return {
        what: {
            name: {"incumbent": said[0][what].get(name), "candidate": said[1][what].get(name)}
            for name in sorted({*said[0][what], *said[1][what]})
        }
        for what in ("links", "choices")
    }


def _show_extras(judged: judging.Judged) -> None:
    """Print links and choices, which decide nothing."""
    from annotate.quality.extras import Chosen  # NumPy, as above
    from annotate.quality.scoring import Counts

    was, now = judged.extras
    for kind in sorted({*was.links, *now.links}):
        before, after = (extras.links.get(kind, Counts()) for extras in (was, now))
        gold = max(before.gold, after.gold) // judged.repeats
        console().print(
            f"links {kind}: F1 {_change(before.f1, after.f1)} "
            f"({gold} in the gold; both ends have to be right)"
        )
    for name in sorted({*was.choices, *now.choices}):
        first, then = (extras.choices.get(name, Chosen()) for extras in (was, now))
        console().print(
            f"{name}: {_change(first.share, then.share)} right "
            f"(of {first.of} → {then.of} spans that were found in test articles)"
        )


def _show_elsewhere(result: RetrainResult) -> None:
    """Print what the figures above do not show: outlets, and what is no longer marked."""
    if len(result.outlets) > 1:
        show_table(
            ("outlet", "articles", "macro exact F1"),
            [(o.outlet, o.articles, _change(o.incumbent, o.candidate)) for o in result.outlets],
            title="outlet by outlet",
            numbers=(1,),
        )
    losses = result.losses
    if losses.words:
        show_table(
            ("label", "spans per 1,000 words", "no longer marked"),
            [
                (
                    loss.label,
                    " → ".join(
                        f"{1000 * spans / losses.words:.1f}"
                        for spans in (loss.incumbent, loss.candidate)
                    ),
                    f"{loss.lost} of {loss.incumbent}",
                )
                for loss in losses.labels
            ],
            title=f"on {many(losses.texts, 'text')} that nobody has annotated",
        )
        for kind in losses.kinds:
            notes().print(
                f"no longer marked, {kind.count} times: {kind.label} “{kind.words}”: {kind.example}"
            )
    for warning in losses.warnings():
        notes().print(f"Warning: {warning}")


def judged_on(verdict: Verdict | Judged) -> str:
    """Return what a verdict rests on."""
    tested = verdict.articles - verdict.folded
    blind = verdict.blind
    told = many(tested, "test article")
    if blind is not None and tested:
        told += ", annotated blind" if blind == tested else f", {blind} of them annotated blind"
    if not verdict.folded:
        return told
    folds = f"{many(verdict.folded, 'annotated article')} by cross-validation"
    return f"{folds} and {told}" if tested else folds


def _gold(sums: Sums, label: str) -> int:
    return sums[label]["exact"].gold if label in sums else 0


def _f1(sums: Sums, label: str, measure: str) -> float | None:
    return sums[label][measure].f1 if label in sums else None


def show_retrain_plan(plan: RetrainPlan, memory: MemoryNeed, outlook: str, *, json_: bool) -> None:
    """Print what would be learned from what, and what the test articles will allow to say."""
    from annotate.workflow.learning.lineage import config_lineage  # heavy, as all of `learning`

    numbers = {
        "export": plan.version.name,
        "train": len(plan.train),
        "foreign": len(plan.foreign),
        "dev": len(plan.dev),
        "test": len(plan.test),
        "test_blind": plan.blind,
        "left_out": plan.left_out,
        "kept_out": [asdict(kept) for kept in plan.kept_out],
        "pool": len(plan.pool),
        "pool_left_out": plan.pool_left_out,
        "labels": list(plan.labels),
        "incumbent": plan.incumbent.version,
        "memory_mb": round(memory.expected),
        "config": config_lineage(plan),
        "verdict_will_be": outlook,
    }
    if json_:
        show_json({"dry_run": True, **numbers})
        return
    console().print(
        f"export {plan.version.name}: {len(plan.train)} articles to learn from, "
        f"{len(plan.foreign)} of foreign corpora, {len(plan.dev)} "
        f"for development, {len(plan.test)} test; {len(plan.pool)} texts for weak labels "
        f"({plan.pool_left_out} kept apart: of test articles, or like them); "
        f"in use: {plan.incumbent.version}; about {memory.expected:.0f} MB of memory"
        f"{' with the shipped network' if memory.other_network else ''}"
    )
    config = config_lineage(plan)
    if config is not None:
        for line in config_lines(config):
            console().print(line)
    _show_kept_out(plan)
    other = plan.incumbent.other_code()
    if other:
        notes().print(other)
    console().print(outlook)


def config_lines(config: Mapping[str, Any]) -> list[str]:
    """Return what a config of the workspace's own changes, as a lineage keeps it."""
    return [
        f"config: {config['name']} (SHA-256 {config['sha256'][:12]})",
        *(f"  {key} = {json.dumps(value)}" for key, value in config["values"].items()),
    ]


def _show_kept_out(plan: RetrainPlan) -> None:
    if plan.kept_out:
        notes().print(
            f"kept out of training, near-duplicates of test articles: {len(plan.kept_out)}"
        )
    for kept in plan.kept_out:
        notes().print(f"  {kept.article_id} ({kept.split}) nearly repeats {kept.repeats}")


def _change(before: float | None, after: float | None) -> str:
    return f"{percent(before)} → {percent(after)}"


def _interval(found: Verdict | LabelChange) -> Interval | None:
    return ends(found.low, found.high)


def show_memory(memory: MemoryNeed) -> None:
    """Warn where more memory may be needed than is free."""
    if memory.scarce:
        notes().print(
            f"training may need {memory.expected:.0f} MB of memory, and "
            f"{memory.available:.0f} MB are free: close other programs, or learn from less"
        )


def show_curve(plan: CurvePlan, points: list[Point], *, json_: bool) -> None:
    """Print a learning curve."""
    found = [point.to_json() for point in points]
    if json_:
        show_json(
            {
                "test_articles": len(plan.split.test),
                "kept_out": [asdict(kept) for kept in plan.split.kept_out],
                "reason": plan.reason,
                "points": found,
            }
        )
        return
    _show_kept_out(plan.split)
    show_table(
        ("articles", "macro exact F1", "deviation", ""),
        [
            (
                point["articles"] or f"in use: {plan.split.incumbent.version}",
                percent(point["mean"]),
                percent(point["deviation"]),
                "█" * round(40 * (point["mean"] or 0.0)),
            )
            for point in found
        ],
        title=f"Learning curve on {many(len(plan.split.test), 'test article')}, "
        f"{many(plan.seeds, 'seed')}",
        numbers=(1, 2),
    )
    if plan.reason:
        notes().print(f"the scores rest on few test articles: {plan.reason}")
