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
from annotate.labels import LabelScheme
from annotate.pipeline.registry import Model
from annotate.workflow.learning.evaluate import evaluate_annotations
from annotate.workflow.learning.retrain import RetrainPlan, training_plan
from annotate.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One size of the curve: macro exact F1 of every seed; size 0 is the pipeline in use."""

    articles: int
    scores: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the point with mean and standard deviation."""
        spread = stdev(self.scores) if len(self.scores) > 1 else None
        return {
            "articles": self.articles,
            "scores": list(self.scores),
            "mean": mean(self.scores),
            "deviation": spread,
        }


def learning_curve(
    workspace: Workspace,
    scheme: LabelScheme,
    plan: RetrainPlan,
    *,
    sizes: Sequence[int],
    seeds: int,
    on_run: Callable[[int, int], None] | None = None,
) -> list[Point]:
    """Train on random parts of the training articles, each size with every seed.

    The articles that a run does not learn from join its pool without their labels. `on_run` is
    called with (size, seed) before each training. No model is kept. Raises `TrainingError` where
    there are no test articles, or fewer training articles than a size asks for.
    """
    from annotate.pipeline.training.loop import train_pipeline

    if not plan.test:
        raise TrainingError(f"export {plan.version.name} has no test article to score on")
    if max(sizes) > len(plan.train):
        raise TrainingError(
            f"export {plan.version.name} has {len(plan.train)} training articles, "
            f"fewer than {max(sizes)}"
        )
    before = evaluate_annotations(workspace, scheme, plan.test, plan.incumbent)
    points = [Point(articles=0, scores=(before.macro["exact"],))]
    for size in sizes:
        scores: list[float] = []
        for seed in range(seeds):
            if on_run is not None:
                on_run(size, seed)
            chosen = random.Random(seed).sample(plan.train, size)  # noqa: S311 - no secret
            with tempfile.TemporaryDirectory() as directory:
                trained = train_pipeline(
                    training_plan(workspace, plan, train=chosen, seed=seed), Path(directory)
                )
                model = Model(version="curve", path=trained.path, lineage={})
                found = evaluate_annotations(workspace, scheme, plan.test, model)
            scores.append(found.macro["exact"])
        points.append(Point(articles=size, scores=tuple(scores)))
    return points
