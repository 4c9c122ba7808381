"""The marks of an annotation as the ledger counts them: spans, links, and values of choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from annotate.quality.ledger import Account, Book, Entry, Fate, Stage, What
from annotate.records import Annotation


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedMark:
    """A mark and where it stands; `span_id` is its span's, of a link its head's.

    `place` counts the values of one choice of one span, from 0.
    """

    what: What
    span_id: str
    start: int
    end: int
    label: str
    name: str | None = None
    value: str | None = None
    place: int = 0
    inferred: bool = False

    @property
    def detail(self) -> str | None:
        """The choice, as `type=named`."""
        return None if self.name is None else f"{self.name}={self.value}"


def counted_marks(annotation: Annotation) -> Iterator[CountedMark]:
    """Yield every mark of an annotation, spans first."""
    spans = {span.id: span for span in annotation.spans}
    for span in annotation.spans:
        yield CountedMark(
            what="span", span_id=span.id, start=span.start, end=span.end, label=span.label
        )
    for link in annotation.links:
        head = spans[link.head_id]
        yield CountedMark(
            what="link",
            span_id=head.id,
            start=head.start,
            end=head.end,
            label=link.label,
            inferred=link.inferred,
        )
    for span in annotation.spans:
        for name, values in span.attributes.items():
            for place, value in enumerate(values):
                yield CountedMark(
                    what="choice",
                    span_id=span.id,
                    start=span.start,
                    end=span.end,
                    label=span.label,
                    name=name,
                    value=value,
                    place=place,
                )


def entry_of(
    mark: CountedMark,
    annotation: Annotation,
    stage: Stage,
    fate: Fate,
    reason: str,
    *,
    corpus: str | None,
    detail: str | None = None,
) -> Entry:
    """Return the entry of a mark of an annotation."""
    return Entry(
        stage=stage,
        what=mark.what,
        fate=fate,
        reason=reason,
        article_id=annotation.article_id,
        start=mark.start,
        end=mark.end,
        label=mark.label,
        annotation_id=annotation.annotation_id,
        annotator=annotation.annotator,
        corpus=corpus,
        detail=detail or mark.detail,
    )


def pass_through(book: Book, stage: Stage, annotation: Annotation, *, made: bool = False) -> None:
    """Count marks that go in and come out as they are; what was `made` on the stage came not in."""
    for mark in counted_marks(annotation):
        account: Account = book.account(stage, mark.what)
        account.incoming += not made
        account.outgoing += 1
