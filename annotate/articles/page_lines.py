"""Lines on a page → paragraphs. Pure.

A PDF knows where letters stand, and nothing of paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

HYPHEN = "\ufffe"
"""Stands at the end of a line whose last word goes on in the next, in place of its hyphen."""

_GAP = 1.4  # a paragraph ends where the next line stands this many steps below
_SHORT = 0.9  # a line is short that fills less of the widest line around it
_INDENT = 0.6  # an indented line begins this many heights of a line further right
_ENDS = tuple('.!?:…"”’»)')
_AROUND = 4


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page and its box: points, from the page's left and bottom edge."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


def join_lines(lines: Sequence[PageLine]) -> list[str]:
    """Return the paragraphs that lines make, in their order; divided words are put together."""
    steps = [a.bottom - b.bottom for a, b in pairwise(lines)]
    down = [step for step in steps if step > 0]
    step = median(down) if down else 0.0
    whole = " ".join(line.text for line in lines)
    paragraphs: list[str] = []
    for index, line in enumerate(lines):
        text = line.text
        if index and not _begins(lines, index, step):
            paragraphs[-1] = _joined(paragraphs[-1], text, whole)
        elif text:
            paragraphs.append(text)
    return [paragraph.replace(HYPHEN, "-") for paragraph in paragraphs]


def _begins(lines: Sequence[PageLine], index: int, step: float) -> bool:
    """Say whether a paragraph begins with this line."""
    before, line = lines[index - 1], lines[index]
    if before.text.endswith(HYPHEN):
        return False
    ended = before.text.endswith(_ENDS)
    below = before.bottom - line.bottom
    if below <= 0:  # the next column, or the next page
        return ended
    if below > _GAP * step:
        return True
    widest = max(x.right - x.left for x in lines[max(0, index - _AROUND) : index + _AROUND])
    short = before.right - before.left < _SHORT * widest
    indented = line.left - before.left > _INDENT * (line.top - line.bottom)
    return ended and (short or indented)


def _joined(before: str, after: str, whole: str) -> str:
    if not before.endswith(HYPHEN):
        return f"{before} {after}"
    stem, rest = before.removesuffix(HYPHEN), after
    first, last = stem.split()[-1:] or [""], rest.split()[:1] or [""]
    kept = f"{first[0]}-{last[0].rstrip(HYPHEN).rstrip('.,;:!?”’')}" in whole
    lower = rest[:1].islower()
    return f"{stem}{'-' if kept or not lower else ''}{rest}"
