"""Token features for the network: spaCy's lexical attributes, and what the rules said.

The rules' spans reach the network straight from their span groups; no token attribute is set, so
that nothing of a user's own pipeline is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from spacy.ml.staticvectors import StaticVectors
from spacy.tokens import Doc
from thinc.api import (
    HashEmbed,
    Maxout,
    Model,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    with_array,
)
from thinc.types import Floats2d

from annotate.pipeline.paragraphs import paragraphs
from annotate.pipeline.span_crf.chain import BEGIN, INSIDE, LAST, UNIT

_MASKED = 9  # what a masked paragraph shows instead of the rules' states
_QUOTATIONS = "quotations"
_PARTS = "attribution_parts"
_SENTENCES = "attribution_sentences"
_NO_CUE, _BEFORE, _BETWEEN, _AFTER = 1, 2, 3, 4  # 0: in no sentence
_FIRST, _FINAL = 10, 20


def build_rule_hash_embed(
    width: int,
    attrs: list[str],
    rows: list[int],
    rule_spans: list[str],
    rule_width: int,
    rule_mask: float,
    include_static_vectors: bool,
) -> Model[list[Doc], list[Floats2d]]:
    """Embed `attrs` as spaCy's MultiHashEmbed does, and with them the rules' spans.

    Registered as `annotate.RuleHashEmbed.v1`. Every entry of `rule_spans`, written
    `group/label`, is one column: the BILUO state of the group's span of that label. Two more tell
    quotations, and where a token stands in its sentence and to the sentence's cues. In training,
    what the rules said of a paragraph is masked with probability `rule_mask`: a network that learns
    from the rules' own output would otherwise only learn to copy them. With
    `include_static_vectors` the vectors of the pipeline's vocabulary are used too.
    """
    if len(attrs) != len(rows):
        raise ValueError(f"{len(attrs)} attributes need as many row counts, not {len(rows)}")
    columns = len(rule_spans) + 2
    embeddings: list[Any] = [
        HashEmbed(width, count, column=column, seed=7 + column, dropout=0.0)
        for column, count in enumerate(rows)
    ] + [
        HashEmbed(rule_width, 64, column=len(attrs) + column, seed=70 + column, dropout=0.0)
        for column in range(columns)
    ]
    rows_of: Any = chain(_features(attrs, rule_spans, rule_mask), cast("Any", list2ragged()))
    total = width * len(attrs) + rule_width * columns
    mixed: Any
    if include_static_vectors:
        embedded: Any = chain(rows_of, with_array(concatenate(*embeddings)))
        vectors = cast("Any", StaticVectors(width, dropout=0.0))
        mix: Any = Maxout(width, total + width, nP=3, dropout=0.0, normalize=True)
        mixed = chain(concatenate(embedded, vectors), with_array(mix))
    else:
        mix = Maxout(width, total, nP=3, dropout=0.0, normalize=True)
        mixed = chain(rows_of, with_array(_each_once(chain(concatenate(*embeddings), mix))))
    model: Model[list[Doc], list[Floats2d]] = chain(mixed, cast("Any", ragged2list()))
    return model


def rule_columns(doc: Doc, rule_spans: list[str]) -> npt.NDArray[np.uint64]:
    """Return one column an entry of `rule_spans`, then quotation and sentence (tokens, columns).

    Of nested spans of one label the outer one shows. Groups that are missing are empty.
    """
    states = np.zeros((len(doc), len(rule_spans) + 2), dtype=np.uint64)
    for column, entry in enumerate(rule_spans):
        group, label = entry.split("/", 1)
        _write_states(states[:, column], doc, group, label)
    _write_states(states[:, -2], doc, _QUOTATIONS, None)
    cues = sorted((s.start, s.end) for s in doc.spans.get(_PARTS, ()) if s.label_ == "Cue")
    for sentence in doc.spans.get(_SENTENCES, ()):
        start, end = sentence.start, sentence.end
        inside = [cue for cue in cues if start <= cue[0] < end]
        place = states[start:end, -1]
        place[:] = _NO_CUE
        if inside:
            place[: inside[0][0] - start] = _BEFORE
            place[inside[0][0] - start :] = _BETWEEN
            place[inside[-1][1] - start :] = _AFTER
        place[0] += _FIRST
        place[-1] += _FINAL
    return states


def _write_states(states: npt.NDArray[np.uint64], doc: Doc, group: str, label: str | None) -> None:
    for span in sorted(doc.spans.get(group, ()), key=len, reverse=True):
        column = states[span.start : span.end]
        if (label is None or span.label_ == label) and not column.any():
            column[:] = INSIDE
            column[0], column[-1] = BEGIN, LAST
            if len(column) == 1:
                column[0] = UNIT


def _each_once(inner: Any) -> Any:
    """Compute rows that are alike once: in a batch of news half of all tokens have been seen.

    Only where predictions are made on a processor; nothing else changes.
    """
    return Model("each_once", _forward_once, layers=[inner], init=_initialize_inner)


def _forward_once(model: Any, rows: Any, is_train: bool) -> tuple[Any, Callable[[Any], Any]]:
    inner = model.layers[0]
    if is_train or type(rows) is not np.ndarray or not len(rows):
        found: tuple[Any, Callable[[Any], Any]] = inner(rows, is_train)
        return found
    # A random projection tells rows apart, and is checked: sorting them whole is slower.
    factors = np.random.default_rng(0).integers(1, 2**62, size=rows.shape[1], dtype=np.uint64)
    _, first, back = np.unique(rows @ factors, return_index=True, return_inverse=True)
    once = rows[first]
    if not np.array_equal(once[back], rows):
        return inner(rows, is_train)  # type: ignore[no-any-return]
    return inner.predict(once)[back], lambda _: rows


def _initialize_inner(model: Any, X: Any = None, Y: Any = None) -> None:  # noqa: N803 - thinc's names
    model.layers[0].initialize(X=X, Y=Y)


def _features(attrs: list[str], rule_spans: list[str], mask: float) -> Model[list[Doc], Any]:
    return Model(
        "rule_features",
        _forward,
        attrs={"attrs": attrs, "rule_spans": rule_spans, "mask": mask},
    )


def _forward(
    model: Model[list[Doc], Any], docs: list[Doc], is_train: bool
) -> tuple[Any, Callable[[Any], list[Doc]]]:
    features: list[Any] = []
    mask = model.attrs["mask"] if is_train else 0.0
    for doc in docs:
        lexical = doc.to_array(model.attrs["attrs"]).reshape(len(doc), -1).astype(np.uint64)
        rules = rule_columns(doc, model.attrs["rule_spans"])
        if mask:
            for start, end in paragraphs(doc):
                if np.random.random() < mask:  # noqa: NPY002 - seeded by spaCy's fix_random_seed
                    rules[start:end, :-2] = _MASKED
                    rules[start:end, -1] = rules[start:end, -1] // 10 * 10 + _NO_CUE
        together: Any = np.concatenate([lexical, rules], axis=1)
        features.append(model.ops.asarray2i(together, dtype="uint64"))
    return features, lambda _: []
