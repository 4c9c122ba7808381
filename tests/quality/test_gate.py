from dataclasses import replace

import pytest

from annotate.quality.gate import decide, decide_early, outlook
from annotate.quality.scoring import GoldAndPredicted, score_article
from annotate.records import Span

LABELS = ("Claim",)


def _scores(right, count=40):
    """Scores of `count` articles of which the first `right` are found."""
    gold = (Span(id="g", start=0, end=4, label="Claim"),)
    wrong = (Span(id="g", start=0, end=2, label="Claim"),)
    return [
        score_article(
            GoldAndPredicted(
                article_id=str(i),
                text="Rain may come.",
                gold=gold,
                predicted=gold if i < right else wrong,
                labels=frozenset(LABELS),
            ),
            LABELS,
        )
        for i in range(count)
    ]


def _decide(before, after, **changes):
    settings = {"margin": 0.0, "min_articles": 30, "samples": 500}
    return decide(before, after, LABELS, **(settings | changes))


def test_a_clear_gain_is_promoted():
    """The candidate is promoted when the interval's lower end is above minus the margin."""
    verdict = _decide(_scores(10), _scores(35))
    assert verdict.decision == "promoted"
    assert verdict.difference == pytest.approx(25 / 40)
    assert 0 < verdict.low < verdict.difference < verdict.high


def test_a_loss_and_a_doubtful_gain_are_kept_out():
    """A worse candidate stays out, and so does one whose interval reaches below the margin."""
    assert _decide(_scores(35), _scores(10)).decision == "kept"
    assert _decide(_scores(20), _scores(21)).decision == "kept"
    assert _decide(_scores(20), _scores(21), margin=0.1).decision == "promoted"


def test_few_articles_decide_nothing():
    """With fewer test articles than asked for the verdict is undecided, whatever they say."""
    verdict = _decide(_scores(0, 29), _scores(29, 29))
    assert verdict.decision == "undecided"
    assert "29 blind test articles" in verdict.reason
    assert _decide([], []).decision == "undecided"


def test_only_the_same_articles_are_compared():
    """Two pipelines that were scored on different articles are not compared."""
    with pytest.raises(ValueError, match="different articles"):
        _decide(_scores(1, 30), _scores(1, 31))


def test_labels_are_told_apart_and_may_weigh_differently():
    """Every label has its own difference; a label of weight 0 does not count."""
    verdict = _decide(_scores(10), _scores(35))
    (change,) = verdict.labels
    assert change.label == "Claim"
    assert change.low <= change.candidate - change.incumbent <= change.high
    unweighed = _decide(_scores(10), _scores(35), weights={"Claim": 0.0})
    assert (unweighed.decision, unweighed.difference, unweighed.low) == ("undecided", None, None)


def test_what_rests_on_too_little_has_no_interval_and_decides_nothing():
    """No article: no number; below five: no interval, whatever the gate asks for; each with why."""
    none = _decide([], [], min_articles=1)
    assert (none.incumbent, none.candidate, none.difference, none.low) == (None,) * 4
    assert none.ground == "no article gives ground"
    assert [(c.label, c.incumbent, c.low) for c in none.labels] == [("Claim", None, None)]
    four = _decide(_scores(0, 4), _scores(4, 4), min_articles=1)
    assert (four.decision, four.difference, four.low, four.high) == ("undecided", 1.0, None, None)
    assert "only 4 articles give ground; an interval needs 5" in four.reason
    assert _decide(_scores(0, 5), _scores(5, 5), min_articles=1).decision == "promoted"


def _early(before, after, **changes):
    return decide_early(
        before, after, LABELS, **({"blind": 3, "folded": 13, "samples": 500} | changes)
    )


def test_few_articles_can_promote_early_and_reject_nothing():
    """Ahead beyond chance is enough; a loss is undecided, since the articles favour the other."""
    ahead = _early(_scores(2, 16), _scores(14, 16))
    assert (ahead.decision, ahead.articles, ahead.blind, ahead.needed) == (
        "promoted early", 16, 3, None,
    )  # fmt: skip
    assert "16 articles, 3 of them blind" in ahead.reason
    behind = _early(_scores(14, 16), _scores(2, 16))
    assert (behind.decision, behind.needed) == ("undecided", None)
    assert "the candidate is behind" in behind.reason
    assert "not ahead" in _early(_scores(8, 16), _scores(8, 16)).reason
    four = _early(_scores(0, 4), _scores(4, 4))
    assert (four.decision, four.low) == ("undecided", None)


def test_how_many_more_articles_would_decide_is_told():
    """Fewer where the candidate is further ahead; with that many it is promoted."""
    little, more = (_early(_scores(4, 12), _scores(found, 12)) for found in (5, 6))
    assert little.decision == more.decision == "undecided"
    assert 0 < more.needed < little.needed
    assert f"some {more.needed} more" in more.reason
    parts = -(-(12 + more.needed) // 12) + 1
    again = [
        [replace(score, article_id=f"{turn}-{n}") for turn in range(parts)
         for n, score in enumerate(_scores(found, 12))]
        for found in (4, 6)
    ]  # fmt: skip
    assert _early(*again).decision == "promoted early"


@pytest.mark.parametrize(
    ("articles", "said"),
    [
        (
            0,
            "no blind test article, and the gate asks for 30: nothing can be compared; the verdict",
        ),
        (1, "1 blind test article, and the gate asks for 30, an interval for 5; the verdict will"),
        (29, "29 blind test articles, and the gate asks for 30; the verdict will be undecided"),
        (30, "30 blind test articles: the gate will decide"),
    ],
)
def test_what_the_test_articles_allow_is_known_before(articles, said):
    """How many there are, and what that means for the verdict."""
    assert outlook(articles, min_articles=30).startswith(said)


def test_that_folds_will_compare_is_said_before():
    """With too few blind articles, and enough annotated ones."""
    for articles in (0, 4):
        assert "cross-validation over 16 annotated articles" in outlook(
            articles, min_articles=30, folded=16
        )
    assert outlook(30, min_articles=30, folded=16).endswith("the gate will decide")


def test_only_blind_articles_count_among_those_that_the_gate_asks_for():
    """Test articles that were corrected from pre-labels are compared, and do not make it decide."""
    verdict = _decide(_scores(10), _scores(35), blind=29)
    assert (verdict.decision, verdict.articles, verdict.blind) == ("undecided", 40, 29)
    assert _decide(_scores(10), _scores(35), blind=30).decision == "promoted"


def test_how_many_more_are_needed_for_folds_is_said_before():
    """Where neither blind articles nor training articles are enough."""
    said = outlook(2, min_articles=30, lacking=6)
    assert "cross-validation would compare with 6 more training articles" in said


def test_what_is_compared_with_nothing_has_to_reach_more_than_the_margin():
    """Blind or over folds the lower end lies above plus the margin, not above minus it."""
    nothing = _scores(0)
    assert _decide(nothing, _scores(2), margin=0.01).decision == "promoted"
    assert _decide(nothing, _scores(2), margin=0.01, nothing=True).decision == "kept"
    won = _decide(nothing, _scores(30), margin=0.01, nothing=True)
    assert (won.decision, won.incumbent) == ("promoted", 0.0)
    assert "is above +0.010" in won.reason
    early = {"blind": 3, "folded": 37, "samples": 500}
    assert decide_early(nothing, _scores(4), LABELS, **early).decision == "promoted early"
    few = decide_early(nothing, _scores(4), LABELS, nothing=0.2, **early)
    assert (few.decision, few.margin) == ("undecided", 0.2)
    assert "is not above +0.200" in few.reason
