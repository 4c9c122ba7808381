"""Paragraphs of a text."""

from hypothesis import given
from strategies import texts

from annotate.prelabellers.paragraphs import paragraphs_of


@given(texts)
def test_paragraphs_are_cuts_of_the_text(text):
    """Each stands where its offset says, without line breaks or white space at its ends."""
    end = 0
    for offset, paragraph in paragraphs_of(text):
        assert text[offset : offset + len(paragraph)] == paragraph == paragraph.strip()
        assert offset >= end
        assert not set(paragraph) & set("\n\r\u2028\u2029")
        assert not text[end:offset].strip()
        end = offset + len(paragraph)
    assert not text[end:].strip()
