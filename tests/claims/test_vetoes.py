import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.claims.vetoes import signs, veto

WORDS = st.lists(
    st.sampled_from(
        "the bridge may not close open on Friday Monday Vehl Hallin twelve 12 13 unsafe safe "
        "officials said Officials buy sell a of".split()
    ),
    max_size=9,
).map(" ".join)


def of(one, other):
    return veto(signs(one), signs(other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("12 people were hurt in the crash", "13 people were hurt in the crash", "numbers"),
        ("the dam will hold the water", "the dam will not hold the water", "negation"),
        ("the quay is safe to use", "the quay is unsafe to use", "negation"),
        ("the bank wants to buy its rival", "the bank wants to sell its rival", "negation"),
        ("it could not have been stopped", "it could have been stopped", "negation"),
        ("Kerrin sent a drone over the pass", "Ostavia sent a drone over the pass", "names"),
        ("the radar was replaced in winter", "the engine was replaced in winter", "one word"),
        (
            "the airport may try to sue the supplier",
            "the supplier may try to sue the airport",
            "order",
        ),
    ],
)
def test_what_says_something_else_is_forbidden(one, other, expected):
    """Another number, a denial, another name, another word in one place, roles exchanged."""
    assert of(one, other) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("twelve people were hurt in Vehl", "some people were hurt"),
        ("the dam may hold", "the dam will hold until Friday"),
        ("war is more likely than not this year", "war is likely this year"),
        ("Officials expect the bridge to close", "the bridge is expected to close"),
        ("the payments were made in May by a firm", "payments were made by a firm in May"),
        ("an Ostavian ship ran aground", "a ship from Ostavia ran aground"),
    ],
)
def test_silence_and_other_grammar_are_no_contradiction(one, other):
    """One text may leave out a number or a name, hedge, or put its words in another order."""
    assert of(one, other) is None


def test_a_headline_tells_no_names():
    """Where most words are capitalised, a capital says nothing."""
    assert of("Bridge Of The Old Harbour May Close Soon", "Vehl says the bridge may close") is None


@given(one=WORDS, other=WORDS)
def test_a_veto_is_symmetric(one, other):
    """Which text comes first changes nothing."""
    assert of(one, other) == of(other, one)


@given(one=st.text(), other=st.text())
def test_any_two_texts_can_be_compared(one, other):
    """Also symmetric for arbitrary characters, and no text forbids itself."""
    assert of(one, other) == of(other, one)
    assert of(one, one) is None
