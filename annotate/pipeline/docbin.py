"""spaCy's `DocBin` (`.spacy` files) ⇄ article lines.

Spans stand in the span group `sc`, with ids, attributes and links in its `attrs` (see `docs.py`);
article and annotator stand in `doc.user_data["annotate"]`. Other people's files are read as far as
they go: the group `sc`, else the only group, else the entities.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, SpanGroup

from annotate.errors import InputError, RecordError
from annotate.files import write_atomic
from annotate.jsonl import ArticleLine, article_from_json, article_to_json
from annotate.pipeline.docs import SpanIssue, make_doc, read_doc
from annotate.records import Article, text_hash

SPANS_KEY = "sc"
ARTICLE_KEY = "annotate"
"""Where article and annotator stand in `doc.user_data`."""

_BROKEN = (zlib.error, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What spaCy and msgpack raise for bytes that are not theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocRead:
    """A document of a file and its annotator; `left` are (kind, detail) of what is not read."""

    line: ArticleLine
    by: str | None = None
    left: tuple[tuple[str, str], ...] = field(default=())


def read_docbin(path: Path) -> list[DocRead]:
    """Read every document; raises `InputError` naming the file, and the document by its number."""
    found: list[DocRead] = []
    try:
        docs = list(DocBin().from_bytes(path.read_bytes()).get_docs(english().vocab))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except _BROKEN as error:
        raise InputError(f"no DocBin of spaCy's: {_first_line(error)}", path=path) from None
    for number, doc in enumerate(docs, start=1):
        try:
            found.append(_read(doc))
        except RecordError as error:
            raise InputError(f"document {number}: {error.message}", path=path) from None
        except _BROKEN as error:
            raise InputError(
                f"document {number} is damaged: {_first_line(error)}", path=path
            ) from None
    return found


def write_docbin(path: Path, items: Sequence[tuple[str | None, ArticleLine]]) -> list[SpanIssue]:
    """Write (annotator, line) as documents, whole or not at all; return what was moved or lost.

    Spans are snapped to the tokens of spaCy's English tokenizer.
    """
    issues: list[SpanIssue] = []
    docs = DocBin(store_user_data=True)
    for by, line in items:
        doc, found = make_doc(
            line.article,
            line.spans,
            line.links,
            make=english().make_doc,
            key=SPANS_KEY,
            labels=line.labels,
        )
        issues += found
        about: dict[str, Any] = article_to_json(line.article)
        del about["text"]
        doc.user_data[ARTICLE_KEY] = {**about, "annotator": by}
        docs.add(doc)
    write_atomic(path, docs.to_bytes())
    return issues


def token_offsets(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of the tokens of spaCy's English tokenizer."""
    return [(token.idx, token.idx + len(token)) for token in english().make_doc(text)]


@cache
def english() -> Language:
    """Return spaCy's English tokenizer, and nothing else."""
    return spacy.blank("en")


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:100]


def _read(doc: Doc) -> DocRead:
    about = doc.user_data.get(ARTICLE_KEY)
    if isinstance(about, dict):
        article = article_from_json({**about, "text": doc.text})
        by, model = about.get("annotator"), about.get("model_version")
    else:
        article_id = f"text-{text_hash(doc.text)[:12]}"
        article, by = Article(article_id=article_id, text=doc.text), None
        model = None
    key, left = _choose_group(doc)
    group = doc.spans.get(key)
    labels = group.attrs.get("labels") if group is not None else None
    spans, links, scores = read_doc(doc, key=key, article_id=article.article_id)
    if group is not None and len(spans) < len(group):
        left.append(("span", f"{len(group) - len(spans)} spans repeat others of the group {key!r}"))
    line = ArticleLine(
        article=article,
        spans=spans,
        links=links,
        labels=None if labels is None else tuple(labels),
        scores=scores,
        model_version=model if isinstance(model, str) else None,
    )
    return DocRead(line=line, by=by if isinstance(by, str) else None, left=tuple(left))


def _choose_group(doc: Doc) -> tuple[str, list[tuple[str, str]]]:
    """Return the key of the group to read, and what stands outside it."""
    groups = {key: len(group) for key, group in doc.spans.items() if len(group)}
    left: list[tuple[str, str]] = []
    if SPANS_KEY in doc.spans or not groups:
        key = SPANS_KEY
    elif len(groups) == 1:
        (key,) = groups
    else:
        names = ", ".join(sorted(groups))
        raise RecordError(f"the spans stand in several groups ({names}), none of them {SPANS_KEY}")
    left += [
        ("group", f"{count} spans of the group {other!r}")
        for other, count in groups.items()
        if other != key
    ]
    if doc.ents and key not in doc.spans:
        doc.spans[key] = SpanGroup(doc, name=key, spans=list(doc.ents))
    elif doc.ents:
        left.append(("entity", f"{len(doc.ents)} entities beside the group {key!r}"))
    return key, left
