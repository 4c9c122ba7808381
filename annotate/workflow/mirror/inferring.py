"""Links that nobody had to draw: a line's annotations, completed by what structure gives. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TypeAlias

from annotate.exports.lines import ExportedArticle
from annotate.labels import LabelScheme
from annotate.origins import KEPT
from annotate.records import Annotation, Article, Link, Span, without_inferred
from annotate.studio.relations import relation_ends

GONE = "annotations whose missing links are not inferred: the prediction that was shown is gone"

Structure: TypeAlias = Callable[[Article, Sequence[Span]], Iterable[Link]]
"""What gives the links between spans by where these stand."""


def with_inferred(
    line: ExportedArticle | None,
    held: ExportedArticle | None,
    deleted: Mapping[str, tuple[Link, ...] | None],
    scheme: LabelScheme,
    structure: Structure,
    before: Mapping[str, tuple[Link, ...]],
) -> tuple[ExportedArticle | None, Counter[str]]:
    """Return `line` with the links that its annotations lack and structure gives, and what is told.

    A span that has a link of a kind, or from which the person deleted one, gets none of that kind;
    nor does one at which a relation hangs that cannot be read. `deleted` has, by annotation, the
    links of the prediction shown that the person deleted, or `None` where that prediction is gone:
    then links that the version (`held`) has inferred stay while the annotation is what it was, and
    no others are inferred; so do those of an earlier version that was made under these settings, if
    they were others meanwhile (`before`, by `marks_digest`). What came from files and from
    reviewers is left alone.
    """
    told: Counter[str] = Counter()
    if line is None:
        return None, told
    known = {a.annotation_id: a for a in held.annotations} if held else {}
    annotations: list[Annotation] = []
    for annotation in line.annotations:
        number = annotation.annotation_id
        if number.startswith(KEPT):
            annotations.append(annotation)
            continue
        # What a version remembers of a forgotten prediction counts as much as what the server says.
        gone = deleted.get(number, None if annotation.prediction_shown else ())
        drawn = without_inferred(annotation)
        if gone is None:
            kept = before.get(marks_digest(drawn))
            found = _kept(drawn, known.get(number)) if kept is None else list(kept)
            told[GONE] += not found
        else:
            found = _free(structure(line.article, drawn.spans), drawn, gone, scheme)
        fitting = (link for link in found if _fits(link, drawn, scheme))
        annotations.append(replace(drawn, links=(*drawn.links, *fitting)))
    return replace(line, annotations=tuple(annotations)), +told  # without what was counted as none


def inferred_links(line: ExportedArticle | None) -> set[tuple[str, Link]]:
    """Return the links of a line that nobody drew, each with the id of its annotation."""
    annotations = line.annotations if line else ()
    return {(a.annotation_id, link) for a in annotations for link in a.links if link.inferred}


def inferred_by_marks(lines: Iterable[ExportedArticle]) -> dict[str, tuple[Link, ...]]:
    """Return the links that nobody drew, by the digest of the marks between which they stand."""
    found: dict[str, tuple[Link, ...]] = {}
    for line in lines:
        for annotation in line.annotations:
            links = tuple(link for link in annotation.links if link.inferred)
            if links:
                found[marks_digest(without_inferred(annotation))] = links
    return found


def marks_digest(drawn: Annotation) -> str:
    """Return a hash of which annotation it is, and of everything that the person marked in it."""
    spans, links = ([asdict(mark) for mark in marks] for marks in (drawn.spans, drawn.links))
    said = [drawn.article_id, drawn.annotation_id, drawn.created_at, spans, links, drawn.extra]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _kept(drawn: Annotation, held: Annotation | None) -> list[Link]:
    """Return what was inferred for an annotation while it had these very marks."""
    if held is None or _marks(without_inferred(held)) != _marks(drawn):
        return []
    return [link for link in held.links if link.inferred]


def _marks(annotation: Annotation) -> tuple[object, ...]:
    return annotation.created_at, annotation.spans, annotation.links, annotation.extra


def _free(
    found: Iterable[Link], drawn: Annotation, gone: Sequence[Link], scheme: LabelScheme
) -> list[Link]:
    """Return those of the links from whose head the person neither drew nor deleted one."""
    settled = {
        (end, link.label) for link in (*drawn.links, *gone) for end in (link.head_id, link.tail_id)
    }
    settled |= {
        (end, kind)
        for item in drawn.extra
        if item.get("type") == "relation"
        for end in relation_ends(item)
        for kind in scheme.link_labels
    }
    return [link for link in found if (link.head_id, link.label) not in settled]


def _fits(link: Link, drawn: Annotation, scheme: LabelScheme) -> bool:
    """Tell whether the config has a kind of link, the person could draw it, and it joins these."""
    labels = {span.id: span.label for span in drawn.spans}
    ends = (labels[link.head_id], labels[link.tail_id])
    known = link.label in scheme.link_labels and link.label in drawn.labels
    return known and scheme.link_ends.get(link.label, ends) == ends
