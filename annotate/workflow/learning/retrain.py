"""Retrain: one export version → a candidate pipeline, judged on test articles by the gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.errors import ModelError
from annotate.pipeline.registry import Model
from annotate.quality.gate import Verdict
from annotate.quality.lost import Losses
from annotate.workflow.learning.crossval import CrossValidated, cross_validate
from annotate.workflow.learning.elsewhere import (
    OutletChange,
    by_outlet,
    losses_on_pool,
    sample_of_pool,
)
from annotate.workflow.learning.evaluate import evaluate_annotations
from annotate.workflow.learning.evaluation import Evaluation
from annotate.workflow.learning.judging import Judged, judge
from annotate.workflow.learning.lineage import build_lineage
from annotate.workflow.learning.planning import RetrainPlan, check_training, training_plan
from annotate.workflow.learning.scratch import training_directory
from annotate.workflow.learning.separation import Gold
from annotate.workflow.state.context import Context

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.training.plan import Pretrained, TrainingPlan
    from annotate.pipeline.training.progress import Step

NAME = "spans"

_WAIT_SECONDS = 900.0  # for a sync to end, before the candidate is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainResult:
    """The candidate, how it compares, and what became of it."""

    model: Model
    judged: Judged
    promoted: bool
    forced: bool
    outlets: tuple[OutletChange, ...]
    """What the verdict rests on, outlet by outlet, where articles name one."""
    losses: Losses
    """What the candidate no longer marks in texts without annotations."""

    @property
    def verdict(self) -> Verdict:
        """Return what the gate said."""
        return self.judged.verdict


def apply_retrain(
    context: Context,
    plan: RetrainPlan,
    *,
    force: bool = False,
    on_phase: Callable[[str, int], None] | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> RetrainResult:
    """Train, evaluate both pipelines on the test articles, and let the gate decide.

    The network is tried and the pipeline in use evaluated first: a config that gives no network, or
    a pipeline that is broken or for other labels, costs no training. The candidate is kept with its
    lineage whatever the verdict is; it is put to use when the gate promotes it or `force` says so.
    """
    from annotate.pipeline.training.loop import calibrated, finish, pretrain

    gate = context.settings.gate
    store = context.models.store
    if on_phase is not None and plan.incumbent.predicts:
        on_phase("evaluate the pipeline in use", 1)
    check_training(context, plan)
    folded = plan.folded(gate)
    before = _incumbent_scores(context, plan, plan.test)
    learned = _incumbent_scores(context, plan, plan.train) if folded else None
    asked = training_plan(context, plan)
    if plan.incumbent.asks is not None:  # whoever does not answer costs no training either
        for _ in context.models.load(plan.incumbent).predict(sample_of_pool(plan, seed=asked.seed)):
            pass
    with training_directory(store.directory) as directory:
        begun = pretrain(asked, directory, on_phase=on_phase, on_step=on_step)
        trained = finish(asked, begun, directory, on_phase=on_phase, on_step=on_step)
        checked = _cross_validated(
            context, plan, asked, begun, directory, on_phase=on_phase, on_step=on_step
        )
        if checked is not None:
            trained = calibrated(trained, checked.judged, dev_articles=len(plan.dev))
        with context.holding(wait=_WAIT_SECONDS):
            began = {"created_at": context.clock().isoformat(timespec="seconds")}
            candidate = store.keep(
                trained.path, name=NAME, lineage={**began, "state": "being evaluated"}
            )
    if on_phase is not None:
        on_phase("evaluate", 1)
    after = evaluate_annotations(context, plan.test, candidate)
    judged = judge(
        plan,
        gate,
        before=before,
        after=after,
        learned=learned,
        checked=checked,
    )
    losses = losses_on_pool(context, plan, candidate, seed=asked.seed)
    promoted = judged.won or force
    lineage = build_lineage(
        context,
        plan,
        trained,
        checked=checked,
        losses=losses,
        before=before,
        after=after,
        verdict=judged.verdict,
        force=force,
    )
    with context.holding(wait=_WAIT_SECONDS):
        model = candidate
        if candidate.path is not None:
            model = store.keep(candidate.path, name=NAME, lineage=lineage)
        if promoted:
            store.use(model)
    return RetrainResult(
        model=model,
        judged=judged,
        promoted=promoted,
        forced=force and not judged.won,
        outlets=tuple(by_outlet(judged.outlets, *judged.scores, plan.labels)),
        losses=losses,
    )


def _cross_validated(
    context: Context,
    plan: RetrainPlan,
    asked: TrainingPlan,
    begun: Pretrained,
    directory: Path,
    *,
    on_phase: Callable[[str, int], None] | None,
    on_step: Callable[[Step], None] | None,
) -> CrossValidated | None:
    """Validate over folds where the verdict needs it; once where only the scores' scale does."""
    from annotate.pipeline.training.loop import MIN_DEV_ARTICLES

    gate = context.settings.gate
    repeats = gate.repeats if plan.folded(gate) else min(gate.repeats, 1)
    scaled = len(plan.dev) >= MIN_DEV_ARTICLES
    few = len(plan.train) < gate.min_articles or plan.folds(gate) < 2
    if not repeats or few or (scaled and not plan.folded(gate)):
        return None
    return cross_validate(
        context,
        plan,
        asked,
        begun,
        directory,
        folds=gate.folds,
        repeats=repeats,
        on_phase=on_phase,
        on_step=on_step,
    )


def _incumbent_scores(context: Context, plan: RetrainPlan, gold: Gold) -> Evaluation:
    try:
        return evaluate_annotations(context, gold, plan.incumbent)
    except ModelError as error:
        hint = error.hint
        if plan.incumbent.path is not None:
            hint = "compare with the rules, or with nothing: annotate models use rules, or none"
        raise ModelError(
            f"nothing was trained: the pipeline in use cannot be compared with: {error.message}",
            hint=hint,
        ) from error
