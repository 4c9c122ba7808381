"""Score predictions against gold, label by label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import tee
from pathlib import Path

from annotate.errors import InputError
from annotate.jsonl import ArticleLine, read_article_lines
from annotate.pipeline.registry import Model
from annotate.quality.scoring import GoldAndPredicted
from annotate.records import Annotation, Article, ArticleKey, Prediction, Span
from annotate.workflow.learning.evaluation import Evaluation, Scored, add_up
from annotate.workflow.learning.gold import Gold, names
from annotate.workflow.state.context import Context
from annotate.workflow.state.models import predict_all


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
    items: list[Scored] = []
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
            Scored(
                _item(name, line, other.spans, labels),
                other.scores,
                line.links,
                other.links,
                line.labels is None,
            )
        )
    versions = frozenset(line.model_version for line in found.values() if line.model_version)
    return add_up(items, labels, name=str(predicted), details=True), versions


def evaluate_model(context: Context, gold: Gold, model: Model) -> Evaluation:
    """Score a model on gold; where it gives no prediction, as if it had marked nothing."""
    labels = context.scheme.span_labels
    predictions = context.models.load(model).predict(line.article for line in gold.lines)
    items = (
        Scored(
            _item(name, line, found.spans if found else (), labels),
            found.scores if found else {},
            line.links,
            found.links if found else (),
            line.labels is None,
        )
        for name, line, found in zip(names(gold.lines), gold.lines, predictions, strict=True)
    )
    return add_up(items, labels, name=model.version, details=True)


def evaluate_annotations(
    context: Context, gold: Iterable[tuple[Article, Annotation]], model: Model
) -> Evaluation:
    """Score a model on articles that people annotated; neither mistakes nor texts are kept."""
    once, again = tee(gold)
    predictions = predict_all(context.models.load(model), (article for article, _ in once))
    items = ((*pair, found) for pair, found in zip(again, predictions, strict=True))
    labels = context.scheme.span_labels
    return evaluate_predictions(items, labels, name=model.version, details=False)


def evaluate_predictions(
    items: Iterable[tuple[Article, Annotation, Prediction]],
    labels: Sequence[str],
    *,
    name: str,
    details: bool = True,
) -> Evaluation:
    """Score predictions on articles that people annotated, read one after the other."""
    scored = (
        Scored(
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
    )
    return add_up(scored, labels, name=name, details=details)


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
