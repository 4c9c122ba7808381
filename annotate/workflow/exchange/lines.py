"""An export version as the lines that formats write: one for every annotation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotate.exports.formats.base import Loss
from annotate.exports.lines import ExportedArticle
from annotate.jsonl import ArticleLine, dumps
from annotate.labels import LabelScheme
from annotate.quality.adjudication import Decided
from annotate.records import Annotation

Items = list[tuple[str | None, ArticleLine]]
"""Annotator and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a writer writes: articles, and `decide` says which of their annotations count."""

    held: Sequence[ExportedArticle]
    scheme: LabelScheme
    decide: Callable[[Sequence[Annotation]], Decided | None]


def annotation_lines(work: Written, *, joined: bool = False) -> tuple[Items, list[Loss]]:
    """Return a line for every annotation, and what an article line cannot hold.

    Where the marks of several people count, put together, that is a line more if `joined`.
    """
    items: Items = []
    losses: list[Loss] = []
    for line in work.held:
        decided = work.decide(line.annotations)
        reference = decided and decided.annotation
        made = (reference,) if joined and reference and reference not in line.annotations else ()
        for a in (*line.annotations, *made):
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
