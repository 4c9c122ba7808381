"""Where marks open and close in a text, so that overlapping spans can be drawn. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from annotate.quality.comparison import ChangeKind, Comparison, LinkChange
from annotate.records import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A span as it is drawn; `slot` is its line under the text, from 0, free of overlaps."""

    name: str
    kind: ChangeKind
    span: Span
    links: tuple[LinkChange, ...]
    """Those that begin at it."""
    slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text under the same marks; `opening` and `closing` stand at its two ends.

    Marks are in order from the outermost to the innermost; `closing` the other way round.
    """

    text: str
    marks: tuple[Mark, ...]
    opening: tuple[Mark, ...]
    closing: tuple[Mark, ...]


def marks_before(comparison: Comparison) -> list[Mark]:
    """Return the marks of the prediction."""
    return _marks(comparison, "before")


def marks_after(comparison: Comparison) -> list[Mark]:
    """Return the marks of the annotation."""
    return _marks(comparison, "after")


def choices_text(span: Span) -> str:
    """Return the span's choices as they stand behind its label: `:named`, or nothing."""
    return "".join(f":{'/'.join(values)}" for values in span.attributes.values())


def pieces(text: str, marks: Sequence[Mark]) -> Iterator[Piece]:
    """Yield the text in pieces, in order; joined they are the text."""
    edges = sorted({0, len(text), *(e for m in marks for e in (m.span.start, m.span.end))})
    ordered = sorted(marks, key=lambda mark: (mark.span.start, -mark.span.end, mark.name))
    starting: dict[int, list[Mark]] = {}
    for mark in ordered:
        starting.setdefault(mark.span.start, []).append(mark)
    current: list[Mark] = []
    for start, end in pairwise(edges):
        opening = starting.get(start, [])
        current = [*(mark for mark in current if mark.span.end > start), *opening]
        yield Piece(
            text=text[start:end],
            marks=tuple(current),
            opening=tuple(opening),
            closing=tuple(mark for mark in reversed(current) if mark.span.end == end),
        )


def _marks(comparison: Comparison, side: str) -> list[Mark]:
    links: dict[str, list[LinkChange]] = {}
    hidden = "added" if side == "before" else "removed"
    for link in comparison.links:
        if link.kind != hidden and not (side == "after" and link.kind == "unjudged"):
            # What a machine predicted it did not infer for a person.
            shown = replace(link, inferred=False) if side == "before" else link
            links.setdefault(link.head, []).append(shown)
    spans = [
        (change, span)
        for change in comparison.changes
        if (span := change.before if side == "before" else change.after) is not None
    ]
    spans.sort(key=lambda pair: (pair[1].start, -pair[1].end, pair[0].name))
    ends: list[int] = []  # where the last mark of every slot ends
    marks: list[Mark] = []
    for change, span in spans:
        slot = next((n for n, end in enumerate(ends) if end <= span.start), len(ends))
        ends[slot : slot + 1] = [span.end]
        marks.append(
            Mark(
                name=change.name,
                kind=change.kind,
                span=span,
                links=tuple(links.get(change.name, [])),
                slot=slot,
            )
        )
    return marks
