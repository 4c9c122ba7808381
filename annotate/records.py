"""The narrow waist: what every part of annotate hands to the others.

Offsets are Unicode code points into `Article.text`, half-open: `text[start:end]` is the span.
Constructors refuse what cannot be (`RecordError`), so that a record in hand is a valid one.
`Prediction` is made by a machine and `Annotation` by a person: two types, so that training on a
model's own output is a type error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from annotate.errors import RecordError
from annotate.plain_json import is_plain, json_fault, text_fault

Split: TypeAlias = Literal["train", "dev", "test", "none"]
"""`none`: an article that would bridge two groups across a split; it neither trains nor tests."""

_SPLITS: tuple[str, ...] = get_args(Split)


def text_hash(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8, in hex: the identity of an exact text."""
    return hashlib.sha256(text.encode()).hexdigest()


class ArticleKey(NamedTuple):
    """An article revision: its id, and the hash of its exact text. Tasks and lines go by it."""

    article_id: str
    text_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A news article: its exact text, who it is, and what is known about it.

    `article_id` is the caller's id, else the URL, else the path relative to the workspace.
    """

    article_id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    text_sha256: str = field(init=False)

    def __post_init__(self) -> None:
        # Articles are made by the thousand: one look at all of it, field by field where it fails.
        try:
            about = "".join(
                (
                    self.article_id,
                    "" if self.title is None else self.title,
                    "" if self.outlet is None else self.outlet,
                    "" if self.url is None else self.url,
                    "" if self.published is None else self.published,
                )
            )
            plain = b"\0" not in about.encode() and type(self.meta) is dict and is_plain(self.meta)
        except (TypeError, UnicodeEncodeError, RecursionError):
            plain = False
        if not plain:
            self._refuse_what_is_not_plain()
        if not self.article_id.strip():
            raise RecordError("an article needs an id")
        if not self.text or self.text.isspace():
            raise RecordError(f"article {self.article_id!r} has no text")
        try:
            encoded = self.text.encode()
        except UnicodeEncodeError as error:
            raise RecordError(
                f"article {self.article_id!r} holds a lone surrogate at character {error.start}"
            ) from None
        if b"\0" in encoded:
            raise RecordError(
                f"article {self.article_id!r} holds U+0000 at character {self.text.index(chr(0))}"
            )
        object.__setattr__(self, "text_sha256", hashlib.sha256(encoded).hexdigest())

    def _refuse_what_is_not_plain(self) -> None:
        """Name the field that no file can hold; unusual metadata may pass here."""
        for name in ("article_id", "title", "outlet", "url", "published"):
            value = getattr(self, name)
            fault = None if value is None and name != "article_id" else text_fault(value)
            if fault:
                raise RecordError(f"article {self.article_id!r}: {name} {fault}")
        fault = json_fault(self.meta, "meta")
        if fault is None and not isinstance(self.meta, dict):
            fault = f"meta is {type(self.meta).__name__}, not an object"
        if fault:
            raise RecordError(f"article {self.article_id!r}: {fault}")

    @property
    def key(self) -> ArticleKey:
        """Which revision of which article this is."""
        return ArticleKey(self.article_id, self.text_sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A labelled stretch of text; `attributes` are the per-region choices, by control name."""

    id: str
    start: int
    end: int
    label: str
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.id:
            raise RecordError("a span needs an id")
        if not self.label:
            raise RecordError(f"span {self.id!r} has no label")
        if not 0 <= self.start < self.end:
            raise RecordError(
                f"span {self.id!r} ({self.label}) has offsets {self.start}:{self.end}; "
                "expected 0 <= start < end"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A directed, labelled link between two spans of one article, by their ids.

    `inferred`: nobody drew it; it follows from where the spans stand.
    """

    head_id: str
    tail_id: str
    label: str
    inferred: bool = False

    def __post_init__(self) -> None:
        if self.head_id == self.tail_id:
            raise RecordError(f"a link ({self.label}) joins span {self.head_id!r} to itself")
        if not self.label:
            raise RecordError(f"the link {self.head_id!r} to {self.tail_id!r} has no label")


def check_spans(spans: tuple[Span, ...], links: tuple[Link, ...], *, owner: str) -> None:
    """Refuse ids that are used twice and links that lead nowhere.

    Raises `RecordError`; `owner` names the article in the message.
    """
    ids = [span.id for span in spans]
    known = set(ids)
    if len(known) != len(ids):
        twice = next(span_id for span_id in ids if ids.count(span_id) > 1)
        raise RecordError(f"{owner}: two spans have the id {twice!r}")
    for link in links:
        for end in (link.head_id, link.tail_id):
            if end not in known:
                raise RecordError(f"{owner}: a link ({link.label}) names no span: {end!r}")


def check_fits(
    article: Article, text_sha256: str, spans: tuple[Span, ...], *, what: str = "spans"
) -> None:
    """Refuse spans that were made for another text, or that reach beyond this one.

    Raises `RecordError`.
    """
    if text_sha256 != article.text_sha256:
        raise RecordError(
            f"{article.article_id}: the {what} belong to another text "
            f"(hash {text_sha256[:12]}, the article's is {article.text_sha256[:12]})"
        )
    for span in spans:
        if span.end > len(article.text):
            raise RecordError(
                f"{article.article_id}: span {span.id!r} ({span.label}) ends at {span.end}, "
                f"the text at {len(article.text)}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a pipeline found in one exact text; `scores` by span id, in [0, 1]."""

    article_id: str
    text_sha256: str
    spans: tuple[Span, ...]
    links: tuple[Link, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    model_version: str

    def __post_init__(self) -> None:
        if not self.model_version:
            raise RecordError(f"{self.article_id}: a prediction needs its model version")
        check_spans(self.spans, self.links, owner=self.article_id)
        known = {span.id for span in self.spans}
        for span_id, score in self.scores.items():
            if span_id not in known:
                raise RecordError(f"{self.article_id}: a score names no span: {span_id!r}")
            if not 0.0 <= score <= 1.0:
                raise RecordError(
                    f"{self.article_id}: the score of span {span_id!r} is {score}, not in [0, 1]"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What one person marked in one exact text.

    `labels` names the labels, choices and link kinds that were annotated at all: what is not
    among them is unknown, not absent. `annotator` is a pseudonym. `prediction_shown` is the model
    version whose pre-labels the person corrected, `None` for work from nothing. `extra` holds,
    verbatim, what the person entered and these records do not model.
    """

    article_id: str
    text_sha256: str
    spans: tuple[Span, ...]
    links: tuple[Link, ...] = ()
    labels: tuple[str, ...]
    annotator: str
    annotation_id: str
    created_at: str | None = None
    updated_at: str | None = None
    lead_time: float | None = None
    prediction_shown: str | None = None
    ground_truth: bool = False
    extra: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if not self.annotator:
            raise RecordError(f"{self.article_id}: an annotation needs its annotator")
        if not self.annotation_id:
            raise RecordError(f"{self.article_id}: an annotation needs its id")
        check_spans(self.spans, self.links, owner=self.article_id)


def without_inferred(annotation: Annotation) -> Annotation:
    """Return the annotation as the person left it: without the links that nobody drew."""
    drawn = tuple(link for link in annotation.links if not link.inferred)
    return annotation if len(drawn) == len(annotation.links) else replace(annotation, links=drawn)


def check_work(
    article: Article,
    annotations: Sequence[Annotation],
    *,
    group: str,
    split: str,
    skipped: int,
) -> None:
    """Refuse what people cannot have done to an article: work on another text, counts below zero.

    `group` and `split` are the article's place. Raises `RecordError`.
    """
    owner = article.article_id
    if text_fault(group) or not group.strip():
        raise RecordError(f"{owner}: the group is {group!r}; expected an article's id")
    if split not in _SPLITS:
        raise RecordError(f"{owner}: the split is {split!r}; expected {', '.join(_SPLITS)}")
    if type(skipped) is not int or skipped < 0:
        raise RecordError(f"{owner}: skipped is {skipped!r}; expected a count")
    known: set[str] = set()
    for annotation in annotations:
        if annotation.article_id != owner:
            raise RecordError(
                f"{owner}: annotation {annotation.annotation_id!r} belongs to another article "
                f"({annotation.article_id!r})"
            )
        check_fits(
            article,
            annotation.text_sha256,
            annotation.spans,
            what=f"spans of annotation {annotation.annotation_id!r}",
        )
        if annotation.annotation_id in known:
            raise RecordError(f"{owner}: two annotations have the id {annotation.annotation_id!r}")
        known.add(annotation.annotation_id)
