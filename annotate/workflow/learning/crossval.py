"""Repeated cross-validation over the training articles: what a candidate reaches on each unseen.

What comes before one's own gold (weak labels, foreign corpora, word vectors) is learned once; every
fold begins from there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.exports.stored import Stored
from annotate.pipeline.registry import Model
from annotate.quality.extras import Extras
from annotate.quality.scoring import MEASURES, ArticleScore
from annotate.workflow.learning.evaluate import evaluate_annotations
from annotate.workflow.learning.planning import RetrainPlan
from annotate.workflow.learning.separation import Gold
from annotate.workflow.state.context import Context

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.training.plan import Pretrained, TrainingPlan
    from annotate.pipeline.training.progress import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidated:
    """What pipelines reached on the training articles that they had not learned from."""

    scores: tuple[ArticleScore, ...]
    """A score an article, in the order of the plan; it counts all repeats together."""
    judged: tuple[tuple[float, bool], ...]
    """(score, whether it was right) of every predicted span whose label was annotated."""
    extras: Extras
    """Links, all repeats together; no choices, of which a fold learns less than a candidate."""
    folds: int
    repeats: int


def folds_of(
    articles: Sequence[str], groups: Mapping[str, str], *, folds: int, seed: int
) -> list[list[int]]:
    """Return the indices of the articles (ids) in each fold; what nearly repeats stays together.

    Groups go, largest first and in an order that `seed` decides, to the smallest fold. Fewer groups
    make fewer folds.
    """
    together: dict[str, list[int]] = {}
    for index, article_id in enumerate(articles):
        together.setdefault(groups.get(article_id, article_id), []).append(index)
    order = [together[name] for name in sorted(together)]
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    order.sort(key=len, reverse=True)
    found: list[list[int]] = [[] for _ in range(min(folds, len(order)))]
    for group in order:
        min(found, key=len).extend(group)
    return [sorted(fold) for fold in found]


def cross_validate(
    context: Context,
    plan: RetrainPlan,
    training: TrainingPlan,
    before: Pretrained,
    directory: Path,
    *,
    folds: int,
    repeats: int,
    on_phase: Callable[[str, int], None] | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> CrossValidated:
    """Train without each fold in turn, `repeats` times over, and score it on that fold.

    `on_phase` gets the number of each training in its name. Raises `TrainingError` where a part of
    the articles holds nothing to learn.
    """
    from annotate.pipeline.training.loop import finish

    articles = [article.article_id for article, _ in plan.train]
    divided = [
        folds_of(articles, plan.groups, folds=folds, seed=training.seed + turn)
        for turn in range(repeats)
    ]
    trainings = sum(map(len, divided))
    scores: dict[int, ArticleScore] = {}
    judged: list[tuple[float, bool]] = []
    extras = Extras()
    number = 0
    for turn, parts in enumerate(divided):
        for held_out in parts:
            number += 1
            left = set(held_out)
            rest = (index for index in range(len(plan.train)) if index not in left)
            gold: Gold = Stored(plan.train.__getitem__, rest)
            # Only spans are scored here: what teaches choices alone is left out.
            part = replace(training, train=gold, dev=(), examples=(), seed=training.seed + turn)
            name = f"cross-validation {number} of {trainings}"
            trained = finish(
                part,
                before,
                directory / f"fold-{number}",
                on_phase=None if on_phase is None else _under(name, on_phase),
                on_step=on_step,
            )
            model = Model(version="fold", path=trained.path, lineage={})
            tested: Gold = Stored(plan.train.__getitem__, held_out)
            found = evaluate_annotations(context, tested, model)
            judged += found.judged
            extras += Extras(links=found.extras.links)
            for index, score in zip(held_out, found.scores, strict=True):
                scores[index] = added(scores[index], score) if index in scores else score
    return CrossValidated(
        scores=tuple(scores[index] for index in range(len(plan.train))),
        judged=tuple(judged),
        extras=extras,
        folds=min(map(len, divided)),
        repeats=repeats,
    )


def _under(name: str, on_phase: Callable[[str, int], None]) -> Callable[[str, int], None]:
    return lambda _, steps: on_phase(name, steps)


def added(one: ArticleScore, other: ArticleScore) -> ArticleScore:
    """Return the counts of two scorings of one article together."""
    return ArticleScore(
        one.article_id,
        {
            label: {measure: counts[measure] + other.counts[label][measure] for measure in MEASURES}
            for label, counts in one.counts.items()
        },
    )


def times(score: ArticleScore, repeats: int) -> ArticleScore:
    """Return a scoring that counts so many times, beside one that was repeated."""
    found = score
    for _ in range(repeats - 1):
        found = added(found, score)
    return found
