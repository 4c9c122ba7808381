import numpy as np
import pytest
import spacy
from spacy.ml.models.tok2vec import MultiHashEmbed
from thinc.api import fix_random_seed

from annotate.pipeline.span_crf.encode import build_gated_encoder, build_paragraph_tok2vec


def _tok2vec(docs):
    fix_random_seed(0)
    embed = MultiHashEmbed(16, ["NORM"], [100], include_static_vectors=False)
    model = build_paragraph_tok2vec(embed, build_gated_encoder(16, "wa", 4))
    model.initialize(X=docs)
    return model


def test_a_paragraph_has_the_same_vectors_wherever_it_stands():
    """No paragraph sees another, neither in its document nor in its batch."""
    nlp = spacy.blank("en")
    alone = nlp("Officials said the bridge may close.")
    within = nlp("It rained.\n\nOfficials said the bridge may close.\n\nNobody was hurt.")
    empty = nlp("\n\n")
    model = _tok2vec([alone])
    found = model.predict([within, empty, alone])
    start = next(token.i for token in within if token.text == "Officials")
    assert found[0][start : start + len(alone)] == pytest.approx(found[2], abs=1e-5)
    assert [len(vectors) for vectors in found] == [len(within), len(empty), len(alone)]
    assert not found[1].any()


def test_a_gated_average_reaches_the_other_end():
    """The first token's vector depends on the last one; with one window it does not."""
    nlp = spacy.blank("en")
    docs = [nlp("the dam could break " * 3 + end) for end in ("today", "tomorrow")]
    for layers, reaches in (("a", True), ("w", False)):
        encoder = build_gated_encoder(16, layers, 4)
        model = build_paragraph_tok2vec(_tok2vec(docs[:1]).get_ref("embed"), encoder)
        model.initialize(X=docs[:1])
        one, two = model.predict(docs)
        assert (not np.allclose(one[0], two[0], atol=1e-6)) == reaches


def test_unknown_layers_are_refused():
    """A letter that names no layer is an error, and so is an encoder without layers."""
    for layers in ("wx", ""):
        with pytest.raises(ValueError, match="w and a are known"):
            build_gated_encoder(16, layers, 4)
