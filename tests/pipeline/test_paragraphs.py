import pytest
import spacy

from annotate.pipeline.paragraphs import paragraphs

nlp = spacy.blank("en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\n \t", []),
        ("The dam held.", ["The dam held."]),
        ("One.\nTwo.\r\nThree.", ["One.", "Two.", "Three."]),
        ("\n\n One.  Still one. \n\n\n Two.\n", ["One.  Still one.", "Two."]),
        ("One.\u2029Two.\u2028Three.", ["One.", "Two.", "Three."]),
    ],
)
def test_paragraphs_stand_between_line_breaks(text, expected):
    """Paragraphs stand between line breaks and have no white space at their ends."""
    doc = nlp.make_doc(text)

    assert [doc[start:end].text for start, end in paragraphs(doc)] == expected
