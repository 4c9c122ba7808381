from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import annotate
from annotate.records import Span
from annotate.studio.overlaps import accidental_overlaps


def _spans(*found):
    return [
        Span(id=str(at), start=start, end=end, label=label)
        for at, (start, end, label) in enumerate(found)
    ]


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ((3, 7, "Claim"), {"Claim": 1}),
        ((0, 5, "Claim"), {"Claim": 1}),
        ((1, 4, "Claim"), {}),
        ((0, 9, "Claim"), {}),
        ((2, 5, "Claim"), {}),
        ((5, 9, "Claim"), {}),
        ((3, 7, "Source"), {}),
        ((0, 5, "Source"), {}),
    ],
)
def test_only_what_no_rule_makes_on_purpose_is_told(second, told):
    """Overlap in part and repetition are told; nesting, neighbours and other labels are not."""
    assert accidental_overlaps(_spans((0, 5, "Claim"), second)) == told


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 6), st.sampled_from("AB")), max_size=12)
)
def test_every_pair_is_looked_at(drawn):
    """However many spans lie between two, the count is that of comparing all pairs."""
    spans = _spans(*((start, start + length, label) for start, length, label in drawn))
    expected = dict.fromkeys("AB", 0)
    for one, two in combinations(spans, 2):
        first, second = sorted((one, two), key=lambda span: (span.start, span.end))
        if one.label == two.label:
            partly = first.start < second.start < first.end < second.end
            again = (one.start, one.end) == (two.start, two.end)
            expected[one.label] += partly or again
    assert accidental_overlaps(spans) == {label: n for label, n in expected.items() if n}


def test_neither_gold_nor_rules_are_told(samples):
    """The sample corpus nests claims, in gold as in what the rules find, and nothing is told."""
    found = annotate.prelabel([line.article.text for line in samples])
    for spans in (*(line.spans for line in samples), *(prediction.spans for prediction in found)):
        assert accidental_overlaps(spans) == {}
