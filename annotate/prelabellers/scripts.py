"""What of a script has to be known to tell where words end."""

from __future__ import annotations

import unicodedata

_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF))  # Thai, Lao, Burmese, Khmer


def in_word(character: str) -> bool:
    """Tell whether a character is a letter, a digit, or a mark on one."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def is_unspaced(character: str) -> bool:
    """Tell whether a character belongs to a script that puts no spaces between words."""
    code = ord(character)
    return unicodedata.east_asian_width(character) in "WF" or any(
        first <= code <= last for first, last in _UNSPACED
    )


def in_one_word(before: str, after: str) -> bool:
    """Tell whether two neighbouring characters stand in one word, as far as spaces part words."""
    return all(in_word(c) and not is_unspaced(c) for c in (before, after))
