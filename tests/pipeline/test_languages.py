import pytest

from annotate.errors import ModelError
from annotate.pipeline.languages import blank


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "Laut Tiel fährt's.", ["Laut", "Tiel", "fährt's", "."]),
        ("zh", "她说可以", list("她说可以")),
    ],
)
def test_a_language_has_its_tokenizer(language, text, words):
    """The blank pipeline of the language decides what a token is."""
    assert [token.text for token in blank(language)(text)] == words


def test_an_unknown_language_is_named():
    """The error names the code and where codes are found."""
    with pytest.raises(ModelError, match="language: qq") as caught:
        blank("qq")
    assert "xx" in str(caught.value.hint)
