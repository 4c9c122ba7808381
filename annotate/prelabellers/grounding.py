"""Quotes → places in a paragraph: exactly, then folded, then by words; never by a part of them.

Offsets are code points, half-open. A quote that stands in several places is not guessed at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from annotate.prelabellers.folding import Folded, fold
from annotate.prelabellers.fuzzy import windows_like
from annotate.prelabellers.scripts import in_one_word

How: TypeAlias = Literal["exact", "folded", "fuzzy", "not found", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Grounded:
    """Where a quote stands, and how it was found; no place where it was not, or in several."""

    how: How
    place: tuple[int, int] | None = None


class Paragraph:
    """A paragraph in which quotes are looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded: Folded = fold(text)

    def places(self, quote: str) -> list[tuple[int, int]]:
        """Return where a quote stands, but for quotation marks, dashes, spaces and accents.

        Only where it begins and ends with whole words; where there is no such place, inside words
        too: some languages write several words as one.
        """
        wanted = fold(quote).text.strip()
        if not wanted:
            return []
        found: list[tuple[int, int]] = []
        at = self._folded.text.find(wanted)
        while at >= 0:
            place = self._folded.original(at, at + len(wanted))
            if place is not None:
                found.append(place)
            at = self._folded.text.find(wanted, at + 1)
        whole = [place for place in found if not self._cuts_a_word(*place)]
        return whole or found

    def ground(self, quote: str, occurrence: int | None = None) -> Grounded:
        """Return where a quote stands; `occurrence` counts its places from 1.

        Without one, or with one that there is not, the quote has to have a single place; a place
        that has the quote's very characters goes before those that are only alike.
        """
        places = self.places(quote)
        if not places:
            return self._by_words(quote, occurrence)
        very = [place for place in places if self._is(quote, place)]
        chosen = _choose(places, occurrence) or _choose(very, None)
        if chosen is None:
            return Grounded("ambiguous")
        return Grounded("exact" if chosen in very else "folded", chosen)

    def _by_words(self, quote: str, occurrence: int | None) -> Grounded:
        windows = windows_like(self.text, quote)
        if not windows:
            return Grounded("not found")
        chosen = _choose(windows, occurrence)
        return Grounded("ambiguous") if chosen is None else Grounded("fuzzy", chosen)

    def _is(self, quote: str, place: tuple[int, int]) -> bool:
        return self.text[place[0] : place[1]] == quote.strip()

    def _cuts_a_word(self, start: int, end: int) -> bool:
        text = self.text
        return (start > 0 and in_one_word(text[start - 1], text[start])) or (
            end < len(text) and in_one_word(text[end - 1], text[end])
        )


def _choose(places: Sequence[tuple[int, int]], occurrence: int | None) -> tuple[int, int] | None:
    if occurrence is not None and 1 <= occurrence <= len(places):
        return places[occurrence - 1]
    return places[0] if len(places) == 1 else None
