"""The network under `span_crf`: token vectors → a score for every state of every chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from thinc.api import Linear, Model, NumpyOps, chain, with_array
from thinc.types import Floats2d

from annotate.pipeline.span_crf.chain import STATES

CrfModel = Model[list[Doc], Any]
"""Documents in; a float array of NumPy (tokens, chains * 5) a document out."""

DEFAULT_MODEL: dict[str, Any] = {
    "@architectures": "annotate.SpanCRF.v1",
    "tok2vec": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "width": 96,
        "depth": 4,
        "embed_size": 2000,
        "window_size": 1,
        "maxout_pieces": 3,
        "subword_features": True,
        "pretrained_vectors": None,
    },
}
"""The network of a component for which none is configured."""


def build_span_crf(tok2vec: Model[list[Doc], list[Floats2d]], nO: int | None = None) -> CrfModel:  # noqa: N803 - spaCy's name
    """Return `tok2vec` with a linear layer for the state scores and the CRF's transitions.

    Registered as `annotate.SpanCRF.v1`. Any tok2vec will do: what produces the token vectors is a
    replaceable part. `nO` is the number of chains times five; the component sets it.
    """
    output: Model[Floats2d, Floats2d] = Linear(nO)
    inner: Model[Any, Any] = chain(tok2vec, cast("Any", with_array(output)))
    model: CrfModel = Model(
        "span_crf",
        _forward,
        init=_initialize,
        layers=[inner],
        params={"transitions": None},
        refs={"output": output, "tok2vec": tok2vec},
        attrs={"chains": 0},
    )
    _multiply_with_numpy(model)
    return model


def transitions_of(model: CrfModel) -> npt.NDArray[np.float64]:
    """Return the CRF's transition scores (chains, states, states)."""
    ops: Any = model.ops
    return np.asarray(ops.to_numpy(model.get_param("transitions")), dtype=np.float64)


def _multiply_with_numpy(model: CrfModel) -> None:
    """Leave matrix products to NumPy's BLAS, which knows newer processors than thinc's own."""
    for node in model.walk():
        if type(node.ops) is NumpyOps:
            node.ops = NumpyOps(use_blis=False)


def _forward(
    model: CrfModel, docs: list[Doc], is_train: bool
) -> tuple[Any, Callable[[Any], list[Doc]]]:
    """Give NumPy's arrays, whatever the network computes on: the chains are computed with NumPy."""
    ops: Any = model.ops
    found, back = model.layers[0](docs, is_train)

    def backprop(gradients: Any) -> list[Doc]:
        docs: list[Doc] = back([ops.asarray2f(gradient) for gradient in gradients])
        return docs

    return [ops.to_numpy(scores) for scores in found], backprop


def _initialize(model: CrfModel, X: list[Doc] | None = None, Y: Any = None) -> CrfModel:  # noqa: N803, ARG001
    chains = model.attrs["chains"]
    output = model.get_ref("output")
    if output.has_dim("nO") is not True:
        output.set_dim("nO", chains * STATES)
    model.layers[0].initialize(X=X)
    output.set_param("W", cast("Any", model.ops.alloc(output.get_param("W").shape)))
    model.set_param("transitions", cast("Any", model.ops.alloc((chains, STATES, STATES))))
    return model
