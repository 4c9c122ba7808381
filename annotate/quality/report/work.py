"""A person's annotation of an article, as far as a report counts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from annotate.quality.scoring import ArticleScore, macro_f1, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One annotation; `day` is the date of its last change (UTC), as the server says it.

    `seconds` is how long the page was open, where the server tells it. `spans` counts the marks by
    label, `reviewer` compares them with a reviewer's decision, where there is one.
    """

    article_id: str
    annotator: str
    day: str | None
    words: int
    seconds: float | None
    spans: Mapping[str, int]
    blind: bool
    outlet: str | None
    reviewer: ArticleScore | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What one annotator did; F1 are means of the labels' exact F1, `None` where nothing compares.

    `others` is over all pairs with other annotators of the same articles, and `other_articles` how
    many articles that are.
    """

    annotator: str
    annotations: int
    first_day: str | None
    last_day: str | None
    median_seconds: float | None
    seconds_per_100_words: float | None
    spans_per_100_words: float | None
    others: float | None
    other_articles: int
    reviewer: float | None
    reviewed_articles: int
    accepted: float | None
    """Share of the predicted spans that the person was shown and left as they were."""
    predicted: int


def people(
    works: Iterable[Work],
    pairs: Mapping[tuple[str, str], tuple[int, float | None]],
    labels: Sequence[str],
    accepted: Mapping[str, tuple[float | None, int]],
) -> list[Person]:
    """Return a row a person, in order of the names.

    `pairs` has two people → the articles that both did, and the F1 on them; a person's F1 with the
    others is their mean, weighted by the articles. `accepted` has a person → the share of predicted
    spans that were left as they were, and how many were shown.
    """
    by_person: dict[str, list[Work]] = {}
    for work in works:
        by_person.setdefault(work.annotator, []).append(work)
    return [
        _person(name, theirs, pairs, labels, accepted.get(name, (None, 0)))
        for name, theirs in sorted(by_person.items())
    ]


def _person(
    name: str,
    works: Sequence[Work],
    pairs: Mapping[tuple[str, str], tuple[int, float | None]],
    labels: Sequence[str],
    accepted: tuple[float | None, int],
) -> Person:
    days = [work.day for work in works if work.day]
    timed = [work for work in works if work.seconds is not None and work.words]
    seconds = [work.seconds for work in timed if work.seconds is not None]
    words = sum(work.words for work in works)
    shared = [
        (articles, f1) for both, (articles, f1) in pairs.items() if name in both and f1 is not None
    ]
    count = sum(articles for articles, _ in shared)
    decided = [work.reviewer for work in works if work.reviewer is not None]
    return Person(
        annotator=name,
        annotations=len(works),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        median_seconds=median(seconds) if seconds else None,
        seconds_per_100_words=median(
            100 * work.seconds / work.words for work in timed if work.seconds is not None
        )
        if timed
        else None,
        spans_per_100_words=100 * sum(sum(w.spans.values()) for w in works) / words
        if words
        else None,
        others=sum(articles * f1 for articles, f1 in shared) / count if count else None,
        other_articles=count,
        reviewer=macro_f1(total(decided, labels)) if decided else None,
        reviewed_articles=len(decided),
        accepted=accepted[0],
        predicted=accepted[1],
    )
