"""The first stages of the ledger: from the page and from files into an export version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from annotate.exports.lines import ExportedArticle
from annotate.labels import LabelScheme
from annotate.origins import KEPT
from annotate.quality.ledger import Book, Entry, What
from annotate.records import Annotation, ArticleKey
from annotate.studio.unkept import UnkeptItem, carried_items
from annotate.workflow.learning.audit.marks import counted_marks, entry_of
from annotate.workflow.state.seen import Seen

INFERRED = "nobody drew it: it follows from where the spans stand"

_PLACE = re.compile(r"\b(\d+):(\d+)\b")

_WHAT: dict[str, What] = {"label": "span", "link": "link", "attribute": "choice"}
"""What the kinds of losses of files are; what is not here is no mark."""


def page_entries(
    lines: Sequence[ExportedArticle], seen: Seen, scheme: LabelScheme, book: Book
) -> Iterator[Entry]:
    """Yield what reading the page dropped, named, carried along or added.

    What goes in is what comes out and what was lost, less what was added: the page itself is not
    looked at again. What a pull dropped is known from when this workspace read it.
    """
    known: dict[tuple[ArticleKey, str], list[UnkeptItem]] = {}
    for key, item in seen.unkept():
        known.setdefault((key, item.annotation_id), []).append(item)
    for line in lines:
        for annotation in line.annotations:
            if annotation.annotation_id.startswith(KEPT):
                continue
            for mark in counted_marks(annotation):
                account = book.account("page", mark.what)
                account.outgoing += 1
                if mark.inferred:
                    yield entry_of(
                        mark, annotation, "page", "inferred", INFERRED, corpus=line.corpus
                    )
                else:
                    account.incoming += 1
            left = known.get((line.key, annotation.annotation_id), [])
            for item in (*left, *carried_items(annotation, scheme, len(line.article.text))):
                entry = _page_entry(item, annotation, line.corpus)
                book.account("page", item.what).incoming += entry.lost
                yield entry


def file_entries(seen: Seen) -> Iterator[Entry]:
    """Yield what was lost when files were read, as they were read last; offsets as far as told."""
    for file, corpus, article_id, what, detail in seen.file_losses():
        place = _PLACE.search(detail)
        yield Entry(
            stage="exchange",
            what=_WHAT.get(what, "item"),
            fate="dropped",
            reason=f"{what} that no article line holds",
            article_id=article_id,
            start=int(place[1]) if place else None,
            end=int(place[2]) if place else None,
            corpus=corpus,
            detail=f"{file}: {detail}",
        )


def _page_entry(item: UnkeptItem, annotation: Annotation, corpus: str | None) -> Entry:
    return Entry(
        stage="page",
        what=item.what,
        fate=item.fate,
        reason=item.reason,
        article_id=annotation.article_id,
        start=item.start,
        end=item.end,
        label=item.name,
        annotation_id=annotation.annotation_id,
        annotator=annotation.annotator,
        corpus=corpus,
    )
