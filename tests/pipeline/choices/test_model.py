import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.pipeline.choices.model import MIN_EXAMPLES, fit_choice, model_from_json

SEEN = [(["any", "memo"], "document")] * 15 + [(["any", "mayor"], "named")] * 25


def test_what_people_chose_is_likely_for_what_is_alike():
    """Known words decide; where nothing is known, what was chosen most."""
    model = fit_choice("Source", "type", SEEN)
    assert model.options == ("document", "named")
    assert model.chances(["any", "memo"])["document"] > 0.8
    assert model.chances(["any", "mayor"])["named"] > 0.8
    assert model.chances(["any", "new"])["named"] > 0.5
    assert model.chances(["new"])["named"] == pytest.approx(0.5)


def test_too_little_teaches_nothing():
    """Few spans, or one option alone."""
    assert fit_choice("Source", "type", SEEN[: MIN_EXAMPLES - 1]) is None
    assert fit_choice("Source", "type", SEEN[:15] * 2) is None


@given(st.lists(st.tuples(st.lists(st.sampled_from("abcdef"), unique=True), st.sampled_from("xyz")),
                min_size=MIN_EXAMPLES, max_size=40))  # fmt: skip
def test_a_model_comes_back_from_json_and_its_chances_add_up(examples):
    """Whatever was learned; the same examples in the same order teach the same."""
    model = fit_choice("Source", "type", examples)
    if model is None:
        assert len({option for _, option in examples}) < 2
        return
    assert model_from_json(model.to_json()) == model
    assert fit_choice("Source", "type", examples) == model
    for features, _ in examples:
        assert sum(model.chances(features).values()) == pytest.approx(1.0)
