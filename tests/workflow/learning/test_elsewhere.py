from annotate.quality.scoring import MEASURES, ArticleScore, Counts
from annotate.records import Article
from annotate.workflow.learning.elsewhere import by_outlet


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
