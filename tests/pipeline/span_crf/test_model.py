import numpy as np
import pytest
import spacy
from spacy.tokens import SpanGroup
from spacy.training import Example
from thinc.api import NumpyOps, fix_random_seed, get_current_ops, set_current_ops

pytestmark = pytest.mark.slow

CPU = NumpyOps(use_blis=False)
TEXT = "Officials said the bridge may close.\n\nIt rained."


class _OnCard(np.ndarray):
    """An array that refuses, as CuPy's do, to be computed with one of NumPy's."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        _only_card((inputs, out))
        if out:
            options["out"] = _to_cpu(out)
        found = getattr(ufunc, method)(*_to_cpu(inputs), **options)
        return out[0] if out else _to_card(found)

    def __array_function__(self, function, types, args, options):
        _only_card(args)
        return _to_card(function(*_to_cpu(args), **_to_cpu(options)))

    def __setitem__(self, key, value):
        _only_card((value,))
        super().__setitem__(key, value)


class _CardOps(NumpyOps):
    """The operations of a graphics card that is none: everything that they give is on it."""

    def __getattribute__(self, name):
        found = getattr(CPU, name)
        if name == "xp" or not callable(found) or name.startswith("__"):
            return found

        def on_card(*args, **options):
            if not name.startswith(("as", "to_numpy")):
                _only_card((args, list(options.values())))
            result = found(*_to_cpu(args), **_to_cpu(options))
            return result if name == "to_numpy" else _to_card(result)

        return on_card


def _only_card(value):
    if isinstance(value, (list, tuple)):
        for part in value:
            _only_card(part)
    elif type(value) is np.ndarray and value.ndim and value.dtype.kind == "f":
        raise TypeError("an array of NumPy meets one of the card")


def _each(value, change):
    if isinstance(value, (list, tuple)):
        return type(value)(_each(part, change) for part in value)
    if isinstance(value, dict):
        return {key: _each(part, change) for key, part in value.items()}
    return change(value)


def _to_cpu(value):
    return _each(value, lambda v: v.view(np.ndarray) if isinstance(v, _OnCard) else v)


def _to_card(value):
    return _each(value, lambda v: v.view(_OnCard) if type(v) is np.ndarray and v.ndim else v)


def _learned(ops):
    """Return gradients and spans of the shipped network, computed with `ops`."""
    before = get_current_ops()
    set_current_ops(ops)
    try:
        fix_random_seed(0)
        nlp = spacy.blank("en")
        embed = {
            "@architectures": "annotate.RuleHashEmbed.v1",
            "width": 8,
            "attrs": ["NORM", "SHAPE"],
            "rows": [50, 50],
            "rule_spans": [],
            "rule_width": 4,
            "rule_mask": 0.0,
            "include_static_vectors": False,
        }
        encode = {
            "@architectures": "annotate.GatedEncoder.v1",
            "width": 8,
            "layers": "wa",
            "units": 3,
        }
        tok2vec = {
            "@architectures": "annotate.ParagraphTok2Vec.v1",
            "embed": embed,
            "encode": encode,
        }
        model = {"@architectures": "annotate.SpanCRF.v1", "tok2vec": tok2vec}
        component = nlp.add_pipe("span_crf", config={"model": model})
        reference = nlp.make_doc(TEXT)
        spans = [reference.char_span(15, 35, label="Claim")]
        reference.spans["sc"] = SpanGroup(reference, name="sc", spans=spans)
        example = Example(nlp.make_doc(TEXT), reference)
        component.initialize(lambda: [example])
        output = component.model.get_ref("output")
        weights = np.random.default_rng(1).normal(size=(5, 8)).astype("f")
        output.set_param("W", ops.asarray2f(weights))
        losses = component.update([example])
        grads = [
            ops.to_numpy(node.get_grad(name))
            for node in component.model.walk()
            for name in node.param_names
            if node.has_grad(name)
        ]
        return losses, grads, component.predict([nlp.make_doc(TEXT)])
    finally:
        set_current_ops(before)


def test_arrays_of_a_graphics_card_never_meet_those_of_numpy():
    """What is computed beside the network is converted at its edge, and gives the same there."""
    losses, grads, found = _learned(CPU)
    others, theirs, same = _learned(_CardOps())
    assert others == pytest.approx(losses)
    assert len(grads) == len(theirs) > 10
    for ours, gradient in zip(grads, theirs, strict=True):
        assert type(gradient) is np.ndarray
        np.testing.assert_allclose(gradient, ours, rtol=1e-5, atol=1e-7)
    assert [(s.start, s.end, s.label) for s in same[0]] == [
        (s.start, s.end, s.label) for s in found[0]
    ]
    assert found[0]
