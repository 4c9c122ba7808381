"""The spaCy component `attribution_links`: links and source types for a group of spans."""

from collections.abc import Iterable
from pathlib import Path

from spacy.tokens import Doc, SpanGroup

from annotate.pipeline.rules.context import make_context
from annotate.pipeline.rules.doc_view import paragraph_views
from annotate.pipeline.rules.lexicon import load_lexicon
from annotate.pipeline.rules.links import Layout, LinkSpan, predict_links
from annotate.pipeline.rules.source_types import source_type


class AttributionLinks:
    """Writes the attributes `links` and `attributes` of the group `doc.spans[spans_key]`.

    `links` is a list of [head, tail, label] with positions in the group, whose order stays as it
    is; `attributes` is parallel to the group. Who made the spans does not matter. A Doc without
    the group is left as it is.
    """

    def __init__(self, spans_key: str = "sc") -> None:
        self.spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        """Write the two attributes of the group."""
        group = doc.spans.get(self.spans_key)
        if group is None:
            return doc
        spans = [LinkSpan(span.start, span.end, span.label_) for span in group]
        links = predict_links(spans, make_layout(doc)) if spans else []
        group.attrs["links"] = [list(link) for link in links]
        group.attrs["attributes"] = _attributes(group)
        return doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return no bytes: the component has no state but its config."""
        del exclude
        return b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "AttributionLinks":
        """Return the component as it is."""
        del data, exclude
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write nothing: the component has no state but its config."""

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "AttributionLinks":
        """Return the component as it is."""
        del path, exclude
        return self


def make_layout(doc: Doc) -> Layout:
    """Return the sentence and paragraph numbers of a document's tokens and what is quoted."""
    sentences, paragraphs = [0] * len(doc), [0] * len(doc)
    quoted = [False] * len(doc)
    lexicon = load_lexicon()
    number = -1
    for paragraph, view in enumerate(paragraph_views(doc)):
        ctx = make_context(view.tokens, lexicon)
        for start, end in ctx.sentences:
            number += 1
            first, last = view.to_doc(start, end)
            sentences[first:last] = [number] * (last - first)
        first, last = view.to_doc(0, len(view.tokens))
        paragraphs[first:last] = [paragraph] * (last - first)
        for start, end in ctx.quotes.ranges:
            first, last = view.to_doc(start, end)
            quoted[first:last] = [True] * (last - first)
    return Layout(sentences, paragraphs, quoted)


def _attributes(group: SpanGroup) -> list[dict[str, list[str]]]:
    lexicon = load_lexicon()
    attributes: list[dict[str, list[str]]] = []
    for span in group:
        kind = None
        if span.label_ == "Source":
            kind = source_type([token.text for token in span], lexicon)
        attributes.append({} if kind is None else {"source_type": [kind]})
    return attributes
