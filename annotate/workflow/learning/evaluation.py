"""The scores of predictions, added up article by article: memory keeps counts, not articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from annotate.quality import ground
from annotate.quality.calibration import Calibration, calibration
from annotate.quality.extras import Extras, Marked, score_extras
from annotate.quality.mistakes import Mistake, confusion, find_mistakes
from annotate.quality.resampling import Resamples
from annotate.quality.scoring import (
    MEASURES,
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
from annotate.records import Link

SAMPLES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Scores of one set of predictions.

    Numbers that rest on no article are `None`, and so are intervals of what rests on fewer than
    five (`annotate.quality.ground`); `reasons` says why.
    """

    name: str
    """What was evaluated: a model version, or a file."""
    scores: tuple[ArticleScore, ...]
    labels: tuple[str, ...]
    counts: dict[str, dict[str, Counts]]
    macro: dict[str, float | None]
    interval: tuple[float, float] | None
    """95 % bootstrap interval of the macro exact F1, over articles."""
    label_intervals: dict[str, tuple[float, float] | None]
    """The same of every label's exact F1."""
    reasons: dict[str, str]
    """Label, or `all` for the mean → why it has no number or no interval."""
    judged: tuple[tuple[float, bool], ...]
    """(score, whether it is right) of the predicted spans that carry one."""
    calibration: Calibration
    """Of the predicted spans that carry a score."""
    extras: Extras
    """Links and choices."""
    mistakes: tuple[Mistake, ...]
    """All of them, where they were asked for."""
    kinds: dict[str, int]
    """Kind of mistake → how many there are."""
    wrong: dict[str, tuple[int, int]]
    """Article → spans that it missed, and that it has wrong; of articles with a mistake alone."""
    confusion: dict[tuple[str, str], int]
    """(gold label, predicted label) → spans; `none` on one side: missed or spurious."""
    texts: dict[str, str]
    """Of the articles, where the mistakes were asked for."""

    def __repr__(self) -> str:
        macro = self.macro["exact"]
        said = ground.NOTHING if macro is None else f"{macro:.3f}"
        if self.interval is not None:
            low, high = self.interval
            said += f" ({low:.3f} to {high:.3f})"
        elif macro is not None:
            said += " (no interval)"
        return f"<Evaluation of {self.name}: {len(self.scores)} articles, macro exact F1 {said}>"

    def rows(self) -> list[tuple[str, dict[str, Counts]]]:
        """Return the counts of every label, also of one that nobody annotated."""
        nothing = dict.fromkeys(MEASURES, Counts())
        return [(label, self.counts.get(label, nothing)) for label in self.labels]

    def worst(self, count: int = 10) -> list[tuple[str, int, int]]:
        """Return (article id, missed, spurious or wrong) of the articles with most mistakes."""
        ranked = sorted(self.wrong.items(), key=lambda entry: (-sum(entry[1]), entry[0]))
        return [(article_id, missed, wrong) for article_id, (missed, wrong) in ranked[:count]]

    def to_json(self) -> dict[str, Any]:
        """Return the scores as JSON; values in [0, 1], null where there is none."""
        return {
            "articles": len(self.scores),
            "labels": {
                label: {measure: c.to_json() for measure, c in counts.items()}
                for label, counts in self.rows()
            },
            "exact_f1_intervals": {
                label: interval and list(interval)
                for label, interval in self.label_intervals.items()
            },
            "macro_f1": self.macro,
            "macro_exact_interval": self.interval and list(self.interval),
            "reasons": dict(self.reasons),
            "calibration": asdict(self.calibration),
            **self.extras.to_json(),
            "confusion": [
                {"gold": gold, "predicted": predicted, "spans": count}
                for (gold, predicted), count in sorted(self.confusion.items())
            ],
            "mistakes": dict(self.kinds),
            "worst_articles": [
                {"article_id": article_id, "missed": missed, "wrong": wrong}
                for article_id, missed, wrong in self.worst()
            ],
        }


@dataclass(frozen=True, slots=True)
class Scored:
    """One article, and the scores of its predicted spans by their ids."""

    item: GoldAndPredicted
    scores: Mapping[str, float]
    gold_links: Sequence[Link]
    links: Sequence[Link]
    everything: bool
    """Whether the gold does not say what was annotated: then all was."""

    @property
    def sides(self) -> tuple[Marked, Marked, frozenset[str] | None]:
        """Return what people and what the machine marked, and what was annotated at all."""
        return (
            Marked(spans=self.item.gold, links=self.gold_links),
            Marked(spans=self.item.predicted, links=self.links),
            None if self.everything else self.item.labels,
        )


def add_up(
    articles: Iterable[Scored], labels: Sequence[str], *, name: str, details: bool
) -> Evaluation:
    """Return the scores of the articles together; with `details` all mistakes and texts as well."""
    scores: list[ArticleScore] = []
    judged: list[tuple[float, bool]] = []
    extras = Extras()
    mistakes: list[Mistake] = []
    kinds: Counter[str] = Counter()
    wrong: dict[str, tuple[int, int]] = {}
    confused: Counter[tuple[str, str]] = Counter()
    texts: dict[str, str] = {}
    for article in articles:
        item = article.item
        scores.append(score_article(item, labels))
        judged += _judged(article)
        extras += score_extras([article.sides])
        found = find_mistakes(item, labels)[0]
        kinds.update(mistake.kind for mistake in found)
        confused.update(confusion(found, {}))
        if found:
            missed, others = wrong.get(item.article_id, (0, 0))
            missing = sum(mistake.kind == "missed" for mistake in found)
            wrong[item.article_id] = (missed + missing, others + len(found) - missing)
        if details:
            texts[item.article_id] = item.text
            mistakes += (
                replace(mistake, score=article.scores.get(getattr(mistake.predicted, "id", "")))
                for mistake in found
            )
    counts = total(scores, labels)
    confused.update({(label, label): c["exact"].found for label, c in counts.items()})
    held = grounds(scores, labels=labels)
    interval: ground.Interval | None = None
    label_intervals: dict[str, ground.Interval | None] = dict.fromkeys(labels)
    if scores:
        draws = Resamples(len(scores), SAMPLES)
        interval = ground.interval(bootstrap_macro(scores, labels, draws), held[ground.ALL])
        by_label = bootstrap_f1(scores, labels, draws)
        label_intervals = {
            label: ground.interval(np.nan_to_num(by_label[:, column]), held[label])
            for column, label in enumerate(labels)
        }
    reasons = {name: ground.reason(held[name]) for name in (ground.ALL, *labels)}
    return Evaluation(
        name=name,
        scores=tuple(scores),
        labels=tuple(labels),
        counts=counts,
        macro={measure: macro_f1(counts, measure) for measure in MEASURES},
        interval=interval,
        label_intervals=label_intervals,
        reasons={name: why for name, why in reasons.items() if why},
        judged=tuple(judged),
        calibration=calibration(judged),
        extras=extras,
        mistakes=tuple(mistakes),
        kinds=dict(kinds),
        wrong=wrong,
        confusion=dict(confused),
        texts=texts,
    )


def _judged(article: Scored) -> list[tuple[float, bool]]:
    """Return (score, whether it is right) of every scored span whose label is known there."""
    item = article.item
    gold = {(span.start, span.end, span.label) for span in item.gold}
    return [
        (article.scores[span.id], (span.start, span.end, span.label) in gold)
        for span in item.predicted
        if span.id in article.scores and span.label in item.labels
    ]
