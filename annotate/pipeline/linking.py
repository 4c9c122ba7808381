"""The links that structure gives between the spans of an article, whoever made the spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from annotate.pipeline.docbin import SPANS_KEY, english
from annotate.pipeline.docs import make_doc, read_doc
from annotate.pipeline.rules.links_component import AttributionLinks
from annotate.records import Article, Link, Span


def structural_links(
    article: Article, spans: Sequence[Span], *, aliases: Mapping[str, str] | None = None
) -> tuple[Link, ...]:
    """Return the links that `attribution_links` makes between these spans, marked as inferred.

    `aliases` maps labels that the linker knows to what they are called now; spans of labels that it
    does not know have no links. Offsets count code points.
    """
    former = {now: was for was, now in (aliases or {}).items()}
    known = tuple(replace(span, label=former.get(span.label, span.label)) for span in spans)
    doc, _ = make_doc(article, known, make=english().tokenizer, key=SPANS_KEY)
    _, links, _ = read_doc(
        AttributionLinks(SPANS_KEY)(doc), key=SPANS_KEY, article_id=article.article_id
    )
    return tuple(replace(link, inferred=True) for link in links)
