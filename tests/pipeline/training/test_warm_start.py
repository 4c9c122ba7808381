import numpy as np
import pytest
import spacy
from sentences import GOLD, gold_plan
from thinc.api import Model

from annotate.errors import TrainingError
from annotate.pipeline.hashing import pipeline_hash
from annotate.pipeline.training.loop import train_pipeline
from annotate.pipeline.training.overrides import read_overrides
from annotate.pipeline.training.warm_start import make_warm_start

pytestmark = pytest.mark.slow

SHARED = """
[paths]
width = 24

[components.tok2vec]
factory = "tok2vec"

[components.tok2vec.model]
@architectures = "annotate.ParagraphTok2Vec.v1"

[components.tok2vec.model.embed]
@architectures = "annotate.RuleHashEmbed.v1"
width = ${paths.width}
attrs = ["NORM", "SHAPE"]
rows = [500, 100]
rule_width = 8

[components.tok2vec.model.encode]
@architectures = "spacy.MaxoutWindowEncoder.v2"
width = ${paths.width}
window_size = 1
maxout_pieces = 2
depth = 2

[components.span_crf.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = ${paths.width}
upstream = "tok2vec"
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A pipeline whose `span_crf` listens to a tok2vec, and where its stages lie."""
    directory = tmp_path_factory.mktemp("shared")
    (directory / "my.cfg").write_text(SHARED)
    plan = gold_plan(overrides=read_overrides(directory / "my.cfg"), weak_epochs=3)
    return train_pipeline(plan, directory), directory


def _weights(model):
    return [
        np.array(node.get_param(name))
        for node in model.walk()
        for name in node.param_names
        if node.has_param(name)
    ]


def test_a_shared_tok2vec_is_trained_and_predicts_in_batches(trained):
    """It stands between rules and `span_crf`; the stages before the gold teach it too."""
    nlp = spacy.load(trained[0].path)
    assert nlp.pipe_names[:3] == ["attribution_rules", "tok2vec", "span_crf"]
    weak = spacy.load(trained[1] / "weak" / "model-last")
    ours, theirs = (_weights(loaded.get_pipe("tok2vec").model) for loaded in (nlp, weak))
    assert any(not np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    texts = [article.text for article, _ in GOLD]
    together = [[(s.start, s.end, s.label_) for s in doc.spans["sc"]] for doc in nlp.pipe(texts)]
    docs = [nlp(text) for text in texts]
    assert together == [[(s.start, s.end, s.label_) for s in doc.spans["sc"]] for doc in docs]
    assert any(together)


def test_all_that_has_weights_takes_them_up(trained):
    """Those of the component that is listened to, too, and never settings such as the mask."""
    source = trained[1] / "weak" / "model-last"
    nlp = spacy.load(trained[0].path)
    make_warm_start(str(source))(nlp)
    weak = spacy.load(source)
    for name in ("tok2vec", "span_crf"):
        ours, theirs = (_weights(loaded.get_pipe(name).model) for loaded in (nlp, weak))
        assert len(ours) > 2
        assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))
    masks = [
        node.attrs["mask"]
        for loaded in (nlp, weak)
        for node in loaded.get_pipe("tok2vec").model.walk()
        if node.name == "rule_features"
    ]
    assert masks == [0.0, 0.7]


def test_wrapped_networks_are_copied_too():
    """What PyTorch holds does not stand among the parameters: it lies in shims."""
    from annotate.pipeline.training.warm_start import _copy

    class Shim:
        def __init__(self, held):
            self.held = held

        def to_bytes(self):
            return self.held

        def from_bytes(self, held):
            self.held = held

    ours, theirs = (Model("wrapped", lambda *_: None, shims=[Shim(held)]) for held in (b"1", b"2"))
    _copy(ours, theirs)
    assert ours.shims[0].held == b"2"


def test_weights_of_another_pipeline_are_refused(trained, tmp_path):
    """One with other labels, or without the component that is listened to."""
    nlp = spacy.load(trained[0].path)
    nlp.rename_pipe("tok2vec", "other")
    nlp.to_disk(tmp_path / "other")
    with pytest.raises(TrainingError, match="none of component 'tok2vec'"):
        make_warm_start(str(tmp_path / "other"))(spacy.load(trained[0].path))
    nlp.get_pipe("span_crf").cfg["labels"] = ["Claim"]
    with pytest.raises(TrainingError, match="are wanted"):
        make_warm_start(str(trained[0].path))(nlp)


def test_a_pipeline_with_an_added_component_can_be_made_again(trained, tmp_path):
    """Its hash names no directory, of the corpus or of anything that the config reads."""
    (tmp_path / "my.cfg").write_text(SHARED)
    plan = gold_plan(overrides=read_overrides(tmp_path / "my.cfg"), weak_epochs=3)
    again = train_pipeline(plan, tmp_path)
    assert pipeline_hash(again.path) == pipeline_hash(trained[0].path)
