"""What lies between two versions, in numbers and article by article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from annotate.exports.lines import ExportedArticle
from annotate.records import Annotation, ArticleKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChange:
    """One article that differs; `spans` counts what came and went, by label: (gone, new)."""

    article_id: str
    what: str
    spans: Mapping[str, tuple[int, int]]
    annotations: tuple[int, int]


def difference(
    before: Mapping[ArticleKey, ExportedArticle],
    after: Mapping[ArticleKey, ExportedArticle],
) -> list[ArticleChange]:
    """Return the articles that were added, removed or changed, in order of their keys."""
    changes: list[ArticleChange] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        old_annotations = old.annotations if old else ()
        new_annotations = new.annotations if new else ()
        changes.append(
            ArticleChange(
                article_id=key[0],
                what="added" if old is None else "removed" if new is None else "changed",
                spans=_span_changes(old_annotations, new_annotations),
                annotations=(len(old_annotations), len(new_annotations)),
            )
        )
    return changes


def _span_changes(
    before: tuple[Annotation, ...], after: tuple[Annotation, ...]
) -> dict[str, tuple[int, int]]:
    old, new = _marks(before), _marks(after)
    gone = Counter(mark[-1] for mark in (old - new).elements())
    came = Counter(mark[-1] for mark in (new - old).elements())
    return {label: (gone[label], came[label]) for label in sorted(gone.keys() | came.keys())}


def _marks(annotations: tuple[Annotation, ...]) -> Counter[tuple[str, int, int, str]]:
    return Counter(
        (annotation.annotation_id, span.start, span.end, span.label)
        for annotation in annotations
        for span in annotation.spans
    )
