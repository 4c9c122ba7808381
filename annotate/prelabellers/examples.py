"""Examples for the prompt, out of a workspace's own gold: whole paragraphs, never test articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from annotate.labels import LabelScheme
from annotate.prelabellers.grounding import Paragraph
from annotate.prelabellers.marks import Mark, place_marks
from annotate.prelabellers.paragraphs import paragraphs_of
from annotate.prelabellers.prompt import Example
from annotate.prelabellers.protocol import ExampleGold
from annotate.records import Annotation, Article, Span

_MIN_CHARACTERS = 40  # headings and bylines show little


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The examples, and how many paragraphs could not be any."""

    examples: tuple[Example, ...]
    refused: int
    """Paragraphs whose own marks cannot be found in them again from their quotes."""


def choose_examples(gold: ExampleGold, scheme: LabelScheme, count: int) -> Chosen:
    """Return up to `count` paragraphs, of different articles, in an order that hashes decide.

    Each next one shows the most labels and links that those before have not shown; the last of
    three or more shows nothing, where people left a paragraph without marks. Only articles count in
    which every label was annotated. A paragraph is refused where a mark crosses its end, or where
    its marks, as quotes, do not ground in its text exactly where people put them.
    """
    shown: list[Example] = []
    empty: list[Example] = []
    refused = 0
    for article, annotation in sorted(gold.articles, key=lambda pair: pair[0].text_sha256):
        if not set(scheme.span_labels) <= set(annotation.labels):
            continue
        for example in _examples_of(article, annotation, scheme):
            if example is None:
                refused += 1
            elif len(example.text) >= _MIN_CHARACTERS and example.text not in gold.barred:
                (shown if example.marks else empty).append(example)
    chosen: list[Example] = []
    wanted = count - 1 if count >= 3 and empty else count
    while shown and len(chosen) < wanted:
        seen = {name for example in chosen for name in _names(example)}
        best = max(shown, key=lambda example: len(_names(example) - seen))
        chosen.append(best)
        shown = [each for each in shown if each.article_sha256 != best.article_sha256]
    taken = {example.article_sha256 for example in chosen}
    rest = [example for example in empty if example.article_sha256 not in taken]
    if count >= 3:
        chosen += rest[:1]
    return Chosen(examples=tuple(chosen[:count]), refused=refused)


def _examples_of(
    article: Article, annotation: Annotation, scheme: LabelScheme
) -> Iterator[Example | None]:
    """Yield each paragraph as an example; `None` for one that cannot be any."""
    for offset, text in paragraphs_of(article.text):
        end = offset + len(text)
        inside = [s for s in annotation.spans if s.start < end and offset < s.end]
        if any(span.start < offset or end < span.end for span in inside):
            yield None
            continue
        marks = _marks(offset, text, inside, annotation, scheme)
        placed = place_marks(text, marks, scheme)
        wanted = {(span.start - offset, span.end - offset, span.label) for span in inside}
        exact = placed.counts["exact"] == len(inside) == len(placed.spans)
        if not exact or {span[:3] for span in placed.spans} != wanted:
            yield None
            continue
        yield Example(text=text, marks=tuple(marks), article_sha256=article.text_sha256)


def _marks(
    offset: int, text: str, spans: list[Span], annotation: Annotation, scheme: LabelScheme
) -> list[Mark]:
    paragraph = Paragraph(text)
    ordered = sorted(spans, key=lambda span: (span.start, span.end, span.label))
    numbers = {span.id: number for number, span in enumerate(ordered, 1)}
    marks = []
    for span in ordered:
        place = (span.start - offset, span.end - offset)
        quote = text[slice(*place)]
        places = paragraph.places(quote)
        several = len(places) > 1 and place in places
        marks.append(
            Mark(
                number=numbers[span.id],
                label=span.label,
                quote=quote,
                occurrence=places.index(place) + 1 if several else None,
                choices=scheme.fit_choices(span.label, span.attributes)[0],
                links=tuple(
                    (link.label, numbers[link.tail_id])
                    for link in annotation.links
                    if link.head_id == span.id
                    and link.tail_id in numbers
                    and link.label in scheme.link_labels
                ),
            )
        )
    return marks


def _names(example: Example) -> set[str]:
    return {mark.label for mark in example.marks} | {
        label for mark in example.marks for label, _ in mark.links
    }
