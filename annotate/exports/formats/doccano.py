"""doccano's JSONL: sequence labelling, with relations or without, as it exports and imports it.

Offsets count code points, half-open, as ours do. doccano knows no attributes, scores or articles;
an `article_id` beside the text is kept by it as one of the text's own fields, and found again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from annotate.errors import RecordError
from annotate.exports.formats.base import LastLines, Loss, Place, Reading
from annotate.jsonl import ArticleLine, dumps, read_objects
from annotate.marks_json import spans_from_json
from annotate.records import Article, Link, check_fits, check_spans, text_hash

_ABOUT = ("title", "outlet", "url", "published")
_SPANS = ("entities", "label", "labels")


def read_doccano(path: Path) -> Reading:
    """Read an export of doccano; raises `InputError` with file and line.

    Of a text that stands twice the last line counts; the others are reported.
    """
    kept = LastLines()
    losses: list[Loss] = []
    for number, value in read_objects(path):
        place = Place(path=path, line=number)
        try:
            line, left = _line(value)
        except RecordError as error:
            raise place.error(error) from None
        where = line.article.article_id
        losses += [Loss(article_id=where, what=what, detail=detail) for what, detail in left]
        losses += kept.put(place, line)
    return Reading(items=kept.items(), losses=tuple(losses))


def doccano_lines(
    items: Sequence[tuple[str | None, ArticleLine]],
) -> tuple[list[str], list[Loss]]:
    """Return a line of JSON for every (annotator, article line), and what doccano cannot hold."""
    lines: list[str] = []
    losses: list[Loss] = []
    number = 0
    for by, line in items:
        article = line.article
        ids = {span.id: number + place for place, span in enumerate(line.spans, 1)}
        number += len(ids)
        about = {key: getattr(article, key) for key in _ABOUT if getattr(article, key)}
        value = {
            "text": article.text,
            "article_id": article.article_id,
            **about,
            "entities": [
                {
                    "id": ids[span.id],
                    "label": span.label,
                    "start_offset": span.start,
                    "end_offset": span.end,
                }
                for span in line.spans
            ],
            "relations": [
                {
                    "id": place,
                    "from_id": ids[link.head_id],
                    "to_id": ids[link.tail_id],
                    "type": link.label,
                }
                for place, link in enumerate(line.links, 1)
            ],
            "Comments": [],
        }
        lines.append(dumps(value))
        held = {"annotator": by, "labels": line.labels, "meta": article.meta, "scores": line.scores}
        missing = [key for key, found in held.items() if found]
        if missing:
            detail = ", ".join(missing)
            losses.append(Loss(article_id=article.article_id, what="metadata", detail=detail))
        losses += [
            Loss(
                article_id=article.article_id,
                what="attribute",
                detail=f"{name} of {span.label} {span.start}:{span.end}",
            )
            for span in line.spans
            for name in span.attributes
        ]
    return lines, losses


def _line(value: Mapping[str, Any]) -> tuple[ArticleLine, list[tuple[str, str]]]:
    text = value.get("text", value.get("data"))
    if not isinstance(text, str):
        raise RecordError("expected a string 'text': only texts can be read")
    article_id = value.get("article_id") or f"text-{_digest(text)}"
    title, outlet, url, published = (str(value[key]) if value.get(key) else None for key in _ABOUT)
    article = Article(
        article_id=str(article_id),
        text=text,
        title=title,
        outlet=outlet,
        url=url,
        published=published,
    )
    key = next((name for name in _SPANS if name in value), None)
    if key is None:
        raise RecordError(
            f"expected 'entities' or 'label', found {', '.join(sorted(value))}: only exports of "
            "sequence labelling can be read"
        )
    marks = value[key]
    left: list[tuple[str, str]] = []
    if not isinstance(marks, list):
        raise RecordError(f"expected {key!r} to be a list")
    if marks and all(isinstance(mark, str) for mark in marks):
        left.append(("choice", f"labels of the whole text: {', '.join(marks)}"))
        marks = []
    plain = [_mark(mark) for mark in marks]
    numbers = [mark.pop("number") for mark in plain]
    spans, _ = spans_from_json(article.article_id, plain)
    named = {n: span.id for n, span in zip(numbers, spans, strict=True) if n is not None}
    links: dict[Link, None] = {}
    for relation in value.get("relations") or []:
        link = _link(relation, named)
        if link is None:
            left.append(("link", f"a relation joins no two spans: {dumps(relation)[:200]}"))
        else:
            links[link] = None
    comments = value.get("Comments") or value.get("comments") or []
    left += [("comment", str(comment)[:200]) for comment in comments]
    check_spans(spans, tuple(links), owner=article.article_id)
    check_fits(article, article.text_sha256, spans)
    return ArticleLine(article=article, spans=spans, links=tuple(links)), left


def _digest(text: str) -> str:
    return text_hash(text.encode(errors="replace").decode())[:12]


def _mark(mark: Any) -> dict[str, Any]:
    """Return a span of either of doccano's forms as ours, with its number or None."""
    if isinstance(mark, list) and len(mark) == 3:
        return {"start": mark[0], "end": mark[1], "label": mark[2], "number": None}
    if isinstance(mark, dict):
        start, end = mark.get("start_offset"), mark.get("end_offset")
        return {"start": start, "end": end, "label": mark.get("label"), "number": mark.get("id")}
    raise RecordError(f"expected [start, end, label] or an object, found {dumps(mark)[:80]}")


def _link(relation: Any, named: Mapping[Any, str]) -> Link | None:
    if not isinstance(relation, dict) or not isinstance(relation.get("type"), str):
        return None
    head, tail = named.get(relation.get("from_id")), named.get(relation.get("to_id"))
    if head is None or tail is None or head == tail or not relation["type"]:
        return None
    return Link(head_id=head, tail_id=tail, label=relation["type"])
