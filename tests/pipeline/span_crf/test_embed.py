import numpy as np
import pytest
import spacy
from thinc.api import Model, fix_random_seed

from annotate.pipeline.span_crf import embed

TEXT = "It may rain. It may snow. It may rain, they said, or it may not rain."


@pytest.fixture
def model():
    """Return an embedding that was initialized, and a document."""
    fix_random_seed(0)
    built = embed.build_rule_hash_embed(8, ["NORM", "SHAPE"], [50, 50], ["r/Hedge"], 4, 0.0, False)
    doc = spacy.blank("en").make_doc(TEXT)
    built.initialize(X=[doc])
    return built, doc


def _once(model):
    (node,) = [node for node in model.walk() if node.name == "each_once"]
    return node


def test_rows_that_are_alike_are_computed_once_and_give_the_same(model):
    """What is predicted is what training computes, of fewer rows."""
    built, doc = model
    inner = _once(built).layers[0]
    seen = []

    def spy(node, rows, is_train):
        seen.append(len(rows))
        return inner(rows, is_train)

    trained, _ = built([doc], is_train=True)
    _once(built).layers[0] = Model("spy", spy)
    (found,) = built.predict([doc])
    assert found.shape == (len(doc), 8)
    assert np.allclose(found, trained[0], atol=1e-6)
    assert seen == [len({tuple(row) for row in _rows(built, doc)})]
    assert seen[0] < len(doc)


def _rows(built, doc):
    (features,) = [node for node in built.walk() if node.name == "rule_features"]
    return features.predict([doc])[0]


def test_rows_that_a_projection_confuses_are_all_computed(model, monkeypatch):
    """Were all rows projected onto one number, none would be taken for another."""
    built, doc = model
    expected = built.predict([doc])[0]

    class _Zeros:
        def integers(self, *_, size, dtype):
            return np.zeros(size, dtype=dtype)

    monkeypatch.setattr(embed.np.random, "default_rng", lambda _: _Zeros())
    assert np.allclose(built.predict([doc])[0], expected, atol=1e-6)


def test_static_vectors_are_mixed_row_by_row():
    """They hang on the word itself, which the other rows do not tell."""
    fix_random_seed(0)
    built = embed.build_rule_hash_embed(8, ["NORM"], [50], [], 4, 0.0, include_static_vectors=True)
    assert not [node for node in built.walk() if node.name == "each_once"]
