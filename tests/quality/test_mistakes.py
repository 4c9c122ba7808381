from hypothesis import given
from strategies import marked_articles

from annotate.quality.mistakes import confusion, find_mistakes
from annotate.quality.scoring import GoldAndPredicted
from annotate.records import Span

LABELS = ("Claim", "Source", "Hedge")
TEXT = "Officials said it may rain on Monday and snow."


def _spans(*places):
    return tuple(Span(id=str(i), start=a, end=b, label=c) for i, (a, b, c) in enumerate(places))


def _item(gold, predicted):
    return GoldAndPredicted(
        article_id="a", text=TEXT, gold=gold, predicted=predicted, labels=frozenset(LABELS)
    )


def test_each_mistake_has_its_kind():
    """Boundaries count words, another label is a relabelling, the rest is missed or spurious."""
    gold = _spans((0, 14, "Source"), (15, 36, "Claim"), (18, 21, "Hedge"), (41, 45, "Claim"))
    found = _spans((0, 9, "Source"), (10, 26, "Claim"), (18, 21, "Claim"), (27, 36, "Hedge"))
    mistakes, right = find_mistakes(_item(gold, found), LABELS)
    assert right == 0
    told = [(m.kind, m.words) for m in mistakes]
    assert told == [
        ("boundary", (0, -1)),
        ("boundary", (1, -2)),
        ("relabelled", (0, 0)),
        ("spurious", (0, 0)),
        ("missed", (0, 0)),
    ]
    table = confusion(mistakes, {"Claim": 2})
    assert table["Hedge", "Claim"] == 1
    assert table["none", "Hedge"] == 1
    assert table["Claim", "none"] == 1
    assert table["Claim", "Claim"] == 3


@given(marked_articles(attributes=False), marked_articles(attributes=False))
def test_every_span_is_accounted_for(one, two):
    """Right and wrong together are all gold and all predicted spans."""
    article, gold, _ = one
    _, predicted, _ = two
    predicted = tuple(s for s in predicted if s.end <= len(article.text))
    gold, predicted = (
        tuple({(s.start, s.end, s.label): s for s in spans}.values()) for spans in (gold, predicted)
    )
    item = GoldAndPredicted(
        article_id="a", text=article.text, gold=gold, predicted=predicted, labels=frozenset(LABELS)
    )
    mistakes, right = find_mistakes(item, LABELS)
    assert right + sum(m.predicted is not None for m in mistakes) == len(predicted)
    assert right + sum(m.gold is not None for m in mistakes) == len(gold)
