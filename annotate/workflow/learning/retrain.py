"""Retrain: one export version → a candidate pipeline, judged on test articles by the gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotate.errors import ModelError
from annotate.pipeline.registry import Model
from annotate.quality.gate import Verdict, decide
from annotate.workflow.learning.evaluate import Evaluation, evaluate_annotations
from annotate.workflow.learning.lineage import build_lineage
from annotate.workflow.learning.planning import RetrainPlan, training_plan
from annotate.workflow.learning.scratch import training_directory
from annotate.workflow.state.context import Context

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.training.progress import Step

NAME = "spans"

_WAIT_SECONDS = 900.0  # for a sync to end, before the candidate is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainResult:
    """The candidate, how it compares, and what became of it."""

    model: Model
    verdict: Verdict
    promoted: bool
    forced: bool
    before: Evaluation
    after: Evaluation
    weak_articles: int


def apply_retrain(
    context: Context,
    plan: RetrainPlan,
    *,
    force: bool = False,
    on_phase: Callable[[str, int], None] | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> RetrainResult:
    """Train, evaluate both pipelines on the test articles, and let the gate decide.

    The pipeline in use is evaluated first: one that is broken, or for other labels, costs no
    training. The candidate is kept with its lineage whatever the verdict is; it is put to use when
    the gate promotes it or `force` says so.
    """
    from annotate.pipeline.training.loop import train_pipeline

    settings = context.settings
    store = context.models.store
    if on_phase is not None:
        on_phase("evaluate the pipeline in use", 1)
    before = _incumbent_scores(context, plan)
    with training_directory(store.directory) as directory:
        trained = train_pipeline(
            training_plan(context, plan),
            directory,
            on_phase=on_phase,
            on_step=on_step,
        )
        with context.holding(wait=_WAIT_SECONDS):
            began = {"created_at": context.clock().isoformat(timespec="seconds")}
            candidate = store.keep(
                trained.path, name=NAME, lineage={**began, "state": "being evaluated"}
            )
    if on_phase is not None:
        on_phase("evaluate", 1)
    after = evaluate_annotations(context, plan.test, candidate)
    verdict = decide(
        before.scores,
        after.scores,
        plan.labels,
        margin=settings.gate.margin,
        min_articles=settings.gate.min_test_articles,
        samples=settings.gate.samples,
        weights=settings.gate.weights,
    )
    promoted = verdict.decision == "promoted" or force
    lineage = build_lineage(
        context, plan, trained, before=before, after=after, verdict=verdict, force=force
    )
    with context.holding(wait=_WAIT_SECONDS):
        model = candidate
        if candidate.path is not None:
            model = store.keep(candidate.path, name=NAME, lineage=lineage)
        if promoted:
            store.use(model)
    return RetrainResult(
        model=model,
        verdict=verdict,
        promoted=promoted,
        forced=force and verdict.decision != "promoted",
        before=before,
        after=after,
        weak_articles=trained.weak_articles,
    )


def _incumbent_scores(context: Context, plan: RetrainPlan) -> Evaluation:
    try:
        return evaluate_annotations(context, plan.test, plan.incumbent)
    except ModelError as error:
        hint = error.hint
        if plan.incumbent.path is not None:
            hint = "compare with the rules instead: annotate models use rules"
        raise ModelError(
            f"nothing was trained: the pipeline in use cannot be compared with: {error.message}",
            hint=hint,
        ) from error
