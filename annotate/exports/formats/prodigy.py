"""Prodigy's JSONL: one task a line, as `db-out` writes and `db-in` reads it.

Reading takes the spans and relations of accepted tasks; an end of a relation is the span of the
same place and label. Writing adds what Prodigy keeps and does not show: ids, attributes, and under
`annotate` the article.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotate.errors import RecordError
from annotate.exports.formats.base import LastLines, Loss, Place, Reading
from annotate.jsonl import ArticleLine, article_from_json, article_to_json, dumps, read_objects
from annotate.marks_json import spans_from_json, spans_to_json
from annotate.records import Article, Link, Span, check_fits, check_spans, text_hash

Tokenise = Callable[[str], Sequence[tuple[int, int]]]
"""Text → the (start, end) of its tokens, in order."""


_ANSWERS = {"reject": "rejected", "ignore": "ignored"}


def read_prodigy(path: Path) -> Reading:
    """Read the accepted tasks of a Prodigy file; raises `InputError` with file and line.

    Where one person did a text twice, the last task counts; the others are reported.
    """
    kept = LastLines()
    losses: list[Loss] = []
    for number, task in read_objects(path):
        by = task.get("_annotator_id") or task.get("_session_id")
        place = Place(path=path, line=number, by=None if by is None else str(by))
        try:
            article, labels = _article(task)
            where = article.article_id
            answer = task.get("answer", "accept")
            if answer != "accept":
                what = _ANSWERS.get(answer, "no answer")
                losses.append(Loss(article_id=where, what=what, detail=f"line {number}"))
                continue
            line, left = _line(task, article, labels)
        except RecordError as error:
            raise place.error(error) from None
        losses += [Loss(article_id=where, what=what, detail=detail) for what, detail in left]
        losses += kept.put(place, line)
    return Reading(items=kept.items(), losses=tuple(losses))


def prodigy_lines(
    items: Sequence[tuple[str | None, ArticleLine]], *, tokenise: Tokenise
) -> tuple[list[str], list[Loss]]:
    """Return a line of JSON for every (annotator, article line), and what does not fit.

    Offsets stay exact; a span that does not fit the tokens is reported, as Prodigy will draw it on
    whole tokens.
    """
    lines: list[str] = []
    losses: list[Loss] = []
    for by, line in items:
        tokens = list(tokenise(line.article.text))
        spans: dict[str, dict[str, Any]] = {}
        for span, value in zip(line.spans, spans_to_json(line.spans, line.scores), strict=True):
            first, last = _token_range(span, tokens)
            spans[span.id] = {**value, "token_start": first, "token_end": last}
            if not tokens or (tokens[first][0], tokens[last][1]) != (span.start, span.end):
                detail = f"{span.label} {span.start}:{span.end} does not fit the tokens"
                losses.append(
                    Loss(article_id=line.article.article_id, what="unaligned", detail=detail)
                )
        lines.append(dumps(_task(by, line, tokens, spans)))
    return lines, losses


def _article(task: Mapping[str, Any]) -> tuple[Article, tuple[str, ...] | None]:
    text, held = task.get("text"), task.get("annotate")
    if not isinstance(text, str):
        raise RecordError("expected a string 'text': only tasks with text can be read")
    if isinstance(held, dict):
        labels = held.get("labels")
        if not isinstance(labels, list | None):
            raise RecordError("expected 'labels' to be a list of strings")
        known = None if labels is None else tuple(map(str, labels))
        return article_from_json({**held, "text": text}), known
    meta = task.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    named = (meta.get(key) for key in ("article_id", "id", "url"))
    article_id = next((str(value) for value in named if value), None)
    if article_id is None:
        article_id = f"text-{text_hash(text.encode(errors='replace').decode())[:12]}"
    about = {key: str(meta[key]) for key in ("title", "outlet", "url", "published") if key in meta}
    return Article(article_id=article_id, text=text, meta=meta, **about), None


def _line(
    task: Mapping[str, Any], article: Article, labels: tuple[str, ...] | None
) -> tuple[ArticleLine, list[tuple[str, str]]]:
    values = task.get("spans") or []
    spans, scores = spans_from_json(
        article.article_id,
        [v if not isinstance(v, dict) or "annotate" in task else _foreign(v) for v in values]
        if isinstance(values, list)
        else values,
    )
    left: list[tuple[str, str]] = []
    links: dict[Link, None] = {}
    for relation in task.get("relations") or []:
        link = _link(relation, spans)
        if link is None:
            left.append(("link", f"a relation joins no two spans: {dumps(relation)[:200]}"))
        else:
            links[link] = None
    if task.get("accept"):
        left.append(("choice", f"options of the whole text: {dumps(task['accept'])}"))
    check_spans(spans, tuple(links), owner=article.article_id)
    check_fits(article, article.text_sha256, spans)
    line = ArticleLine(
        article=article, spans=spans, links=tuple(links), labels=labels, scores=scores
    )
    return line, left


def _foreign(value: dict[str, Any]) -> dict[str, Any]:
    """Return a span of Prodigy's own: ids and scores there are not of our kind."""
    return {key: value[key] for key in ("start", "end", "label") if key in value}


def _link(relation: Any, spans: Sequence[Span]) -> Link | None:
    if not isinstance(relation, dict) or not isinstance(relation.get("label"), str):
        return None
    head, tail = (_end(relation.get(key), spans) for key in ("head_span", "child_span"))
    if head is None or tail is None or head == tail or not relation["label"]:
        return None
    return Link(head_id=head, tail_id=tail, label=relation["label"])


def _end(value: Any, spans: Sequence[Span]) -> str | None:
    """Return the id of the span at the end of a relation: by its id, else place and label."""
    if not isinstance(value, dict):
        return None
    for span in spans:
        if span.id == value.get("id") and span.start == value.get("start"):
            return span.id
    place = (value.get("start"), value.get("end"), value.get("label"))
    return next((s.id for s in spans if (s.start, s.end, s.label) == place), None)


def _token_range(span: Span, tokens: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the first and last token that a span touches; the nearest where it touches none."""
    last = max(0, len(tokens) - 1)
    first = min(bisect_right(tokens, span.start, key=lambda token: token[1]), last)
    return first, max(first, bisect_left(tokens, span.end, key=lambda token: token[0]) - 1)


def _task(
    by: str | None,
    line: ArticleLine,
    tokens: Sequence[tuple[int, int]],
    spans: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    article = article_to_json(line.article)
    text = article.pop("text")
    task: dict[str, Any] = {
        "text": text,
        "meta": {key: article[key] for key in ("article_id", "outlet") if article[key]},
        "tokens": list(_tokens(text, tokens)),
        "spans": list(spans.values()),
        "relations": [
            {
                "head": spans[link.head_id]["token_end"],
                "child": spans[link.tail_id]["token_end"],
                "head_span": spans[link.head_id],
                "child_span": spans[link.tail_id],
                "label": link.label,
            }
            for link in line.links
        ],
        "answer": "accept",
        "_view_id": "relations" if line.links else "spans_manual",
        "annotate": article if line.labels is None else {**article, "labels": list(line.labels)},
    }
    return task if by is None else {**task, "_annotator_id": by, "_session_id": by}


def _tokens(text: str, tokens: Sequence[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for number, (start, end) in enumerate(tokens):
        token = {"text": text[start:end], "start": start, "end": end, "id": number}
        yield {**token, "ws": text[end : end + 1] == " "}
