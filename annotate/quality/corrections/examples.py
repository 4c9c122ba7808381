"""A correction in its text, as one line."""

from __future__ import annotations

from itertools import pairwise

from annotate.quality.corrections.spans import Correction

_AROUND = 40  # characters at either side
_INSIDE = 30  # characters of a long stretch, at either end of it


def example_of(text: str, found: Correction) -> str:
    """Return a correction among the words around it.

    `‹…›` stands around what both marked, `[-…-]` around what the prediction alone had, `[+…+]`
    around what the annotation alone has.
    """
    before, after = found.before, found.after
    old = {(span.start, span.end) for span in before}
    new = {(span.start, span.end) for span in after}
    first = min(start for start, _ in old | new)
    last = max(end for _, end in old | new)
    left = _whole_words(text[max(0, first - _AROUND) : first], cut=first > _AROUND)
    right = _whole_words(text[last : last + _AROUND][::-1], cut=last + _AROUND < len(text))[::-1]
    edges = sorted({edge for place in old | new for edge in place})
    pieces = []
    for start, end in pairwise(edges):
        was = any(a <= start and end <= b for a, b in old)
        now = any(a <= start and end <= b for a, b in new)
        piece = short_stretch(text[start:end])
        if was and now:
            pieces.append(f"‹{piece}›")
        elif was:
            pieces.append(f"[-{piece}-]")
        elif now:
            pieces.append(f"[+{piece}+]")
        else:
            pieces.append(piece)
    return f"{left}{''.join(pieces)}{right}".strip()


def _whole_words(piece: str, *, cut: bool) -> str:
    """Return what stands on the mark's own line, without the half word with which it is cut off."""
    line = piece.rpartition("\n")[2]
    return line.partition(" ")[2] if cut and line == piece else line


def short_stretch(piece: str) -> str:
    """Return a stretch of text without its middle, where it is long."""
    return piece if len(piece) <= 2 * _INSIDE else f"{piece[:_INSIDE]} … {piece[-_INSIDE:]}"
