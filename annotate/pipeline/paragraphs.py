"""Paragraphs of a document: the unit that the rules and the trained model look at."""

import numpy as np
from spacy.attrs import IS_SPACE
from spacy.tokens import Doc

_BREAKS = "\n\r\u2028\u2029"


def paragraphs(doc: Doc) -> list[tuple[int, int]]:
    """Return the paragraphs of a document as half-open ranges of token indices.

    White space tokens that hold a line break stand between paragraphs. A paragraph neither
    starts nor ends with a white space token, and none is empty.
    """
    blank = doc.to_array(IS_SPACE).astype(bool)
    spaces = np.flatnonzero(blank).tolist()
    breaks = [index for index in spaces if any(c in doc[index].text for c in _BREAKS)]
    ranges: list[tuple[int, int]] = []
    start = 0
    for end in (*breaks, len(doc)):
        first, last = start, end
        while first < last and blank[first]:
            first += 1
        while last > first and blank[last - 1]:
            last -= 1
        if first < last:
            ranges.append((first, last))
        start = end + 1
    return ranges
