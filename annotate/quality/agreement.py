"""Agreement among annotators: pairwise F1, which overlapping and nested spans do not trouble.

Chance-corrected coefficients need units that everybody judged; spans that anybody may draw anywhere
have none, and with their number of possible places the correction vanishes: pairwise F1 is what
kappa approaches (Hripcsak and Rothschild 2005, "Agreement, the F-measure, and Reliability in
Information Retrieval").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from annotate.quality import ground
from annotate.quality.scoring import (
    ArticleScore,
    Counts,
    GoldAndPredicted,
    bootstrap_f1,
    bootstrap_macro,
    grounds,
    macro_f1,
    score_article,
    total,
)
from annotate.records import Annotation

MEASURES = ("exact", "token")

_SAMPLES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedArticle:
    """An article with the annotations of several people, one each.

    `blind` tells that none of them saw what a machine had marked.
    """

    article_id: str
    text: str
    annotations: tuple[Annotation, ...]
    blind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An F1 in [0, 1] with its 95 % bootstrap interval over articles.

    What rests on too few articles is `None`, with the `reason` (`annotate.quality.ground`).
    """

    f1: float | None
    low: float | None
    high: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """F1 over all pairs of annotators of all articles: measure → label, or `all` for the mean."""

    articles: int
    pairs: int
    measures: Mapping[str, Mapping[str, Measured]]
    by_pair: Mapping[tuple[str, str], tuple[int, float | None]] = field(default_factory=dict)
    """Two annotators → articles that both did, and the mean exact F1 over the labels."""


def shared_article(
    article_id: str, text: str, annotations: Iterable[Annotation], *, blind: bool
) -> SharedArticle | None:
    """Return the article with the last annotation of each person, `None` with fewer than two.

    `blind` is whether the article was shown to annotators without predictions.
    """
    last: dict[str, Annotation] = {}
    for annotation in annotations:
        other = last.get(annotation.annotator)
        if other is None or _age(annotation) >= _age(other):
            last[annotation.annotator] = annotation
    if len(last) < 2:
        return None
    ordered = tuple(last[name] for name in sorted(last))
    unseen = all(annotation.prediction_shown is None for annotation in ordered)
    return SharedArticle(
        article_id=article_id, text=text, annotations=ordered, blind=blind and unseen
    )


def agreement(articles: Sequence[SharedArticle], labels: Sequence[str]) -> Agreement:
    """Return how far people agree on these articles; each pair of annotators counts alike.

    A label counts for a pair where both annotated it.
    """
    scores: list[ArticleScore] = []
    pairs: dict[tuple[str, str], list[ArticleScore]] = {}
    for article in articles:
        found = {
            (one.annotator, other.annotator): _score(article, one, other, labels)
            for one, other in combinations(article.annotations, 2)
        }
        for names, score in found.items():
            pairs.setdefault(names, []).append(score)
        scores.append(_sum(article.article_id, list(found.values())))
    return Agreement(
        articles=len(scores),
        pairs=sum(len(found) for found in pairs.values()),
        measures={measure: _measured(scores, labels, measure) for measure in MEASURES},
        by_pair={
            names: (len(found), macro_f1(total(found, labels))) for names, found in pairs.items()
        },
    )


def _score(
    article: SharedArticle, one: Annotation, other: Annotation, labels: Sequence[str]
) -> ArticleScore:
    item = GoldAndPredicted(
        article_id=article.article_id,
        text=article.text,
        gold=one.spans,
        predicted=other.spans,
        labels=frozenset(one.labels) & frozenset(other.labels),
    )
    return score_article(item, labels)


def _sum(article_id: str, scores: Sequence[ArticleScore]) -> ArticleScore:
    sums: dict[str, dict[str, Counts]] = {}
    for score in scores:
        for label, counts in score.counts.items():
            before = sums.setdefault(label, dict.fromkeys(counts, Counts()))
            sums[label] = {measure: before[measure] + counts[measure] for measure in counts}
    return ArticleScore(article_id, sums)


def _measured(
    scores: Sequence[ArticleScore], labels: Sequence[str], measure: str
) -> dict[str, Measured]:
    sums = total(scores, labels)
    if not sums:
        return {}
    rng = np.random.default_rng(0)
    indices = rng.integers(0, len(scores), size=(_SAMPLES, len(scores)))
    whole = bootstrap_macro(scores, labels, indices, measure)
    by_label = np.nan_to_num(bootstrap_f1(scores, labels, indices, measure))
    drawn = {label: by_label[:, column] for column, label in enumerate(labels)}
    held = grounds(scores, labels=labels)
    found = {ground.ALL: (macro_f1(sums, measure), whole)} | {
        label: (counts[measure].f1, drawn[label]) for label, counts in sums.items()
    }
    measured: dict[str, Measured] = {}
    for name, (f1, values) in found.items():
        low, high = ground.interval(values, held[name]) or (None, None)
        measured[name] = Measured(f1=f1, low=low, high=high, reason=ground.reason(held[name]))
    return measured


def _age(annotation: Annotation) -> tuple[str, str]:
    return (annotation.updated_at or annotation.created_at or "", annotation.annotation_id)
