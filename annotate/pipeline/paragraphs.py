"""Paragraphs of a document: the unit that the rules and the trained model look at."""

from spacy.tokens import Doc

__all__ = ["paragraphs"]


def paragraphs(doc: Doc) -> list[tuple[int, int]]:
    """Return the paragraphs of a document as half-open ranges of token indices.

    White space tokens that hold a line break stand between paragraphs. A paragraph neither
    starts nor ends with a white space token, and none is empty.
    """
    ranges: list[tuple[int, int]] = []
    start = end = -1
    for index, token in enumerate(doc):
        text = token.text
        if not text.isspace():
            if start < 0:
                start = index
            end = index + 1
        elif start >= 0 and ("\n" in text or "\r" in text or "\u2028" in text or "\u2029" in text):
            ranges.append((start, end))
            start = -1
    if start >= 0:
        ranges.append((start, end))
    return ranges
