import numpy as np
import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.quality.scoring import (
    Counts,
    GoldAndPredicted,
    bootstrap_macro,
    grounds,
    macro_f1,
    score_article,
    total,
)
from annotate.records import Span

LABELS = ("Claim", "Source", "Hedge")


def _spans(*places):
    return tuple(Span(id=str(i), start=a, end=b, label=c) for i, (a, b, c) in enumerate(places))


def _item(gold, predicted, text="Officials said it may rain on Monday.", labels=LABELS):
    return GoldAndPredicted(
        article_id="a",
        text=text,
        gold=_spans(*gold),
        predicted=_spans(*predicted),
        labels=frozenset(labels),
    )


def test_exact_overlap_and_token_scores_are_those_counted_by_hand():
    """A claim that is two words short counts in overlap and tokens, not in exact."""
    item = _item(
        [(0, 14, "Source"), (15, 36, "Claim")],
        [(0, 14, "Source"), (15, 26, "Claim"), (27, 29, "Claim")],
    )
    sums = total([score_article(item, LABELS)], LABELS)
    assert sums["Source"]["exact"].f1 == 1.0
    assert sums["Claim"]["exact"] == Counts(0, 2, 0, 1)
    assert sums["Claim"]["overlap"] == Counts(2, 2, 1, 1)
    assert sums["Claim"]["token"] == Counts(4, 4, 4, 5)
    assert macro_f1(sums) == 0.5
    assert macro_f1(sums, "overlap") == 1.0


def test_a_label_that_was_not_annotated_is_not_scored():
    """Predictions of a label that is unknown in an article are no errors there."""
    item = _item([(0, 14, "Source")], [(0, 14, "Source"), (18, 21, "Hedge")], labels=("Source",))
    sums = total([score_article(item, LABELS)], LABELS)
    assert set(sums) == {"Source"}
    assert macro_f1(sums) == 1.0


def test_nothing_has_no_score():
    """What rests on nothing is no number: neither a perfect one nor a zero."""
    nothing = Counts()
    assert (nothing.precision, nothing.recall, nothing.f1, macro_f1({})) == (None,) * 4
    assert total([], LABELS) == {}
    missed, spurious = Counts(gold=1), Counts(predicted=1)
    assert (missed.precision, missed.recall, missed.f1) == (None, 0.0, 0.0)
    assert (spurious.precision, spurious.recall, spurious.f1) == (0.0, None, 0.0)
    assert macro_f1(total([score_article(_item([], []), LABELS)], LABELS)) is None


def test_a_score_rests_on_the_articles_that_hold_its_spans():
    """Gold or predicted; articles in which the label was not annotated do not count."""
    both = _item([(0, 14, "Source")], [(18, 21, "Hedge")])
    blank = _item([], [])
    unknown = _item([], [(0, 14, "Source")], labels=("Claim",))
    one = [score_article(item, LABELS) for item in (both, blank, unknown)]
    assert grounds(one, labels=LABELS) == {"Claim": 0, "Source": 1, "Hedge": 1, "all": 1}
    other = [score_article(item, LABELS) for item in (both, both, unknown)]
    assert grounds(one, other, labels=LABELS)["Source"] == 2


@given(marked_articles(attributes=False))
def test_gold_scored_against_itself_is_perfect(marked):
    """Whatever overlaps and nests, gold against gold is 1 in every measure."""
    article, spans, _ = marked
    item = GoldAndPredicted(
        article_id="a", text=article.text, gold=spans, predicted=spans, labels=frozenset(LABELS)
    )
    for counts in total([score_article(item, LABELS)], LABELS).values():
        if counts["exact"].gold:
            assert counts["exact"].f1 == counts["overlap"].f1 == 1.0


def test_resampling_every_article_once_gives_the_macro_itself():
    """The bootstrap's macro F1 is the plain one where each article is drawn once."""
    items = [
        _item([(0, 14, "Source"), (15, 36, "Claim")], [(0, 14, "Source")]),
        _item([(18, 21, "Hedge")], [(18, 21, "Hedge"), (15, 36, "Claim")]),
    ]
    scores = [score_article(item, LABELS) for item in items]
    found = bootstrap_macro(scores, LABELS, np.array([[0, 1], [0, 0]]))
    assert found[0] == pytest.approx(macro_f1(total(scores, LABELS)))
    assert found[1] == pytest.approx(macro_f1(total([scores[0]], LABELS)))
