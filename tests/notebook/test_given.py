from types import SimpleNamespace

import numpy as np
import pytest

import annotate
from annotate.errors import RecordError, UsageError
from annotate.notebook.given import as_articles, as_pairs


def test_a_text_becomes_an_article_of_its_own():
    """The same text has the same id; an article stays as it is."""
    article = annotate.Article(article_id="a", text="One.")
    first, second, third = as_articles(iter(["Two.", article, "Two."]))
    assert first == third
    assert first.article_id.startswith("text-")
    assert second is article


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("a text", UsageError),
        (annotate.Article(article_id="a", text="One."), UsageError),
        ({"a text": "One."}, UsageError),
        (b"a text", UsageError),
        (SimpleNamespace(columns=["text"]), UsageError),
        (5, UsageError),
        (None, UsageError),
        ([7], UsageError),
        (["One.", "x" * 1_000_001], RecordError),
        ([""], RecordError),
        (["a \ud800"], RecordError),
    ],
)
def test_what_is_no_list_of_texts_is_refused(given, error):
    """A text outside of a list is not taken for its characters."""
    with pytest.raises(error) as caught:
        as_articles(given)
    if given == "a text":
        assert caught.value.hint == "put it into a list: [text]"


def test_of_many_texts_the_one_that_is_wrong_is_told():
    """A column of thousands gives no other clue."""
    with pytest.raises(RecordError, match="^item 2: "):
        as_articles(["One.", "Two.", " "])
    with pytest.raises(UsageError, match="^item 1: .*NoneType"):
        as_articles(["One.", None])


def test_numpys_texts_are_texts():
    """An array gives its items as a child of `str` that spaCy refuses."""
    (article,) = as_articles(np.array(["One."]))
    assert type(article.text) is str


def test_a_text_stands_for_the_article_of_its_marks(predictions, texts):
    """A text in a pair gets the id that the marks name."""
    pairs = as_pairs(zip(texts, predictions, strict=True))
    assert [article.article_id for article, _ in pairs] == [p.article_id for p in predictions]


def test_what_is_no_pair_is_refused(predictions):
    """Predictions alone do not know their text, and the error says what to write."""
    with pytest.raises(UsageError, match="found Prediction") as caught:
        as_pairs(predictions)
    assert caught.value.hint == "for predictions: zip(texts, predictions)"
    with pytest.raises(UsageError, match=r"\(Prediction, str\)"):
        as_pairs([(predictions[0], "text")])


def test_labels_of_another_scheme_are_named(predictions, texts):
    """Labels that would silently not count are an error."""
    parc = annotate.label_scheme("parc")
    with pytest.raises(UsageError, match="'Claim' is none of Source, Cue, Content"):
        as_pairs(zip(texts, predictions, strict=True), scheme=parc)
