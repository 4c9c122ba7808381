"""What `annotate retrain` and `curve` show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from annotate.cli.output.adjudication import show_decided
from annotate.cli.output.comparison import (
    change,
    difference,
    extras_json,
    interval_of,
    is_alone,
    macro_text,
    show_elsewhere,
    show_extras,
)
from annotate.cli.output.console import console, many, notes, show_json, show_reasons, show_table
from annotate.quality.ground import percent
from annotate.workflow.learning.span_issues import told_issues

if TYPE_CHECKING:
    from annotate.quality.gate import Verdict
    from annotate.quality.scoring import Counts
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
        **extras_json(result.judged),
        "lineage": dict(result.model.lineage),
    }


def show_retrain(result: RetrainResult) -> None:
    """Print the comparison on test articles and the gate's verdict, whichever way it goes."""
    from annotate.quality.scoring import total  # NumPy, which a command that only shows has not

    verdict = result.verdict
    before = result.model.lineage["incumbent"]
    alone = is_alone(result.model.lineage)
    names = [one.label for one in verdict.labels]
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
        ("label", "gold", "exact", "95 %" if alone else "difference (95 %)", "overlap", "token"),
        [
            (
                one.label,
                _gold(after, one.label) // result.judged.repeats,
                change(one.incumbent, one.candidate, alone=alone),
                difference(one, alone=alone),
                *(
                    change(_f1(was, one.label, of), _f1(after, one.label, of), alone=alone)
                    for of in ("overlap", "token")
                ),
            )
            for one in verdict.labels
        ],
        title=f"F1 on {judged_on(verdict)}: "
        + ("" if alone else f"{before} → ")
        + result.model.version,
        numbers=(1,),
    )
    show_reasons({one.label: one.reason for one in verdict.labels})
    out = console()
    out.print(f"macro exact F1: {macro_text(verdict, interval_of(verdict), alone=alone)}")
    show_reasons({"macro exact F1": verdict.ground})
    show_extras(result.judged, alone=alone)
    show_elsewhere(result, alone=alone)
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
            f"{'no model' if alone else before} stays in use; {result.model.version} is kept: "
            f"annotate models use {result.model.version}"
        )


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
        "decided_by": dict(Counter(plan.rules.values())),
        "undecided": list(plan.undecided),
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
        f"for development, {len(plan.test)} test; {len(plan.pool)} "
        f"{'texts for weak labels' if plan.weak else 'texts without labels'} "
        f"({plan.pool_left_out} kept apart: of test articles, or like them); "
        f"in use: {_in_use(plan)}; about {memory.expected:.0f} MB of memory"
        f"{' with the shipped network' if memory.other_network else ''}"
    )
    config = config_lineage(plan)
    if config is not None:
        for line in config_lines(config):
            console().print(line)
    _show_kept_out(plan)
    show_decided(Counter(plan.rules.values()), plan.undecided)
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


def _in_use(plan: RetrainPlan) -> str:
    """Return the incumbent's version; without one the candidate will be judged alone."""
    if plan.incumbent.predicts:
        asks = f" (asks {plan.incumbent.asks})" if plan.incumbent.asks else ""
        return plan.incumbent.version + asks
    return "no model, the candidate is compared with nothing"


def _show_kept_out(plan: RetrainPlan) -> None:
    if plan.kept_out:
        notes().print(
            f"kept out of training, near-duplicates of test articles: {len(plan.kept_out)}"
        )
    for kept in plan.kept_out:
        notes().print(f"  {kept.article_id} ({kept.split}) nearly repeats {kept.repeats}")


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
    show_decided(Counter(plan.split.rules.values()), plan.split.undecided)
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
