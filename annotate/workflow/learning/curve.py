"""The learning curve: F1 on test articles against the number of training articles."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from annotate.errors import TrainingError
from annotate.exports.stored import Stored
from annotate.pipeline.registry import Model
from annotate.quality import ground
from annotate.workflow.learning.evaluate import evaluate_annotations
from annotate.workflow.learning.planning import (
    RetrainPlan,
    check_training,
    plan_retrain,
    training_plan,
)
from annotate.workflow.learning.separation import Gold
from annotate.workflow.state.context import Context

_SIZES = (10, 25, 50, 100, 200, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePlan:
    """What is trained on how much."""

    split: RetrainPlan
    sizes: tuple[int, ...]
    seeds: int

    @property
    def reason(self) -> str | None:
        """Return why the scores say little, where they rest on few test articles."""
        return ground.reason(sum(bool(gold.spans) for _, gold in self.split.test))

    @property
    def runs(self) -> int:
        """Return how many trainings there are."""
        return len(self.sizes) * self.seeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One size of the curve: macro exact F1 of every seed; size 0 is the pipeline in use."""

    articles: int
    scores: tuple[float | None, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the point with mean and standard deviation over the seeds that have a score."""
        known = [score for score in self.scores if score is not None]
        spread = stdev(known) if len(known) > 1 else None
        return {
            "articles": self.articles,
            "scores": list(self.scores),
            "mean": mean(known) if known else None,
            "deviation": spread,
        }


def plan_curve(
    context: Context,
    *,
    sizes: Sequence[int] | None = None,
    seeds: int,
    export: str | None = None,
    gpu_id: int = -1,
) -> CurvePlan:
    """Choose how many articles are trained on, up to all of them unless `sizes` says otherwise.

    Raises what `plan_retrain` raises, and `TrainingError` where there are no test articles, or
    fewer training articles than a size asks for.
    """
    split = plan_retrain(context, export=export, articles=(), gpu_id=gpu_id)
    count = len(split.train)
    chosen = set(sizes) if sizes else {count, *(size for size in _SIZES if size < count)}
    if not split.test:
        raise TrainingError(f"export {split.version.name} has no test article to score on")
    if max(chosen) > count:
        raise TrainingError(
            f"export {split.version.name} has {count} training articles, fewer than {max(chosen)}"
        )
    return CurvePlan(split=split, sizes=tuple(sorted(chosen)), seeds=seeds)


def learning_curve(
    context: Context, plan: CurvePlan, *, on_run: Callable[[int, int], None] | None = None
) -> list[Point]:
    """Train on random parts of the training articles, each size with every seed.

    The articles that a run does not learn from join its pool without their labels. `on_run` is
    called with (size, seed) before each training. No model is kept. Raises what `check_training`
    raises, before the first training.
    """
    from annotate.pipeline.training.loop import train_pipeline

    split = plan.split
    check_training(context, split)
    before = evaluate_annotations(context, split.test, split.incumbent)
    points = [Point(articles=0, scores=(before.macro["exact"],))]
    for size in plan.sizes:
        scores: list[float | None] = []
        for seed in range(plan.seeds):
            if on_run is not None:
                on_run(size, seed)
            numbers = range(len(split.train))
            drawn = random.Random(seed).sample(numbers, size)  # noqa: S311 - no secret
            chosen: Gold = Stored(split.train.__getitem__, drawn)
            with tempfile.TemporaryDirectory() as directory:
                trained = train_pipeline(
                    training_plan(context, split, train=chosen, seed=seed), Path(directory)
                )
                model = Model(version="curve", path=trained.path, lineage={})
                found = evaluate_annotations(context, split.test, model)
            scores.append(found.macro["exact"])
        points.append(Point(articles=size, scores=tuple(scores)))
    return points
