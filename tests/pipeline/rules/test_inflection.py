import pytest

from annotate.pipeline.rules.inflection import inflect


@pytest.mark.parametrize(
    ("base", "doubled", "forms"),
    [
        ("claim", False, ("claim", "claims", "claimed", "claimed", "claiming")),
        ("note", False, ("note", "notes", "noted", "noted", "noting")),
        ("deny", False, ("deny", "denies", "denied", "denied", "denying")),
        ("convey", False, ("convey", "conveys", "conveyed", "conveyed", "conveying")),
        ("stress", False, ("stress", "stresses", "stressed", "stressed", "stressing")),
        ("agree", False, ("agree", "agrees", "agreed", "agreed", "agreeing")),
        ("quip", True, ("quip", "quips", "quipped", "quipped", "quipping")),
    ],
)
def test_regular_verbs_inflect(base, doubled, forms):
    """Regular verbs have their five forms, with the spelling changes of English."""
    assert inflect(base, doubled=doubled) == forms
