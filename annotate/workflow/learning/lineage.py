"""A model's lineage: what it keeps, and what it tells of how the model was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from annotate.quality import ground
from annotate.workflow.learning.span_issues import span_issues
from annotate.workflow.learning.taught import lineage_texts
from annotate.workflow.state.context import Context

if TYPE_CHECKING:  # importing spaCy takes a second; the plan is made where this is called
    from annotate.pipeline.training.plan import Trained
    from annotate.quality.gate import Verdict
    from annotate.quality.lost import Losses
    from annotate.workflow.learning.crossval import CrossValidated
    from annotate.workflow.learning.evaluation import Evaluation
    from annotate.workflow.learning.planning import RetrainPlan

NOT_JUDGED = "not judged by any gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Macro exact F1 before and after; `None` where there is no number.

    `reason` says why there is no number, or no interval of the difference. Figures of two models
    compare where they rest on the same articles.
    """

    articles: int
    folded: int
    """How many of the articles were judged by cross-validation; the others are test articles."""
    blind: int | None
    """How many of these were annotated without pre-labels, where that was kept."""
    incumbent: float | None
    candidate: float | None
    difference: float | None
    interval: ground.Interval | None
    decision: str
    reason: str | None


def judged(lineage: Mapping[str, Any]) -> Judged:
    """Return what the gate found, as the lineage keeps it; nothing for what no gate has seen."""
    verdict: Mapping[str, Any] = lineage.get("verdict") or {}
    if not verdict:
        return Judged(
            articles=0,
            folded=0,
            blind=None,
            incumbent=None,
            candidate=None,
            difference=None,
            interval=None,
            decision=str(lineage.get("state", "")),
            reason=NOT_JUDGED,
        )
    articles = int(verdict.get("articles") or 0)
    reason = verdict.get("ground") or ground.reason(articles)
    # What was kept before numbers needed ground says 0.0 where there was nothing to score.
    known = verdict if articles else {}
    return Judged(
        articles=articles,
        folded=int(verdict.get("folded") or 0),
        blind=verdict.get("blind"),
        incumbent=known.get("incumbent"),
        candidate=known.get("candidate"),
        difference=known.get("difference"),
        interval=None if reason else ground.ends(known.get("low"), known.get("high")),
        decision=str(verdict.get("decision", "")),
        reason=reason,
    )


def config_lineage(plan: RetrainPlan) -> dict[str, Any] | None:
    """Return name, hash and values of the workspace's own config; its directory is left out."""
    found = plan.config
    if found is None:
        return None
    return {"name": found.path.name, "sha256": found.sha256, "values": found.values()}


def build_lineage(
    context: Context,
    plan: RetrainPlan,
    trained: Trained,
    *,
    checked: CrossValidated | None,
    losses: Losses,
    before: Evaluation,
    after: Evaluation,
    verdict: Verdict,
    force: bool,
) -> dict[str, Any]:
    """Return where a candidate comes from, what taught it, and how it was judged.

    `texts` has the hashes of all texts whose gold taught it; development articles are among them
    where there were enough to choose the epoch by, and to scale the scores.
    """
    from annotate.pipeline.training.loop import MIN_DEV_ARTICLES

    won = verdict.decision in ("promoted", "promoted early")
    dev = plan.dev if len(plan.dev) >= MIN_DEV_ARTICLES else []
    reports = {"train": trained.train, "dev": trained.dev, "foreign": trained.foreign}
    return {
        "created_at": context.clock().isoformat(timespec="seconds"),
        "export": {"name": plan.version.name, "id": plan.version.id},
        "articles": {
            "train": len(plan.train),
            "foreign": len(plan.foreign),
            "dev": len(plan.dev),
            "test": len(plan.test),
        },
        "left_out": plan.left_out,
        "adjudication": {
            "rules": list(context.settings.adjudication),
            "articles": dict(plan.rules),
            "undecided": list(plan.undecided),
        },
        "kept_out": [asdict(kept) for kept in plan.kept_out],
        "texts": lineage_texts(train=plan.train, dev=dev, foreign=plan.foreign),
        "labels": list(plan.labels),
        "nested_labels": list(trained.nested_labels),
        "weak_articles": trained.weak_articles,
        "choices_learned": list(trained.choices),
        "filled_by_rules": dict(trained.filled),
        "pool_left_out": plan.pool_left_out,
        "vectors": trained.vectors,
        "score_scale": list(trained.score_scale),
        "schedule": asdict(trained.schedule),
        "seed": context.settings.training.seed,
        "config": config_lineage(plan),
        "gpu_id": plan.gpu_id,
        "spans": trained.train.spans,
        "span_issues": span_issues(reports, plan.corpora),
        "incumbent": plan.incumbent.version,
        "verdict": asdict(verdict),
        "cross_validation": checked and {"folds": checked.folds, "repeats": checked.repeats},
        "losses_on_pool": asdict(losses),
        "promoted": won or force,
        "forced": force and not won,
        "scores": after.to_json(),
        "incumbent_scores": before.to_json(),
    }
