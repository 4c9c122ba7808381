"""An export version as the lines that formats write: one for every annotation."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.exports.formats.base import Loss
from annotate.exports.lines import ExportedArticle
from annotate.jsonl import ArticleLine, dumps
from annotate.quality.reference import reference_annotation

Items = list[tuple[str | None, ArticleLine]]
"""Annotator and line."""


def annotation_lines(held: Sequence[ExportedArticle]) -> tuple[Items, list[Loss]]:
    """Return a line for every annotation, and what an article line cannot hold."""
    items: Items = []
    losses: list[Loss] = []
    for line in held:
        reference = reference_annotation(line.annotations)
        for a in line.annotations:
            marked = ArticleLine(
                article=line.article,
                spans=a.spans,
                links=a.links,
                labels=a.labels,
                split=line.split,
                blind=line.blind and a.prediction_shown is None,
                reference=a is reference,
            )
            items.append((a.annotator, marked))
            losses += [
                Loss(article_id=a.article_id, what="unread", detail=dumps(dict(item))[:200])
                for item in a.extra
            ]
    return items, losses
