"""Token vectors in the context of their paragraph: windows nearby, gated averages further away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from spacy.tokens import Doc
from thinc.api import (
    Maxout,
    Model,
    chain,
    expand_window,
    list2ragged,
    ragged2list,
    residual,
    with_array,
)
from thinc.types import Floats2d

from annotate.pipeline.paragraphs import paragraphs
from annotate.pipeline.span_crf.recurrence import gated_average

_WINDOW, _AVERAGE = "w", "a"


def build_paragraph_tok2vec(
    embed: Model[list[Doc], list[Floats2d]], encode: Model[list[Floats2d], list[Floats2d]]
) -> Model[list[Doc], list[Floats2d]]:
    """Return a tok2vec whose `encode` sees every paragraph as a sequence of its own.

    Registered as `annotate.ParagraphTok2Vec.v1`. White space between paragraphs gets zeros.
    """
    return Model(
        "paragraph_tok2vec",
        _forward,
        init=_initialize,
        layers=[embed, cast("Any", encode)],
        refs={"embed": embed, "encode": encode},
    )


def build_gated_encoder(
    width: int, layers: str, units: int
) -> Model[list[Floats2d], list[Floats2d]]:
    """Return an encoder of residual layers, one a letter of `layers`.

    Registered as `annotate.GatedEncoder.v1`. `w` is a convolution over a token and its neighbours
    as in spaCy's MaxoutWindowEncoder, `a` a `gated_average` of `units` a direction, which reaches
    as far as the sequence does.
    """
    if not layers or set(layers) - {_WINDOW, _AVERAGE}:
        raise ValueError(f"layers: letters w and a are known, not {layers!r}")
    stack: list[Any] = [
        gated_average(width, units) if letter == _AVERAGE else residual(_window(width))
        for letter in layers
    ]
    model: Model[list[Floats2d], list[Floats2d]] = chain(
        cast("Any", list2ragged()), *stack, cast("Any", ragged2list())
    )
    return model


def _window(width: int) -> Any:
    mix: Any = Maxout(width, 3 * width, nP=3, dropout=0.0, normalize=True)
    return chain(cast("Any", expand_window(1)), with_array(mix))


def _initialize(model: Model[list[Doc], list[Floats2d]], X: Any = None, Y: Any = None) -> None:  # noqa: N803, ARG001
    embed, encode = cast("Any", model.layers)
    embed.initialize(X=X)
    encode.initialize()


def _forward(
    model: Model[list[Doc], list[Floats2d]], docs: list[Doc], is_train: bool
) -> tuple[list[Floats2d], Callable[[list[Floats2d]], list[Doc]]]:
    embed, encode = cast("Any", model.layers)
    vectors, back_embed = embed(docs, is_train)
    places = [
        (index, start, end) for index, doc in enumerate(docs) for start, end in paragraphs(doc)
    ]

    def cut(arrays: Any) -> list[Any]:
        return [arrays[index][start:end] for index, start, end in places]

    def paste(pieces: list[Any]) -> list[Any]:
        width = (pieces or vectors)[0].shape[1]
        arrays = [model.ops.alloc2f(len(doc), width) for doc in docs]
        for (index, start, end), piece in zip(places, pieces, strict=True):
            arrays[index][start:end] = piece
        return arrays

    encoded, back_encode = encode(cut(vectors), is_train)

    def backprop(gradients: list[Floats2d]) -> list[Doc]:
        found: list[Doc] = back_embed(paste(back_encode(cut(gradients))))
        return found

    return cast("Any", paste(encoded)), backprop
