"""Records → the JSON of Label Studio tasks and predictions. Pure.

The server accepts predictions that cannot be (offsets out of range, unknown labels) and the page
draws and saves them: the checks here are the only ones. Everything is checked before it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from annotate.errors import SchemeMismatchError
from annotate.labels import LabelScheme
from annotate.records import Article, ArticleKey, Link, Prediction, Span, check_fits


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task that is ready for the import."""

    key: ArticleKey
    split: str
    payload: Mapping[str, Any]
    """The JSON that is sent."""
    model_version: str | None = None
    """`None`: it has no prediction."""
    spans: int = 0
    revises: int | None = None


def task_data(
    article: Article, scheme: LabelScheme, *, group: str, split: str, revises: int | None = None
) -> dict[str, Any]:
    """Return the `data` of an article's task; `data.article_id` is the only key of a task.

    `revises` is the id of the task that holds the article's former text.
    """
    byline = " · ".join(part for part in (article.outlet, article.published, article.url) if part)
    return {
        scheme.text_key: article.text,
        "article_id": article.article_id,
        "text_sha256": article.text_sha256,
        "title": article.title,
        "outlet": article.outlet,
        "url": article.url,
        "published": article.published,
        "byline": byline or article.article_id,
        "meta": dict(article.meta),
        "group": group,
        "split": split,
        "revises": revises,
    }


def new_task(
    article: Article,
    prediction: Prediction | None,
    scheme: LabelScheme,
    *,
    group: str,
    split: str,
    revises: int | None = None,
    never_shown: bool = False,
) -> NewTask:
    """Return a task for the import.

    Without a prediction it is blind, or was `never_shown` one because there was no model, or no
    line in a file of predictions: then it says so, and may get predictions later. `revises` is the
    id of the task that holds the article's former text. Raises `RecordError` or
    `SchemeMismatchError` for a prediction that must not be shown.
    """
    data = task_data(article, scheme, group=group, split=split, revises=revises)
    if never_shown:
        data["prelabelled"] = False
    payload: dict[str, Any] = {"data": data}
    if prediction is not None:
        payload["predictions"] = [build_prediction(article, prediction, scheme)]
    return NewTask(
        key=article.key,
        split=split,
        payload=payload,
        model_version=prediction.model_version if prediction else None,
        spans=len(prediction.spans) if prediction else 0,
        revises=revises,
    )


def build_prediction(
    article: Article, prediction: Prediction, scheme: LabelScheme
) -> dict[str, Any]:
    """Return a prediction as Label Studio takes it, checked against text and scheme.

    The prediction's score is the mean of its spans' scores.
    """
    check_prediction(article, prediction, scheme)
    scores = list(prediction.scores.values())
    return {
        "model_version": prediction.model_version,
        "score": sum(scores) / len(scores) if scores else None,
        "result": build_result(
            article, prediction.spans, prediction.links, scheme, scores=prediction.scores
        ),
    }


def build_result(
    article: Article,
    spans: Iterable[Span],
    links: Iterable[Link],
    scheme: LabelScheme,
    *,
    scores: Mapping[str, float],
) -> list[dict[str, Any]]:
    """Return regions (with the scores of their ids), per-region choices and relations."""
    result: list[dict[str, Any]] = []
    for span in spans:
        region = _region(article, span, scheme)
        region["value"]["labels"] = [span.label]
        if span.id in scores:
            region["score"] = scores[span.id]
        result.append(region)
        for name, values in span.attributes.items():
            choice = _region(article, span, scheme)
            choice["from_name"], choice["type"] = name, "choices"
            choice["value"]["choices"] = list(values)
            result.append(choice)
    result += [
        {
            "type": "relation",
            "from_id": link.head_id,
            "to_id": link.tail_id,
            "direction": "right",
            "labels": [link.label],
        }
        for link in links
    ]
    return result


def check_prediction(article: Article, prediction: Prediction, scheme: LabelScheme) -> None:
    """Refuse a prediction that the page would draw wrongly.

    Raises `RecordError` (another text, offsets beyond it) and `SchemeMismatchError` (a label,
    choice, option or relation that the labelling config has not).
    """
    check_fits(article, prediction.text_sha256, prediction.spans, what="predicted spans")
    for span in prediction.spans:
        if span.label not in scheme.span_labels:
            raise _unknown(article, f"label {span.label!r}", scheme.span_labels)
        _, rest = scheme.fit_choices(span.label, span.attributes)
        for name, values in rest.items():
            control = scheme.choice(name)
            if control is None or span.label not in control.labels:
                names = tuple(c.name for c in scheme.choices if span.label in c.labels)
                raise _unknown(article, f"choice {name!r} of a {span.label}", names)
            raise _unknown(article, f"option {values[0]!r} of {name!r}", control.options)
    for link in prediction.links:
        if link.label not in scheme.link_labels:
            raise _unknown(article, f"relation {link.label!r}", scheme.link_labels)


def _region(article: Article, span: Span, scheme: LabelScheme) -> dict[str, Any]:
    return {
        "id": span.id,
        "from_name": scheme.from_name,
        "to_name": scheme.to_name,
        "type": "labels",
        "value": {
            "start": span.start,
            "end": span.end,
            "text": article.text[span.start : span.end],
        },
    }


def _unknown(article: Article, what: str, known: tuple[str, ...]) -> SchemeMismatchError:
    return SchemeMismatchError(
        f"{article.article_id}: {what} is not in the labelling config, "
        f"which has {', '.join(known) or 'none'}"
    )
