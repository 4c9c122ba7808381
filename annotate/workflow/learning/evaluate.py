"""Score predictions against gold, label by label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from annotate.errors import InputError
from annotate.jsonl import ArticleLine, read_article_lines
from annotate.pipeline.registry import Model
from annotate.quality import ground
from annotate.quality.calibration import Calibration, calibration
from annotate.quality.extras import Extras, Marked, score_extras
from annotate.quality.mistakes import Mistake, confusion, find_mistakes
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
from annotate.records import Annotation, Article, ArticleKey, Link, Prediction, Span
from annotate.workflow.learning.gold import Gold, names
from annotate.workflow.state.context import Context
from annotate.workflow.state.models import predict_all

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
    confusion: dict[tuple[str, str], int]
    """(gold label, predicted label) → spans; `none` on one side: missed or spurious."""
    texts: dict[str, str]

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
        tally: dict[str, list[int]] = {}
        for mistake in self.mistakes:
            both = tally.setdefault(mistake.article_id, [0, 0])
            both[mistake.kind != "missed"] += 1
        ranked = sorted(tally.items(), key=lambda entry: (-sum(entry[1]), entry[0]))
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
            "mistakes": dict(Counter(mistake.kind for mistake in self.mistakes)),
            "worst_articles": [
                {"article_id": article_id, "missed": missed, "wrong": wrong}
                for article_id, missed, wrong in self.worst()
            ],
        }


def evaluate_file(
    gold: Gold, labels: Sequence[str], predicted: Path
) -> tuple[Evaluation, frozenset[str]]:
    """Score a JSONL file of predictions; return also the model versions that its lines name.

    Raises `InputError` for an article that is missing, stands twice or whose text differs.
    """
    found: dict[ArticleKey, ArticleLine] = {}
    ids: set[str] = set()
    for number, line in read_article_lines(predicted):
        if line.article.key in found:
            raise InputError(
                f"article {line.article.article_id!r} stands twice", path=predicted, line=number
            )
        found[line.article.key] = line
        ids.add(line.article.article_id)
    items: list[_Scored] = []
    for name, line in zip(names(gold.lines), gold.lines, strict=True):
        other = found.get(line.article.key)
        if other is None:
            article_id = line.article.article_id
            if article_id in ids:
                said = f"article {article_id!r} has another text than in {gold.name}"
            else:
                said = f"no line for article {article_id!r}, which {gold.name} has"
            raise InputError(said, path=predicted)
        items.append(
            _Scored(
                _item(name, line, other.spans, labels),
                other.scores,
                line.links,
                other.links,
                line.labels is None,
            )
        )
    versions = frozenset(line.model_version for line in found.values() if line.model_version)
    return _evaluation(items, labels, name=str(predicted)), versions


def evaluate_model(context: Context, gold: Gold, model: Model) -> Evaluation:
    """Score a model on gold; where it gives no prediction, as if it had marked nothing."""
    labels = context.scheme.span_labels
    predictions = context.models.load(model).predict(line.article for line in gold.lines)
    items = [
        _Scored(
            _item(name, line, found.spans if found else (), labels),
            found.scores if found else {},
            line.links,
            found.links if found else (),
            line.labels is None,
        )
        for name, line, found in zip(names(gold.lines), gold.lines, predictions, strict=True)
    ]
    return _evaluation(items, labels, name=model.version)


def evaluate_annotations(
    context: Context, gold: Iterable[tuple[Article, Annotation]], model: Model
) -> Evaluation:
    """Score a model on articles that people annotated."""
    pairs = list(gold)
    predictions = predict_all(context.models.load(model), (article for article, _ in pairs))
    items = [(*pair, found) for pair, found in zip(pairs, predictions, strict=True)]
    return evaluate_predictions(items, context.scheme.span_labels, name=model.version)


def evaluate_predictions(
    items: Iterable[tuple[Article, Annotation, Prediction]], labels: Sequence[str], *, name: str
) -> Evaluation:
    """Score predictions on articles that people annotated."""
    scored = [
        _Scored(
            GoldAndPredicted(
                article_id=article.article_id,
                text=article.text,
                gold=annotation.spans,
                predicted=prediction.spans,
                labels=frozenset(annotation.labels),
            ),
            prediction.scores,
            annotation.links,
            prediction.links,
            everything=False,
        )
        for article, annotation, prediction in items
    ]
    return _evaluation(scored, labels, name=name)


def _item(
    name: str, line: ArticleLine, predicted: tuple[Span, ...], labels: Sequence[str]
) -> GoldAndPredicted:
    return GoldAndPredicted(
        article_id=name,
        text=line.article.text,
        gold=line.spans,
        predicted=predicted,
        labels=frozenset(labels if line.labels is None else line.labels),
    )


@dataclass(frozen=True, slots=True)
class _Scored:
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


def _evaluation(articles: Sequence[_Scored], labels: Sequence[str], *, name: str) -> Evaluation:
    items = [article.item for article in articles]
    scores = tuple(score_article(item, labels) for item in items)
    counts = total(scores, labels)
    held = grounds(scores, labels=labels)
    interval: ground.Interval | None = None
    label_intervals: dict[str, ground.Interval | None] = dict.fromkeys(labels)
    if scores:
        rng = np.random.default_rng(0)
        indices = rng.integers(0, len(scores), size=(SAMPLES, len(scores)))
        interval = ground.interval(bootstrap_macro(scores, labels, indices), held[ground.ALL])
        by_label = bootstrap_f1(scores, labels, indices)
        label_intervals = {
            label: ground.interval(np.nan_to_num(by_label[:, column]), held[label])
            for column, label in enumerate(labels)
        }
    reasons = {name: ground.reason(held[name]) for name in (ground.ALL, *labels)}
    judged = tuple(pair for article in articles for pair in _judged(article))
    mistakes = tuple(
        replace(mistake, score=article.scores.get(getattr(mistake.predicted, "id", "")))
        for article in articles
        for mistake in find_mistakes(article.item, labels)[0]
    )
    return Evaluation(
        name=name,
        scores=scores,
        labels=tuple(labels),
        counts=counts,
        macro={measure: macro_f1(counts, measure) for measure in MEASURES},
        interval=interval,
        label_intervals=label_intervals,
        reasons={name: why for name, why in reasons.items() if why},
        judged=judged,
        calibration=calibration(judged),
        extras=score_extras(article.sides for article in articles),
        mistakes=mistakes,
        confusion=confusion(
            mistakes, {label: measures["exact"].found for label, measures in counts.items()}
        ),
        texts={item.article_id: item.text for item in items},
    )


def _judged(article: _Scored) -> list[tuple[float, bool]]:
    """Return (score, whether it is right) of every scored span whose label is known there."""
    item = article.item
    gold = {(span.start, span.end, span.label) for span in item.gold}
    return [
        (article.scores[span.id], (span.start, span.end, span.label) in gold)
        for span in item.predicted
        if span.id in article.scores and span.label in item.labels
    ]
