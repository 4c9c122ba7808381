from dataclasses import replace

import pytest

from annotate.quality.corrections.tally import NO_SCORE, Tally, score_band
from annotate.quality.corrections.work import correct
from annotate.records import Annotation, Article, Link, Prediction, Span

TEXT = "The mayor said that the bridge may close on Monday."
NAMES = ("Claim", "Source", "Hedge", "source_type", "attributed_to")
SOURCE = Span(id="s", start=0, end=14, label="Source", attributes={"source_type": ("named",)})
CLAIM = Span(id="c", start=20, end=50, label="Claim")
HEDGE = Span(id="h", start=31, end=34, label="Hedge")
LINK = Link(head_id="c", tail_id="s", label="attributed_to")


def work(after, *, number=0, labels=NAMES, links=(), rules=None, outlet=None, scores=None):
    article = Article(article_id=f"a{number}", text=TEXT, outlet=outlet)
    annotation = Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=tuple(after),
        links=tuple(links),
        labels=labels,
        annotator="ada",
        annotation_id="1",
        prediction_shown="rules-1",
    )
    prediction = Prediction(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=(SOURCE, CLAIM, HEDGE),
        links=(LINK,),
        scores=scores or {},
        model_version="rules-1",
    )
    return correct(article, annotation, prediction, rules=rules)


def _tally(*works):
    tally = Tally()
    for one in works:
        tally.add(one)
    return tally


def test_each_predicted_span_has_one_fate_in_every_division():
    """By label, model, annotator, score, outlet and rule the fates sum up to what was predicted."""
    tally = _tally(
        work([SOURCE, replace(CLAIM, end=40)], outlet="Post", scores={"s": 0.95, "c": 0.5}),
        work([SOURCE, CLAIM, HEDGE, replace(HEDGE, id="x", start=0, end=3)], number=1),
    )
    assert tally.all.predicted == 6
    assert dict(tally.all.fates) == {"accepted": 4, "moved": 1, "deleted": 1}
    assert tally.all.added == 1
    for by, groups in tally.groups.items():
        assert sum(fates.predicted for fates in groups.values()) == 6, by
        assert sum(fates.added for fates in groups.values()) == 1, by
        assert sum(fates.actions for fates in groups.values()) == tally.all.actions, by
    assert set(tally.by("score")) == {"0.9–1.0", "0.5–0.6", NO_SCORE, "not predicted"}
    assert tally.by("outlet")["Post"].predicted == 3


def test_a_rule_is_named_where_its_spans_are_deleted_more_often_than_kept():
    """As often is not more often; a moved span was kept."""
    rules = {(31, 34, "Hedge"): "hedge_modal", (20, 50, "Claim"): "claim_clause_after"}
    moved = replace(CLAIM, end=40)
    tally = _tally(
        work([SOURCE, moved], rules=rules),
        work([SOURCE], number=1, rules=rules),
        work([SOURCE, CLAIM, HEDGE], number=2, rules=rules),
    )
    (rule,) = tally.deleted_rules()
    assert (rule.rule, rule.label, rule.deleted, rule.kept) == ("hedge_modal", "Hedge", 2, 1)
    assert rule.example == "a0: The mayor said that the bridge [-may-] close on Monday."
    claim = tally.rules["claim_clause_after", "Claim"]
    assert (claim.deleted, claim.kept, claim.changed) == (1, 2, 1)


def test_what_nobody_was_asked_for_is_unjudged():
    """Predicted labels, choices and links that nobody annotated there are neither kept nor deleted."""
    found = work([CLAIM], labels=("Claim", "Source"))
    assert found.unjudged == 2  # the hedge and the link
    assert [c.kind for c in found.spans] == ["deleted", "accepted"]
    bare = replace(SOURCE, attributes={})
    kept = work([bare, CLAIM, HEDGE], labels=("Claim", "Source", "Hedge"))
    assert {c.kind for c in kept.spans} == {"accepted"}


def test_an_interval_needs_five_articles():
    """On four articles there is a share and no interval, nor where all of them are alike."""
    four = _tally(*(work([SOURCE, CLAIM, HEDGE], number=n) for n in range(4)))
    assert (four.all.accepted, four.all.interval()) == (1.0, None)
    five = _tally(*(work([SOURCE, CLAIM, HEDGE], number=n) for n in range(5)))
    assert (five.all.accepted, five.all.interval()) == (1.0, None)
    assert (four.all.reason, five.all.reason) == (
        "only 4 articles give ground; an interval needs 5",
        "all articles have the same share, which gives an interval no width",
    )
    mixed = _tally(*(work([SOURCE, CLAIM][: n % 3], number=n) for n in range(9)))
    low, high = mixed.all.interval()
    assert 0.0 < low < mixed.all.accepted < high < 1.0


def test_nothing_counted_has_no_number():
    """Without a work there is no share, no interval and no rule."""
    empty = Tally()
    assert (empty.all.accepted, empty.all.interval(), empty.deleted_rules()) == (None, None, [])
    assert empty.by("label") == {}


def test_an_empty_annotation_deleted_everything():
    """Nothing marked where three were shown: three deleted, and their link is gone with them."""
    found = work([])
    assert [c.kind for c in found.spans] == ["deleted"] * 3
    assert [link.kind for link in found.links] == ["gone"]
    assert (found.actions, found.anew) == (6, 0)


@pytest.mark.parametrize(
    ("score", "band"),
    [(0.0, "0.0–0.1"), (0.3, "0.3–0.4"), (0.7, "0.7–0.8"), (1.0, "0.9–1.0"), (None, NO_SCORE)],
)
def test_score_bands_are_tenths(score, band):
    """A band holds its lower end; the last one holds 1 as well."""
    assert score_band(score) == band
