import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Span, SpanGroup

from annotate.pipeline.span_crf.chain import BEGIN, OUTSIDE, STATES, UNIT, span_states
from annotate.pipeline.span_crf.prior import prior_scores

NLP = spacy.blank("en")
PRIOR = [
    {
        "chain": "Doubt",
        "group": "rules",
        "label": "Hedge",
        "inside": {"modal": 6.0, "adverb": 2.0},
        "outside": 1.5,
    }
]


def _doc(spans, *, words=12):
    doc = NLP.make_doc(" ".join("w" * words))
    doc.spans["rules"] = SpanGroup(
        doc,
        name="rules",
        spans=[Span(doc, start, end, label=label) for start, end, label, _ in spans],
        attrs={"rules": [rule for *_, rule in spans]},
    )
    return doc


def _score(added, spans):
    """Return what a path of these spans scores."""
    path = np.full(len(added), OUTSIDE)
    for start, end in spans:
        path[start:end] = span_states(end - start)
    return float(added[np.arange(len(added)), path].sum())


def _added(doc, chains=("Doubt",)):
    return prior_scores(doc, chains, PRIOR).reshape(len(doc), len(chains), STATES)


@given(st.integers(0, 11), st.integers(1, 6))
def test_what_a_rule_marked_scores_its_weight_however_long_it_is(start, length):
    """The path of its very span does; one that begins elsewhere costs what lies outside costs."""
    end = min(12, start + length)
    added = _added(_doc([(start, end, "Hedge", "modal")]))[:, 0]
    assert _score(added, []) == 0
    assert _score(added, [(start, end)]) == pytest.approx(6.0, abs=1e-5)
    for place in set(range(12)) - set(range(start, end)):
        assert _score(added, [(place, place + 1)]) == pytest.approx(-1.5)


def test_of_nested_spans_of_the_rules_the_outer_one_is_heard():
    """The chain holds spans that do not overlap; unknown rules and other labels say nothing."""
    doc = _doc([(0, 4, "Hedge", "adverb"), (1, 2, "Hedge", "modal"), (6, 8, "Hedge", "new"),
                (9, 10, "Claim", "modal")])  # fmt: skip
    added = _added(doc)[:, 0]
    assert _score(added, [(0, 4)]) == pytest.approx(2.0)
    assert _score(added, [(1, 2)]) == pytest.approx(0.0)
    assert _score(added, [(6, 8)]) == 0.0
    assert added[9, UNIT] == added[9, BEGIN] == -1.5


def test_the_inner_chain_of_a_label_and_other_labels_have_no_prior():
    """A label whose spans nest has two chains: the rules' prior is that of the outer one."""
    added = _added(_doc([(2, 4, "Hedge", "modal")]), chains=("Claim", "Doubt", "Doubt"))
    assert not added[:, 0].any()
    assert added[:, 1].any()
    assert not added[:, 2].any()
    assert not prior_scores(_doc([]), ("Claim",), PRIOR).any()
