"""Candidate and pipeline in use where no gold looks: on texts of the pool, and outlet by outlet."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.pipeline.registry import Model
from annotate.quality.lost import Losses, find_losses
from annotate.quality.scoring import ArticleScore, macro_f1, total
from annotate.records import Article
from annotate.workflow.learning.planning import RetrainPlan
from annotate.workflow.state.context import Context

_TEXTS = 100  # of the pool, chosen by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletChange:
    """Macro exact F1 of both on the articles of one outlet."""

    outlet: str
    articles: int
    incumbent: float | None
    candidate: float | None


def sample_of_pool(plan: RetrainPlan, *, seed: int) -> list[Article]:
    """Return texts that nobody has annotated, at most a hundred of them, as articles."""
    learned = {article.text for article, _ in (*plan.train, *plan.dev, *plan.foreign)}
    texts = sorted(text for text in plan.pool if text not in learned)
    if len(texts) > _TEXTS:
        texts = random.Random(seed).sample(texts, _TEXTS)  # noqa: S311 - no secret
    return [Article(article_id=str(number), text=text) for number, text in enumerate(texts)]


def losses_on_pool(context: Context, plan: RetrainPlan, candidate: Model, *, seed: int) -> Losses:
    """Compare what both mark in texts that nobody has annotated; without a prediction, in none."""
    articles = sample_of_pool(plan, seed=seed)
    before, after = (
        context.models.load(model).predict(articles) for model in (plan.incumbent, candidate)
    )
    return find_losses(
        (
            (article.text, ours.spans, theirs.spans)
            for article, ours, theirs in zip(articles, before, after, strict=True)
            if ours is not None and theirs is not None
        ),
        plan.labels,
    )


def by_outlet(
    articles: Sequence[Article],
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
) -> list[OutletChange]:
    """Return the scores outlet by outlet, the one with most articles first; others have none."""
    places: dict[str, list[int]] = {}
    for index, article in enumerate(articles):
        if article.outlet:
            places.setdefault(article.outlet, []).append(index)
    return [
        OutletChange(
            outlet=outlet,
            articles=len(held),
            incumbent=macro_f1(total([incumbent[index] for index in held], labels)),
            candidate=macro_f1(total([candidate[index] for index in held], labels)),
        )
        for outlet, held in sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
