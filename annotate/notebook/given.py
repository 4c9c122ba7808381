"""What a notebook hands over, as records: texts or articles, and marks beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from annotate.errors import RecordError, UsageError
from annotate.labels import LabelScheme
from annotate.records import Annotation, Article, Prediction, text_hash

Pair: TypeAlias = tuple[Article | str, Annotation | Prediction]
"""An article (or its text) and what was marked in it."""


def as_articles(articles: Iterable[Article | str]) -> list[Article]:
    """Return articles; a text becomes one whose id is made of the text's hash.

    Raises `UsageError` for a single text or article, for a whole table and for anything else, and
    `RecordError` for a text that is empty or longer than 1,000,000 characters. What is wrong with
    an item is said with its position.
    """
    if isinstance(articles, str | Article):
        raise UsageError(
            "expected several texts or articles, found a single one",
            hint="put it into a list: [text]",
        )
    # Of these an iteration gives names or numbers, of which some are texts as well.
    if isinstance(articles, Mapping | bytes) or hasattr(articles, "columns"):
        raise UsageError(
            f"expected a list or a column of texts or articles, found {_kind(articles)}",
            hint='name the column that holds the texts: frame["text"]',
        )
    if not isinstance(articles, Iterable):
        raise UsageError(f"expected texts or articles, found {_kind(articles)}")
    found: list[Article] = []
    for number, item in enumerate(articles):
        try:
            found.append(_article(item))
        except (RecordError, UsageError) as error:
            raise type(error)(f"item {number}: {error.message}") from None
    return found


def as_pairs(
    pairs: Iterable[Pair], *, scheme: LabelScheme | None = None
) -> list[tuple[Article, Annotation | Prediction]]:
    """Return articles with their marks; a text becomes the article that the marks name.

    Raises `UsageError` for what is no pair, and for labels that a `scheme` has not.
    """
    found: list[tuple[Article, Annotation | Prediction]] = []
    for item in pairs:
        match item:
            case (Article() | str() as given, Annotation() | Prediction() as marks):
                article = _article(given, article_id=marks.article_id)
            case _:
                raise UsageError(
                    f"expected pairs of an article and its marks, found {_kind(item)}",
                    hint="for predictions: zip(texts, predictions)",
                )
        if scheme is not None:
            check_labels(marks, scheme)
        found.append((article, marks))
    return found


def check_labels(marks: Annotation | Prediction, scheme: LabelScheme) -> None:
    """Raise `UsageError` for a label that the scheme has not: it would silently not count."""
    for span in marks.spans:
        if span.label not in scheme.span_labels:
            raise UsageError(
                f"{marks.article_id}: the label {span.label!r} is none of "
                f"{', '.join(scheme.span_labels)}",
                hint="name the labels: scheme=workspace.scheme, or annotate.label_scheme(…)",
            )


def _article(item: Any, *, article_id: str | None = None) -> Article:
    if isinstance(item, Article):
        return item
    if isinstance(item, str):
        from annotate.articles.text import MAX_CHARACTERS

        item = str(item)  # NumPy's texts are none to spaCy
        if len(item) > MAX_CHARACTERS:
            raise RecordError(
                f"holds {len(item):,} characters; an article may have {MAX_CHARACTERS:,}"
            )
        if article_id is None:
            article_id = f"text-{text_hash(item.encode(errors='replace').decode())[:12]}"
        return Article(article_id=article_id, text=item)
    raise UsageError(f"expected a text or an article, found {_kind(item)}")


def _kind(value: object) -> str:
    if isinstance(value, tuple) and len(value) == 2:
        return f"({', '.join(type(part).__name__ for part in value)})"
    return type(value).__name__
