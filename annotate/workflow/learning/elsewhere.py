"""Candidate and pipeline in use where no gold looks: on texts of the pool, and outlet by outlet."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from annotate.pipeline.registry import Model
from annotate.quality.lost import Losses, find_losses
from annotate.quality.scoring import ArticleScore, macro_f1, total
from annotate.records import Article
from annotate.workflow.learning.planning import RetrainPlan
from annotate.workflow.state.context import Context

_TEXTS = 100  # of the pool, chosen by chance
_BEGIN = 64  # characters of each text that are held to put them in order


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of the pool; of its order the beginning decides, and all of it where that is alike."""

    begin: str
    number: int
    pool: Sequence[str]

    @property
    def whole(self) -> str:
        return self.pool[self.number]

    def __lt__(self, other: _Text) -> bool:
        if self.begin != other.begin:
            return self.begin < other.begin
        return self.whole < other.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletChange:
    """Macro exact F1 of both on the articles of one outlet."""

    outlet: str
    articles: int
    incumbent: float | None
    candidate: float | None


def sample_of_pool(plan: RetrainPlan, *, seed: int) -> list[Article]:
    """Return texts that nobody has annotated, at most a hundred of them, as articles."""
    learned = {article.text_sha256 for article, _ in chain(plan.train, plan.dev, plan.foreign)}
    unseen = [
        _Text(text[:_BEGIN], number, plan.pool)
        for number, text in enumerate(plan.pool)
        if hashlib.sha256(text.encode()).hexdigest() not in learned
    ]
    unseen.sort()
    if len(unseen) > _TEXTS:
        unseen = random.Random(seed).sample(unseen, _TEXTS)  # noqa: S311 - no secret
    texts = [text.whole for text in unseen]
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
    outlets: Sequence[str | None],
    incumbent: Sequence[ArticleScore],
    candidate: Sequence[ArticleScore],
    labels: Sequence[str],
) -> list[OutletChange]:
    """Return the scores outlet by outlet, the one with most articles first; others have none.

    `outlets` are those of the articles, in their order.
    """
    places: dict[str, list[int]] = {}
    for index, outlet in enumerate(outlets):
        if outlet:
            places.setdefault(outlet, []).append(index)
    return [
        OutletChange(
            outlet=outlet,
            articles=len(held),
            incumbent=macro_f1(total([incumbent[index] for index in held], labels)),
            candidate=macro_f1(total([candidate[index] for index in held], labels)),
        )
        for outlet, held in sorted(places.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
