"""What lies between two versions, in numbers and article by article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from annotate.exports.lines import ExportedArticle
from annotate.records import Annotation, ArticleKey

_Mark: TypeAlias = tuple[str, str, tuple[object, ...]]
"""Annotation, label, and where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChange:
    """One article that differs; spans and links are counted by label: (gone, new)."""

    article_id: str
    what: str
    spans: Mapping[str, tuple[int, int]]
    drawn: Mapping[str, tuple[int, int]]
    """Links that somebody drew."""
    inferred: Mapping[str, tuple[int, int]]
    """Links that nobody drew."""
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
                spans=_counted(_spans(old_annotations), _spans(new_annotations)),
                drawn=_counted(
                    _links(old_annotations, inferred=False), _links(new_annotations, inferred=False)
                ),
                inferred=_counted(
                    _links(old_annotations, inferred=True), _links(new_annotations, inferred=True)
                ),
                annotations=(len(old_annotations), len(new_annotations)),
            )
        )
    return changes


def _counted(old: Counter[_Mark], new: Counter[_Mark]) -> dict[str, tuple[int, int]]:
    gone = Counter(label for _, label, _ in (old - new).elements())
    came = Counter(label for _, label, _ in (new - old).elements())
    return {label: (gone[label], came[label]) for label in sorted(gone.keys() | came.keys())}


def _spans(annotations: Sequence[Annotation]) -> Counter[_Mark]:
    return Counter(
        (annotation.annotation_id, span.label, (span.start, span.end))
        for annotation in annotations
        for span in annotation.spans
    )


def _links(annotations: Sequence[Annotation], *, inferred: bool) -> Counter[_Mark]:
    found: Counter[_Mark] = Counter()
    for annotation in annotations:
        places = {span.id: (span.start, span.end, span.label) for span in annotation.spans}
        found.update(
            (annotation.annotation_id, link.label, (places[link.head_id], places[link.tail_id]))
            for link in annotation.links
            if link.inferred == inferred
        )
    return found
