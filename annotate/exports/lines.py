"""A line of an export part: an article with everything that people did to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from annotate.errors import RecordError
from annotate.jsonl import article_from_json, article_to_json
from annotate.marks_json import links_from_json, links_to_json, spans_from_json, spans_to_json
from annotate.plain_json import text_fault
from annotate.records import Annotation, Article, ArticleKey, Split, check_work

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedArticle:
    """One revision of an article as an export holds it.

    `group` is its near-duplicate group and `split` what the group serves for; `blind` tells that
    annotators saw no predictions. `tasks` are the ids on the server; `skipped` counts who skipped
    it.
    """

    article: Article
    annotations: tuple[Annotation, ...]
    group: str
    split: Split
    blind: bool
    corpus: str | None = None
    """Name of the foreign corpus that it comes from: learned first, never tested on."""
    tasks: tuple[int, ...] = ()
    skipped: int = 0

    def __post_init__(self) -> None:
        check_work(
            self.article,
            self.annotations,
            group=self.group,
            split=self.split,
            skipped=self.skipped,
        )
        owner = self.article.article_id
        if not isinstance(self.blind, bool):
            raise RecordError(f"{owner}: blind is {self.blind!r}; expected true or false")
        if self.corpus is not None and (text_fault(self.corpus) or not self.corpus.strip()):
            raise RecordError(f"{owner}: the corpus is {self.corpus!r}; expected a name")
        for task_id in self.tasks:
            if type(task_id) is not int:
                raise RecordError(f"{owner}: a task has the id {task_id!r}; expected a number")

    @property
    def key(self) -> ArticleKey:
        """What a later line replaces: the article's id and the hash of its text."""
        return self.article.key


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A line that removes what earlier parts said about an article."""

    key: ArticleKey

    def __post_init__(self) -> None:
        article_id, text_sha256 = self.key
        if text_fault(article_id) or not article_id.strip():
            raise RecordError(f"a removal names no article: its id is {article_id!r}")
        if text_fault(text_sha256) or not _SHA256.fullmatch(text_sha256):
            raise RecordError(f"the removal of {article_id!r} names no text: {text_sha256!r}")


def line_to_json(line: ExportedArticle | Tombstone) -> dict[str, Any]:
    """Return the JSON object of a line."""
    if isinstance(line, Tombstone):
        return {"article_id": line.key[0], "text_sha256": line.key[1], "removed": True}
    return {
        **article_to_json(line.article),
        "group": line.group,
        "split": line.split,
        "blind": line.blind,
        "corpus": line.corpus,
        "tasks": list(line.tasks),
        "skipped": line.skipped,
        "annotations": [annotation_to_json(annotation) for annotation in line.annotations],
    }


def line_from_json(value: Mapping[str, Any]) -> ExportedArticle | Tombstone:
    """Return the line of a JSON object; raises `RecordError` saying what was expected."""
    try:
        if value.get("removed"):
            return Tombstone(ArticleKey(value["article_id"], value["text_sha256"]))
        article = article_from_json(value)
        return ExportedArticle(
            article=article,
            annotations=tuple(_annotation_from_json(article, a) for a in value["annotations"]),
            group=value["group"],
            split=value["split"],
            blind=value["blind"],
            corpus=value["corpus"],
            tasks=tuple(value["tasks"]),
            skipped=value["skipped"],
        )
    except (KeyError, TypeError) as error:
        raise RecordError(f"not a line of an export: {error!r}") from None


_PLAIN = (
    "annotation_id",
    "annotator",
    "created_at",
    "updated_at",
    "lead_time",
    "prediction_shown",
    "ground_truth",
)


def annotation_to_json(annotation: Annotation) -> dict[str, Any]:
    """Return the JSON object of an annotation as a line holds it."""
    plain = {name: getattr(annotation, name) for name in _PLAIN}
    return {
        **plain,
        "labels": list(annotation.labels),
        "spans": spans_to_json(annotation.spans),
        "links": links_to_json(annotation.links),
        "extra": [dict(item) for item in annotation.extra],
    }


def _annotation_from_json(article: Article, value: Mapping[str, Any]) -> Annotation:
    owner = article.article_id
    spans, _ = spans_from_json(owner, value["spans"])
    for name, kind in (("labels", str), ("extra", dict)):
        if not isinstance(value[name], list) or not all(isinstance(v, kind) for v in value[name]):
            what = "strings" if kind is str else "objects"
            raise RecordError(f"{owner}: expected {name!r} to be a list of {what}")
    return Annotation(
        article_id=owner,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links_from_json(owner, value["links"], spans),
        labels=tuple(value["labels"]),
        extra=tuple(value["extra"]),
        **{name: value[name] for name in _PLAIN},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCounts:
    """What a version holds, in numbers."""

    articles: int
    annotated: int
    annotations: int
    spans: Mapping[str, int]
    links: Mapping[str, int]
    extra: int
    skipped: int

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        return asdict(self)


def count_lines(lines: list[ExportedArticle]) -> ExportCounts:
    """Count articles, annotations, spans and links, label by label."""
    spans: dict[str, int] = {}
    links: dict[str, int] = {}
    annotations = [a for line in lines for a in line.annotations]
    for annotation in annotations:
        for span in annotation.spans:
            spans[span.label] = spans.get(span.label, 0) + 1
        for link in annotation.links:
            links[link.label] = links.get(link.label, 0) + 1
    return ExportCounts(
        articles=len(lines),
        annotated=sum(bool(line.annotations) for line in lines),
        annotations=len(annotations),
        spans=dict(sorted(spans.items())),
        links=dict(sorted(links.items())),
        extra=sum(len(annotation.extra) for annotation in annotations),
        skipped=sum(line.skipped for line in lines),
    )
