import pytest

from annotate.pipeline.rules.source_types import source_type


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mayor Ines Vahl insisted", "named"),
        ("Harbour Board spokesperson Jon Tiel stressed", "named"),
        ("Two ministers claim", "unnamed"),
        ("U.S. officials say", "unnamed"),
        ("according to a memo published by the Harbour Gazette", "document"),
        ("the Harbour Gazette reported", "outlet"),
        ("He said", None),
        ("adding", None),
    ],
)
def test_the_type_of_a_source_is_told_by_its_words(lexicon, text, expected):
    """Names, unnamed people, documents and outlets are told apart; a pronoun tells nothing."""
    assert source_type(text.split(), lexicon) == expected
