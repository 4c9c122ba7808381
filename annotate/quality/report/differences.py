"""How two people differ on the same articles: label against label, and by how many words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from annotate.quality.agreement.raters import RatedArticle
from annotate.quality.mistakes import find_mistakes
from annotate.quality.scoring import GoldAndPredicted

MISSED = "–"
"""Stands for nothing: one of two people has no span there."""

FURTHEST = 5
"""Ends that are further apart are counted with this many words, on their side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What pairs of people made of the same words.

    `confusion` counts (label, label), the names in order, `MISSED` last; two spans that lie on one
    another count once. `starts` and `ends` count, by label, how many words the ends of two such
    spans of one label are apart: 0 where they are the same.
    """

    confusion: Mapping[tuple[str, str], int]
    starts: Mapping[str, Mapping[int, int]]
    ends: Mapping[str, Mapping[int, int]]


def differences(articles: Iterable[RatedArticle], labels: Sequence[str]) -> Differences:
    """Count how people in pairs differ; labels for which one of the two did not look do not count.

    Who of the two is named first does not matter: words apart have no sign.
    """
    confusion: Counter[tuple[str, str]] = Counter()
    starts: dict[str, Counter[int]] = {label: Counter() for label in labels}
    ends: dict[str, Counter[int]] = {label: Counter() for label in labels}
    order = {label: place for place, label in enumerate((*labels, MISSED))}
    for article in articles:
        for one, other in combinations(article.people, 2):
            item = GoldAndPredicted(
                article_id=article.article_id,
                text=article.text,
                gold=one.spans,
                predicted=other.spans,
                labels=one.names & other.names,
            )
            mistakes, _ = find_mistakes(item, labels)
            for label, count in _alike(item, labels).items():
                confusion[label, label] += count
                starts[label][0] += count
                ends[label][0] += count
            for mistake in mistakes:
                names = [s.label if s else MISSED for s in (mistake.gold, mistake.predicted)]
                first, second = sorted(names, key=order.__getitem__)
                confusion[first, second] += 1
                if mistake.kind == "boundary":
                    starts[first][min(FURTHEST, abs(mistake.words[0]))] += 1
                    ends[first][min(FURTHEST, abs(mistake.words[1]))] += 1
    return Differences(confusion=dict(confusion), starts=starts, ends=ends)


def _alike(item: GoldAndPredicted, labels: Sequence[str]) -> Counter[str]:
    one, other = (
        {(s.start, s.end, s.label) for s in spans} for spans in (item.gold, item.predicted)
    )
    return Counter(label for _, _, label in one & other if label in item.labels and label in labels)
