from collections import Counter

import pytest
from predictors import echo, unloadable

from annotate.errors import ModelError
from annotate.labels import LabelScheme
from annotate.pipeline.prediction import load_rules
from annotate.pipeline.workers import predict_in_processes
from annotate.records import Article
from annotate.samples import sample_articles

pytestmark = pytest.mark.slow

SCHEME = LabelScheme(
    from_name="label", to_name="text", text_key="text", span_labels=("Claim", "Source")
)


def _articles(count):
    return [Article(article_id=f"a{number}", text=f"Text {number}.") for number in range(count)]


def _predict(load, articles, left_out=None):
    return list(
        predict_in_processes(
            load, articles, processes=2, left_out=Counter() if left_out is None else left_out
        )
    )


def test_predictions_come_in_order_from_several_processes():
    """Every article gets one, whatever process made it, and what was left out is added up."""
    articles, left_out = _articles(150), Counter()

    found = _predict(echo(), iter(articles), left_out)

    assert [prediction.article_id for prediction in found] == [a.article_id for a in articles]
    assert 1 <= len({prediction.model_version for prediction in found}) <= 2
    assert left_out == {"label Thing": 150}
    assert _predict(echo(), []) == []


def test_a_process_that_dies_is_told():
    """Nothing hangs, and the error says what may have happened and what helps."""
    with pytest.raises(ModelError, match="2 processes that predict died") as caught:
        _predict(echo(dies_at="a40"), _articles(100))
    assert "fewer processes" in str(caught.value.hint)


def test_errors_of_a_process_are_those_of_one_alone():
    """What loading or predicting raises is raised here."""
    with pytest.raises(ModelError, match="a40: cannot be predicted"):
        _predict(echo(fails_at="a40"), _articles(100))
    with pytest.raises(ModelError, match="cannot be loaded"):
        _predict(unloadable, _articles(3))


def test_two_processes_find_what_one_finds():
    """A real pipeline gives the same predictions, and the same of what it left out."""
    articles = [line.article for line in sample_articles()][:40]
    one, two = (load_rules(SCHEME, "rules-1") for _ in range(2))

    assert list(one.predict(articles)) == list(two.predict(articles, processes=2))
    assert one.left_out == two.left_out != {}
