"""Who marked what in an article that several people, or people and models, looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from annotate.records import Annotation, Link, Prediction, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What one rater marked, a person or a model version.

    `names` are the labels, choices and link kinds that the rater looked for: what is not among them
    is unknown, not absent.
    """

    rater: str
    spans: tuple[Span, ...]
    links: tuple[Link, ...] = ()
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedArticle:
    """An article with the marks of its raters; each rater stands there once."""

    article_id: str
    text: str
    people: tuple[Marks, ...]
    models: tuple[Marks, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedArticle:
    """An article with the annotations of several people, one each.

    `blind` tells that none of them saw what a machine had marked.
    """

    article_id: str
    text: str
    annotations: tuple[Annotation, ...]
    blind: bool


def last_of_each(annotations: Iterable[Annotation]) -> tuple[Annotation, ...]:
    """Return the annotation that each person changed last, in order of the pseudonyms."""
    last: dict[str, Annotation] = {}
    for annotation in annotations:
        other = last.get(annotation.annotator)
        if other is None or _age(annotation) >= _age(other):
            last[annotation.annotator] = annotation
    return tuple(last[name] for name in sorted(last))


def shared_article(
    article_id: str, text: str, annotations: Iterable[Annotation], *, blind: bool
) -> SharedArticle | None:
    """Return the article with the last annotation of each person, `None` with fewer than two.

    `blind` is whether the article was shown to annotators without predictions.
    """
    ordered = last_of_each(annotations)
    if len(ordered) < 2:
        return None
    unseen = all(annotation.prediction_shown is None for annotation in ordered)
    return SharedArticle(
        article_id=article_id, text=text, annotations=ordered, blind=blind and unseen
    )


def marks_of(made: Annotation | Prediction, names: Iterable[str]) -> Marks:
    """Return the marks of an annotation, or of a prediction, which looked for all `names`."""
    if isinstance(made, Annotation):
        rater, looked_for = made.annotator, frozenset(made.labels)
    else:
        rater, looked_for = made.model_version, frozenset(names)
    return Marks(rater=rater, spans=made.spans, links=made.links, names=looked_for)


def _age(annotation: Annotation) -> tuple[str, str]:
    return (annotation.updated_at or annotation.created_at or "", annotation.annotation_id)
