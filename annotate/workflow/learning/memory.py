"""Whether the memory of this machine suffices for a retraining, before it begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from annotate.pipeline.training.memory import available_megabytes, training_megabytes
from annotate.workflow.learning.planning import RetrainPlan, training_plan
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """Expected peak of a training and what is free, in MB; None where the system does not tell."""

    expected: float
    available: float | None
    other_network: bool = False
    """Whether the workspace has a network of its own: what is expected was measured without."""

    @property
    def scarce(self) -> bool:
        """Whether more is expected than is free."""
        return self.available is not None and self.expected > self.available


def memory_need(context: Context, plan: RetrainPlan) -> MemoryNeed:
    """Estimate what training this plan takes; raises what `training_plan` raises."""
    training = training_plan(context, plan)
    gold = chain(training.train, training.foreign, training.dev, plan.test)
    words = _words(article.text for article, _ in gold)
    if training.weak_labels:
        words += _words(training.pool)
    expected = training_megabytes(words)
    return MemoryNeed(expected, available_megabytes(), plan.config is not None)


def _words(texts: Iterable[str]) -> int:
    return sum(len(text.split()) for text in texts)
