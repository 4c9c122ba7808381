import pytest
import spacy

import annotate
from annotate.errors import ModelError
from annotate.notebook.predicting import Predictions, predictions_of
from annotate.pipeline.prediction import Pipeline


def test_texts_are_prelabelled_without_a_workspace(tmp_path, monkeypatch, predictions, texts):
    """One prediction a text, in order, by the rules; nothing is written."""
    monkeypatch.chdir(tmp_path)
    again = annotate.prelabel(annotate.Article(article_id=t[:5], text=t) for t in texts)
    assert [[(s.start, s.label) for s in p.spans] for p in again] == [
        [(s.start, s.label) for s in p.spans] for p in predictions
    ]
    assert [p.article_id for p in again] == ["A mem", "Offic"]
    assert again.model_version.startswith("rules-")
    assert {p.model_version for p in again} == {again.model_version}
    assert again.left_out == {}
    assert not list(tmp_path.iterdir())


def test_a_directory_is_a_model(tmp_path, texts):
    """A trained pipeline is loaded from its directory; one that is not there is an error."""
    nlp = spacy.blank("en")
    nlp.add_pipe("attribution_rules", config={"spans_key": "sc"})
    nlp.to_disk(tmp_path / "mine")
    found = annotate.prelabel(texts, model=tmp_path / "mine")
    assert found.model_version.startswith("mine-")
    assert {s.label for p in found for s in p.spans} == {"Claim", "Source", "Hedge"}
    with pytest.raises(ModelError, match=r"config\.cfg is missing"):
        annotate.prelabel(texts, model=str(tmp_path / "none"))


def test_other_labels_come_from_their_scheme(texts):
    """With the labels of `parc` the rules give source, cue and content."""
    found = annotate.prelabel(texts, scheme=annotate.label_scheme("parc"))
    assert {s.label for p in found for s in p.spans} == {"Source", "Cue", "Content"}


def test_what_the_labels_cannot_hold_is_counted(scheme):
    """What a model finds and the scheme has not stands in `left_out`."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "sc"})
    ruler.add_patterns([{"label": "Verb", "pattern": "said"}])
    pipeline = Pipeline(nlp=nlp, model_version="v-1", scheme=scheme)
    article = annotate.Article(article_id="a", text="They said so.")
    found = predictions_of(pipeline, [article])
    assert isinstance(found, Predictions)
    assert found.left_out == {"label Verb": 1}
    assert found[0].spans == ()
