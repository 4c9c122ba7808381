"""Spans as a table: one row a mention, with what it links to read out. Pure.

Which label is claimed by a source and weakened by a hedge is read from the scheme's link ends:
the head of *attributed_to*, the tail of *hedges*. What nobody annotated is `None`, not empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from annotate.errors import RecordError
from annotate.labels import LabelScheme
from annotate.records import Annotation, Article, Prediction, Span, Split, check_fits

CONTEXT = 60
"""Characters on either side of a mention."""

ATTRIBUTED_TO = "attributed_to"
HEDGES = "hedges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An article with one set of marks, and its place (near-duplicate group, split) if it has one.

    Raises `RecordError` for marks that were made in another article or another text.
    """

    article: Article
    marks: Annotation | Prediction
    group: str | None = None
    split: Split | None = None

    def __post_init__(self) -> None:
        if self.marks.article_id != self.article.article_id:
            raise RecordError(
                f"{self.article.article_id}: the marks belong to another article "
                f"({self.marks.article_id!r})"
            )
        check_fits(self.article, self.marks.text_sha256, self.marks.spans, what="marks")


class Mention(TypedDict):
    """A row: one span of one annotation or prediction. JSON can hold it as it is.

    `start` and `end` are code-point offsets into the article's text, half-open. `text` is the span
    as written, `before` and `after` the characters around it. `attributes` are choices by control.
    `links_to` and `linked_from` hold the texts at the other ends of its links, by kind.

    `sources` and `source_types` (parallel lists; a type is `None` where none was chosen), `chain`,
    `hedges` and `hedged` are those of a claim, `None` for other labels and where such links were
    not annotated. `chain` leads from the outermost source to the span's own: before its own
    sources stand those of the claims that contain it.
    """

    article_id: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    group: str | None
    split: str | None
    label: str
    text: str
    start: int
    end: int
    before: str
    after: str
    attributes: dict[str, list[str]]
    links_to: dict[str, list[str]]
    linked_from: dict[str, list[str]]
    sources: list[str] | None
    source_types: list[str | None] | None
    chain: list[str] | None
    hedges: list[str] | None
    hedged: bool | None
    annotator: str | None
    annotation_id: str | None
    span_id: str
    prediction_shown: str | None
    model_version: str | None
    score: float | None


COLUMNS: tuple[str, ...] = tuple(Mention.__annotations__)
"""Keys of every row, in order."""


def mentions(
    marked: Iterable[Marked],
    scheme: LabelScheme,
    *,
    context: int = CONTEXT,
    label: str | None = None,
) -> list[Mention]:
    """Return a row for every span, article by article, in the order of the text.

    `context` is the number of characters before and after it. `label` keeps the spans of one label
    alone.
    """
    return [row for item in marked for row in _Table(item, scheme).rows(context, label)]


_Ends = dict[str, dict[str, list[Span]]]


class _Table:
    """The spans of one article, with their links looked up from either end."""

    def __init__(self, item: Marked, scheme: LabelScheme) -> None:
        self.item = item
        self.scheme = scheme
        marks = item.marks
        self.spans = sorted(marks.spans, key=lambda s: (s.start, -s.end, s.label, s.id))
        order = {span.id: number for number, span in enumerate(self.spans)}
        self.to: _Ends = {}
        self.back: _Ends = {}
        for link in sorted(marks.links, key=lambda k: (order[k.head_id], order[k.tail_id])):
            head, tail = self.spans[order[link.head_id]], self.spans[order[link.tail_id]]
            self.to.setdefault(head.id, {}).setdefault(link.label, []).append(tail)
            self.back.setdefault(tail.id, {}).setdefault(link.label, []).append(head)
        self.claim, self.source = self._ends(ATTRIBUTED_TO)
        _, self.hedged = self._ends(HEDGES)
        self.claims = [span for span in self.spans if span.label == self.claim]

    def _ends(self, kind: str) -> tuple[str | None, str | None]:
        """Return the labels that a link kind joins, where it was annotated at all."""
        marks = self.item.marks
        unknown = isinstance(marks, Annotation) and kind not in marks.labels
        return (None, None) if unknown else self.scheme.link_ends.get(kind, (None, None))

    def rows(self, context: int, label: str | None) -> Iterable[Mention]:
        article, marks, text = self.item.article, self.item.marks, self.item.article.text
        by_person = marks if isinstance(marks, Annotation) else None
        by_machine = marks if isinstance(marks, Prediction) else None
        for span in self.spans:
            if label is not None and span.label != label:
                continue
            own = self.to.get(span.id, {}).get(ATTRIBUTED_TO, [])
            claimed = span.label == self.claim
            hedges = (
                self._texts(self.back.get(span.id, {}).get(HEDGES, []))
                if span.label == self.hedged
                else None
            )
            yield Mention(
                article_id=article.article_id,
                title=article.title,
                outlet=article.outlet,
                published=article.published,
                url=article.url,
                group=self.item.group,
                split=self.item.split,
                label=span.label,
                text=text[span.start : span.end],
                start=span.start,
                end=span.end,
                before=text[max(0, span.start - context) : span.start],
                after=text[span.end : span.end + context],
                attributes={name: list(values) for name, values in span.attributes.items()},
                links_to=self._by_kind(self.to.get(span.id, {})),
                linked_from=self._by_kind(self.back.get(span.id, {})),
                sources=self._texts(own) if claimed else None,
                source_types=[self._type(source) for source in own] if claimed else None,
                chain=self._texts(self._chain(span, own)) if claimed else None,
                hedges=hedges,
                hedged=None if hedges is None else bool(hedges),
                annotator=by_person.annotator if by_person else None,
                annotation_id=by_person.annotation_id if by_person else None,
                span_id=span.id,
                prediction_shown=by_person.prediction_shown if by_person else None,
                model_version=by_machine.model_version if by_machine else None,
                score=by_machine.scores.get(span.id) if by_machine else None,
            )

    def _chain(self, span: Span, own: Sequence[Span]) -> list[Span]:
        """Return the sources from the outermost claim around `span` to its own, each once."""
        around = [
            claim
            for claim in self.claims
            if claim.start <= span.start
            and span.end <= claim.end
            and (claim.start, claim.end) != (span.start, span.end)
        ]
        around.sort(key=lambda claim: claim.start - claim.end)
        chain = list(own)
        for claim in reversed(around):
            taken = {source.id for source in chain}
            sources = self.to.get(claim.id, {}).get(ATTRIBUTED_TO, [])
            chain = [*(source for source in sources if source.id not in taken), *chain]
        return chain

    def _type(self, source: Span) -> str | None:
        """Return what was chosen for a source, several choices joined."""
        chosen = [
            value
            for control in self.scheme.choices
            if self.source in control.labels
            for value in source.attributes.get(control.name, ())
        ]
        return ", ".join(chosen) or None

    def _by_kind(self, ends: Mapping[str, Sequence[Span]]) -> dict[str, list[str]]:
        return {kind: self._texts(spans) for kind, spans in ends.items()}

    def _texts(self, spans: Iterable[Span]) -> list[str]:
        text = self.item.article.text
        return [text[span.start : span.end] for span in spans]
