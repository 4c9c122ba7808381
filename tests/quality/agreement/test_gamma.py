import pytest

from annotate.errors import UsageError
from annotate.quality.agreement import gamma as module
from annotate.quality.agreement.gamma import gamma
from annotate.quality.agreement.raters import Marks, RatedArticle
from annotate.records import Span

TEXT = " ".join("w" for _ in range(40))


def _marks(who, *places, names=("Claim", "Source")):
    spans = tuple(
        Span(id=str(n), start=2 * first, end=2 * last + 1, label=label)
        for n, (first, last, label) in enumerate(places)
    )
    return Marks(rater=who, spans=spans, names=frozenset(names))


def _article(*people, number=1):
    return RatedArticle(article_id=f"a{number}", text=TEXT, people=people)


ONE = [(0, 3, "Source"), (4, 12, "Claim"), (20, 30, "Claim")]
OTHER = [(0, 3, "Source"), (4, 10, "Claim"), (21, 30, "Claim")]


@pytest.mark.slow
def test_gamma_is_one_where_all_is_alike_and_less_where_it_is_not():
    """By the real library; the same seed gives the same figure."""
    alike = gamma([_article(_marks("ada", *ONE), _marks("ben", *ONE))], ("Claim", "Source"))
    apart = [_article(_marks("ada", *ONE), _marks("ben", *OTHER))]
    found = gamma(apart, ("Claim", "Source"), seed=3)
    assert alike.value == pytest.approx(1.0)
    assert 0.3 < found.value < 1.0
    assert (found.pairs, found.articles, found.seed) == (1, 1, 3)
    assert gamma(apart, ("Claim", "Source"), seed=3) == found


def test_an_article_without_a_figure_is_named_with_its_reason(monkeypatch):
    """Somebody marked nothing; too many spans; the library fails: the others count."""

    def compute(units):
        if len(units) == 2:
            raise ValueError
        return 0.5

    monkeypatch.setattr(module, "_library", lambda: compute)
    many = [(n % 40, min(39, n % 40 + n // 40), "Claim") for n in range(400)]
    articles = [
        _article(_marks("ada", *ONE), _marks("ben", *OTHER), _marks("cyd"), number=1),
        _article(_marks("ada", *many), _marks("ben", *many), number=3),
        _article(_marks("ada", ONE[0]), _marks("ben", ONE[0]), number=4),
        _article(_marks("ada", *ONE), _marks("ben", *ONE, names=("Hedge",)), number=5),
    ]
    found = gamma(articles, ("Claim", "Source"))
    assert (found.value, found.pairs, found.articles) == (0.5, 1, 1)
    assert found.without == {
        "a1": "2 of 3: one of two marked nothing",
        "a3": "1 of 1: more than 100,000 pairs of spans",
        "a4": "1 of 1: the library failed (ValueError)",
        "a5": "1 of 1: one of two marked nothing",
    }


def test_without_the_extra_the_next_step_is_told(monkeypatch):
    """An option that needs a library names it."""
    monkeypatch.setitem(__import__("sys").modules, "pygamma_agreement", None)
    with pytest.raises(UsageError) as caught:
        gamma([], ("Claim",))
    assert "gamma" in caught.value.hint
