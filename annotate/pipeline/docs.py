"""Records ⇄ spaCy `Doc`.

Spans stand in one span group; what spaCy has no place for stands in the group's `attrs`, lists
parallel to the spans: `ids`, `scores`, `attributes`; and `links` ([head index, tail index,
label]) and `labels` (what was annotated at all). No token attribute is touched.

Snapping rule: a span that does not fit the tokens grows to the smallest run of tokens that covers
it, less white-space tokens at its ends. A span of white space alone is lost, and so is one that,
once snapped, repeats another of its label. Every span that was moved or lost is reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from spacy.tokens import Doc, SpanGroup
from spacy.tokens import Span as TokenSpan

from annotate.errors import RecordError
from annotate.records import Article, Link, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanIssue:
    """A span that did not pass unchanged; offsets count code points, half-open."""

    article_id: str
    span: Span
    what: Literal["moved", "lost"]
    reason: str
    start: int | None = None
    end: int | None = None


def make_doc(
    article: Article,
    spans: tuple[Span, ...] = (),
    links: tuple[Link, ...] = (),
    *,
    make: Callable[[str], Doc],
    key: str,
    labels: Iterable[str] | None = None,
) -> tuple[Doc, list[SpanIssue]]:
    """Return the article as a `Doc` with its spans in group `key`, and what was moved or lost.

    `make` is a pipeline's `nlp.make_doc`. Links of a lost span go with it. Raises `RecordError`
    where the tokenizer changes the text: then no offset could be trusted.
    """
    doc = make(article.text)
    if doc.text != article.text:
        raise RecordError(f"{article.article_id}: the tokenizer changes the text")
    issues: list[SpanIssue] = []
    kept: list[tuple[Span, TokenSpan]] = []
    taken: dict[tuple[int, int, str], str] = {}
    for span in spans:
        tokens = _snap(doc, span)
        if tokens is None:
            issues.append(_issue(article, span, "lost", "white space alone"))
            continue
        place = (tokens.start, tokens.end, span.label)
        if place in taken:
            issues.append(_issue(article, span, "lost", f"repeats span {taken[place]!r}"))
            continue
        taken[place] = span.id
        kept.append((span, tokens))
        if (tokens.start_char, tokens.end_char) != (span.start, span.end):
            issues.append(
                SpanIssue(
                    article_id=article.article_id,
                    span=span,
                    what="moved",
                    reason="does not fit the tokens",
                    start=tokens.start_char,
                    end=tokens.end_char,
                )
            )
    position = {span.id: index for index, (span, _) in enumerate(kept)}
    attrs: dict[str, Any] = {
        "ids": [span.id for span, _ in kept],
        "attributes": [
            {name: list(values) for name, values in span.attributes.items()} for span, _ in kept
        ],
        "links": [
            [position[link.head_id], position[link.tail_id], link.label]
            for link in links
            if link.head_id in position and link.tail_id in position
        ],
    }
    if labels is not None:
        attrs["labels"] = sorted(labels)
    doc.spans[key] = SpanGroup(doc, name=key, spans=[tokens for _, tokens in kept], attrs=attrs)
    return doc, issues


def read_doc(
    doc: Doc, *, key: str, article_id: str
) -> tuple[tuple[Span, ...], tuple[Link, ...], dict[str, float]]:
    """Return spans, links and scores (by span id) of group `key`.

    Spans without an id get one that depends on the article, the place and the label alone. A
    group that is missing holds nothing. Spans that repeat another (place and label) are one.
    """
    group = doc.spans.get(key)
    if group is None:
        return (), (), {}
    attrs = group.attrs
    ids, attributes, scores = (
        _parallel(attrs.get(name), len(group)) for name in ("ids", "attributes", "scores")
    )
    spans: dict[str, Span] = {}
    found: list[str] = []
    read_scores: dict[str, float] = {}
    for index, tokens in enumerate(group):
        place = f"{article_id}\0{tokens.start_char}\0{tokens.end_char}\0{tokens.label_}"
        span_id = ids[index] or hashlib.sha256(place.encode()).hexdigest()[:10]
        found.append(span_id)
        if span_id in spans:
            continue
        spans[span_id] = Span(
            id=span_id,
            start=tokens.start_char,
            end=tokens.end_char,
            label=tokens.label_,
            attributes={name: tuple(values) for name, values in (attributes[index] or {}).items()},
        )
        if scores[index] is not None:
            read_scores[span_id] = min(1.0, max(0.0, float(scores[index])))
    links = {
        Link(head_id=found[head], tail_id=found[tail], label=label): None
        for head, tail, label in attrs.get("links", [])
        if found[head] != found[tail]
    }
    return tuple(spans.values()), tuple(links), read_scores


def _snap(doc: Doc, span: Span) -> TokenSpan | None:
    tokens = doc.char_span(span.start, span.end, label=span.label, alignment_mode="expand")
    if tokens is None:
        return None
    start, end = tokens.start, tokens.end
    while start < end and doc[start].is_space:
        start += 1
    while end > start and doc[end - 1].is_space:
        end -= 1
    return TokenSpan(doc, start, end, label=span.label) if end > start else None


def _issue(article: Article, span: Span, what: Literal["moved", "lost"], reason: str) -> SpanIssue:
    return SpanIssue(article_id=article.article_id, span=span, what=what, reason=reason)


def _parallel(values: Any, length: int) -> list[Any]:
    return list(values) if values is not None and len(values) == length else [None] * length
