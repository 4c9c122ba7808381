"""The commonest kinds of corrections, each with examples in their text.

A pattern is said by where the marks stand and by the words between the two versions: a single word
that a boundary crossed is named, and so are up to three that were marked or unmarked as a whole;
longer stretches are told by their length and by the comma or quotation mark that they begin or end
with. No language is known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from annotate.quality.corrections.examples import example_of, short_stretch
from annotate.quality.corrections.links import LinkCorrection
from annotate.quality.corrections.spans import Correction
from annotate.quality.corrections.tally import CorrectedWork
from annotate.records import Span

_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_NAMED = 3  # words of a mark that are told as they are; of what a boundary crossed, one
_LENGTHS = ((2, 3), (4, 9), (10, 19))  # words of longer stretches

_OPENING, _COMMAS = frozenset("“”\"„«»‘’'"), frozenset(",;:–—-")

_Found: TypeAlias = tuple[str, str, Callable[[], str]]
"""Label, what happened, and what makes the example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One correction in its text.

    `‹…›` stands around what both marked, `[-…-]` around what the prediction alone had, `[+…+]`
    around what the annotation alone has.
    """

    article_id: str
    annotator: str
    text: str


@dataclass(slots=True)
class Pattern:
    """Corrections that are alike, and the first of them, no two of one article."""

    label: str
    what: str
    count: int = 0
    examples: list[Example] = field(default_factory=list)


class Patterns:
    """Counts patterns as works come, and keeps `examples` of each."""

    def __init__(self, *, examples: int = 2) -> None:
        self._examples = examples
        self._found: dict[tuple[str, str], Pattern] = {}

    def add(self, work: CorrectedWork) -> None:
        """Count what one annotation changed."""
        for label, what, text in _all(work):
            pattern = self._found.get((label, what))
            if pattern is None:
                pattern = self._found[label, what] = Pattern(label, what)
            pattern.count += 1
            shown = pattern.examples
            name = work.article.article_id
            if len(shown) < self._examples and all(e.article_id != name for e in shown):
                shown.append(Example(article_id=name, annotator=work.annotator, text=text()))

    def commonest(self, most: int) -> list[Pattern]:
        """Return the patterns that occur most often; of equals the first by name."""
        found = sorted(self._found.values(), key=lambda p: (-p.count, p.label, p.what))
        return found[:most]

    @property
    def total(self) -> int:
        """Return how many patterns there are."""
        return len(self._found)


def _all(work: CorrectedWork) -> Iterator[_Found]:
    for found in work.spans:
        for what in _said(work, found):
            yield found.label, what, partial(example_of, work.article.text, found)
    for link in work.links:
        if link.kind not in ("kept", "gone", "inferred"):
            yield link.label, f"link {link.kind}", partial(_link_example, work, link)


def _said(work: CorrectedWork, found: Correction) -> Iterator[str]:
    """Yield what happened in a few words; a span that moved at both ends says two things."""
    text = work.article.text
    match found.kind:
        case "moved":
            before, after = found.before[0], found.after[0]
            for side in ("start", "end"):
                old, new = getattr(before, side), getattr(after, side)
                if old != new:
                    way = "right" if new > old else "left"
                    over = _stretch(text[min(old, new) : max(old, new)])
                    yield f"{side} moved {way} over {over}"
        case "relabelled":
            before, after = found.before[0], found.after[0]
            same = (before.start, before.end) == (after.start, after.end)
            yield f"became {after.label}" + ("" if same else ", with other ends")
        case "split":
            yield f"split at {_stretch(_between(text, found.after))}"
        case "merged":
            yield f"merged over {_stretch(_between(text, found.before))}"
        case "added" | "deleted":
            span = (found.before or found.after)[0]
            rule = work.rules.get(span.id) if found.before else None
            marked = _stretch(text[span.start : span.end], named=_NAMED)
            yield f"{found.kind}: {marked}" + (f" (rule {rule})" if rule else "")
    if found.kind in ("moved", "other choices"):
        before, after = found.before[0], found.after[0]
        for name in found.choices:
            was, now = (span.attributes.get(name, ()) for span in (before, after))
            yield f"{name}: {', '.join(was) or 'none'} → {', '.join(now) or 'none'}"


def _between(text: str, parts: tuple[Span, ...]) -> str:
    return text[parts[0].end : parts[1].start]


def _stretch(piece: str, *, named: int = 1) -> str:
    """Return a stretch of text in a few words, the same for stretches that are alike."""
    words = _WORD.findall(piece.lower())
    if not words:
        return "white space" if piece.strip() != piece or not piece else "no whole word"
    if words[0].isdigit() and len(words) == 1:
        return "a number"
    if len(words) <= named:
        return f"“{' '.join(words)}”"
    length = next((f"{low}–{high}" for low, high in _LENGTHS if len(words) <= high), None)
    told = f"{length or '20 or more'} words"
    if words[0] in _COMMAS:
        return f"{told}, from a comma or dash on"
    if words[-1] in _COMMAS:
        return f"{told}, up to a comma or dash"
    quoted = words[0] in _OPENING or words[-1] in _OPENING
    return f"{told}, to a quotation mark" if quoted else told


def _link_example(work: CorrectedWork, found: LinkCorrection) -> str:
    spans = {
        side: {span.id: span for c in work.spans for span in getattr(c, side)}
        for side in ("before", "after")
    }
    told = []
    for sign, side, link in (("-", "before", found.before), ("+", "after", found.after)):
        if link is not None:
            head, tail = (
                short_stretch(work.article.text[span.start : span.end])
                for span in (spans[side][link.head_id], spans[side][link.tail_id])
            )
            told.append(f"[{sign}{head} → {tail} ({link.label}){sign}]")
    return " ".join(told)
