"""The verdict on a candidate: on blind articles, or over folds where these are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from annotate.quality.extras import Extras
from annotate.quality.gate import Verdict, decide, decide_early
from annotate.quality.scoring import ArticleScore
from annotate.settings import GateSettings
from annotate.workflow.learning.crossval import CrossValidated, times
from annotate.workflow.learning.evaluation import Evaluation
from annotate.workflow.learning.planning import RetrainPlan

Scores: TypeAlias = tuple[ArticleScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict, and what it rests on."""

    verdict: Verdict
    outlets: tuple[str | None, ...]
    """Of the articles, in their order."""
    scores: tuple[Scores, Scores]
    """Of the pipeline in use and the candidate, in the order of the articles."""
    extras: tuple[Extras, Extras]
    """Links on these articles, and choices on the test articles: they decide nothing."""
    repeats: int
    """How often every article counts in scores and links."""

    @property
    def won(self) -> bool:
        """Return whether the candidate is to be put to use."""
        return self.verdict.decision in ("promoted", "promoted early")


def judge(
    plan: RetrainPlan,
    gate: GateSettings,
    *,
    before: Evaluation,
    after: Evaluation,
    learned: Evaluation | None,
    checked: CrossValidated | None,
) -> Judged:
    """Let the gate decide on the test articles (`before`, `after`), where there are enough of them.

    Otherwise what was held out of folds (`checked`) is compared with what the pipeline in use
    reaches on the same training articles (`learned`), and the test articles join.
    """
    blind = tuple(article.outlet for article, _ in plan.test)
    nothing = not plan.incumbent.predicts
    if checked is None or learned is None:
        verdict = decide(
            before.scores,
            after.scores,
            plan.labels,
            margin=gate.margin,
            min_articles=gate.min_test_articles,
            samples=gate.samples,
            blind=plan.blind,
            weights=gate.weights,
            nothing=nothing,
        )
        return Judged(
            verdict=verdict,
            outlets=blind,
            scores=(before.scores, after.scores),
            extras=(before.extras, after.extras),
            repeats=1,
        )
    often = checked.repeats
    scores = (
        tuple(times(score, often) for score in (*learned.scores, *before.scores)),
        (*checked.scores, *(times(score, often) for score in after.scores)),
    )
    extras = (
        _joined(_repeated(learned.extras, often), before.extras, often),
        _joined(checked.extras, after.extras, often),
    )
    verdict = decide_early(
        *scores,
        plan.labels,
        blind=plan.blind,
        folded=len(plan.train),
        samples=gate.samples,
        weights=gate.weights,
        nothing=gate.margin if nothing else None,
    )
    outlets = (*(article.outlet for article, _ in plan.train), *blind)
    return Judged(verdict=verdict, outlets=outlets, scores=scores, extras=extras, repeats=often)


def _joined(folded: Extras, tested: Extras, often: int) -> Extras:
    """Return the links of folds and test articles together, and the choices of the latter."""
    return Extras(
        links=(folded + _repeated(tested, often)).links,
        choices=tested.choices,
    )


def _repeated(extras: Extras, often: int) -> Extras:
    return sum([extras] * often, Extras())
