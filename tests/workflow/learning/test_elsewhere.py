import random
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.scoring import MEASURES, ArticleScore, Counts
from annotate.records import Article
from annotate.workflow.learning.elsewhere import by_outlet, sample_of_pool


def _score(article_id, right):
    counts = Counts(int(right), 1, int(right), 1)
    return ArticleScore(article_id, {"Claim": dict.fromkeys(MEASURES, counts)})


def test_outlets_are_told_apart():
    """The one with most articles first; articles without an outlet are in none."""
    outlets = ["Courier", "Observer", "Observer", None]
    articles = [
        Article(article_id=f"a{n}", text=f"Text {n}.", outlet=outlet)
        for n, outlet in enumerate(outlets)
    ]
    before = [_score(a.article_id, right=False) for a in articles]
    after = [_score(a.article_id, right=n == 2) for n, a in enumerate(articles)]
    one, two = by_outlet(outlets, before, after, ("Claim",))
    assert (one.outlet, one.articles, one.incumbent, one.candidate) == ("Observer", 2, 0.0, 0.5)
    assert (two.outlet, two.candidate) == ("Courier", 0.0)


@given(st.sets(st.text("ab", min_size=60, max_size=70), max_size=130), st.integers(0, 5))
def test_texts_are_chosen_as_from_a_sorted_list(texts, seed):
    """Texts that begin alike are put in order by all of them, though no text is held for it."""
    pool = sorted(texts, key=hash)
    learned = dict.fromkeys(pool[::7])
    gold = [(Article(article_id="x", text=text), None) for text in learned]
    plan = SimpleNamespace(train=gold[:2], dev=gold[2:3], foreign=gold[3:], pool=pool)
    wanted = sorted(text for text in pool if text not in learned)
    if len(wanted) > 100:
        wanted = random.Random(seed).sample(wanted, 100)  # noqa: S311 - no secret
    assert [article.text for article in sample_of_pool(plan, seed=seed)] == wanted
