import pytest

from annotate.quality.report.mix import mixes
from annotate.quality.report.progress import progress
from annotate.quality.report.work import Work, people
from annotate.quality.scoring import ArticleScore, Counts

LABELS = ("Claim", "Hedge")


def _work(who="ada", day="2026-03-02", **changes):
    about = {
        "article_id": "a",
        "annotator": who,
        "day": day,
        "words": 200,
        "seconds": 60.0,
        "spans": {"Claim": 3, "Hedge": 1},
        "blind": True,
        "outlet": None,
    }
    return Work(**{**about, **changes})


def _score(found):
    exact = Counts(found, 2, found, 2)
    return ArticleScore("a", {"Claim": {"exact": exact}})


def test_a_person_is_a_row():
    """Medians of times, density, F1 with others weighted by the articles, first and last day."""
    works = [
        _work(day="2026-03-02", reviewer=_score(1)),
        _work(day="2026-03-05", seconds=180.0),
        _work(day=None, seconds=None),
        _work(who="ben", seconds=None),
    ]
    pairs = {("ada", "ben"): (2, 0.5), ("ada", "cyd"): (6, 0.9), ("ben", "cyd"): (3, None)}
    ada, ben = people(works, pairs, LABELS, {"ada": (0.9, 20)})
    assert (ada.annotations, ada.first_day, ada.last_day) == (3, "2026-03-02", "2026-03-05")
    assert (ada.median_seconds, ada.seconds_per_100_words) == (120.0, 60.0)
    assert ada.spans_per_100_words == 2.0
    assert (ada.others, ada.other_articles) == (pytest.approx(0.8), 8)
    assert (ada.reviewer, ada.reviewed_articles) == (0.5, 1)
    assert (ada.accepted, ada.predicted) == (0.9, 20)
    assert (ben.accepted, ben.predicted) == (None, 0)
    assert (ben.median_seconds, ben.reviewer, ben.others) == (None, None, 0.5)


def test_nobody_is_no_row():
    """Without work there is nothing, and no division by zero."""
    assert people([], {}, LABELS, {}) == []
    (empty,) = people([_work(words=0, spans={}, seconds=None)], {}, LABELS, {})
    assert (empty.spans_per_100_words, empty.seconds_per_100_words) == (None, None)


def test_the_pace_is_that_of_the_last_fortnight():
    """Days without work slow it; what has no day is counted apart."""
    works = [_work(day="2026-03-01"), *[_work(day="2026-03-30")] * 6]
    works += [_work(who="ben", day="2026-03-31")] * 8 + [_work(day=None)]
    found = progress(works)
    assert [(d.day, d.annotations, d.people, d.done) for d in found.days] == [
        ("2026-03-01", 1, 1, 1),
        ("2026-03-30", 6, 1, 7),
        ("2026-03-31", 8, 1, 15),
    ]
    assert (found.pace, found.without_day) == (1.0, 1)
    assert progress([_work()]).pace == 1.0
    assert progress([]).pace is None


def test_mixes_are_of_all_work_of_both_kinds_and_of_outlets():
    """Shares are among the labels; work without spans has none."""
    works = [_work(outlet="Post"), _work(blind=False, outlet="Post", spans={}), _work(spans={})]
    found = {mix.name: mix for mix in mixes(works, LABELS)}
    assert list(found) == ["all", "blind", "shown", "Post", "no outlet"]
    assert found["blind"].shares == (0.75, 0.25)
    assert found["shown"].shares == (None, None)
    assert (found["Post"].spans, found["Post"].per_100_words) == (4, 1.0)
    assert mixes([], LABELS)[0].per_100_words is None
