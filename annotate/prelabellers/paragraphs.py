"""Paragraphs of a text: what a language model is asked about at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")


def paragraphs_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset (in code points) and text of each paragraph.

    Line breaks part them; white space at their ends is no part of them, and none is blank.
    """
    for found in _LINE.finditer(text):
        stripped = found[0].strip()
        if stripped:
            yield found.start() + found[0].index(stripped), stripped
