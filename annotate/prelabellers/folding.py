"""Texts in which quotation marks, dashes and spaces are all alike, with a map back to the original.

Offsets count code points. Nothing is lowered: `str.lower` can change a text's length ("İ" becomes
two code points), and every offset after it would point elsewhere.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›〝〞〟＂＇′″「」『』"
_DASHES = "-‐‑‒–—―−﹘﹣－"
_DROPPED = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_ALIKE = {**dict.fromkeys(_QUOTES, '"'), **dict.fromkeys(_DASHES, "-"), "…": "..."}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; each of its characters belongs to a piece of the original.

    A piece is what stands and falls together: a run of spaces, a character with its accents, an
    ellipsis. `starts` and `ends` are the piece's half-open offsets in the original, one a
    character.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the original's offsets of `text[start:end]`; `None` where it cuts a piece."""
        cut_before = start > 0 and self.starts[start - 1] == self.starts[start]
        cut_after = end < len(self.text) and self.starts[end] == self.starts[end - 1]
        return None if cut_before or cut_after else (self.starts[start], self.ends[end - 1])


def fold(text: str) -> Folded:
    """Return a text with one kind of quotation mark, dash and space, accents composed (NFC).

    Soft hyphens and characters without width are dropped.
    """
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(text):
        end, piece = _piece(text, at)
        parts.append(piece)
        starts += [at] * len(piece)
        ends += [end] * len(piece)
        at = end
    return Folded(text="".join(parts), starts=tuple(starts), ends=tuple(ends))


def _piece(text: str, at: int) -> tuple[int, str]:
    """Return where the piece that begins at an offset ends, and what it folds to."""
    end = at + 1
    if text[at] in _DROPPED:
        return end, ""
    if text[at].isspace():
        while end < len(text) and text[end].isspace():
            end += 1
        return end, " "
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    composed = unicodedata.normalize("NFC", text[at:end])
    return end, "".join(_ALIKE.get(character, character) for character in composed)
