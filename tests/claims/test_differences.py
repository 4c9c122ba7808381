from dataclasses import replace

import pytest
from retold import SCHEME, told

from annotate.claims.differences import differences
from annotate.labels import ChoiceControl
from annotate.quality.mentions import mentions

TYPES = ChoiceControl(
    name="source_type",
    options=("named", "unnamed", "document", "outlet", "rumour"),
    labels=("Source",),
)
TYPED = replace(SCHEME, choices=(TYPES,))
CLAIM = "the harbour bridge may close next week"
SURE = "the harbour bridge will close next week"


def between(*items):
    """Return (kind, was, now) of what changes on the way through marked articles."""
    rows = [
        (number, item.article, *mentions([item], TYPED, label="Claim"))
        for number, item in enumerate(items, 1)
    ]
    return [(found.kind, found.was, found.now) for found in differences(rows)]


def test_a_dropped_hedge_is_told():
    """It may close, says the first; it will, says the next day's paper."""
    first = told(CLAIM, name="a", hedge="may", published="2024-01-01")
    second = told(SURE, name="b", published="2024-01-02")
    assert between(first, second) == [("hedge dropped", "may", "no hedge")]
    earlier = told(SURE, name="c", published="2023-12-31")
    assert between(earlier, first) == [("hedge added", "no hedge", "may")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("named", "unnamed", "source vaguer"),
        ("unnamed", "document", "source sharper"),
        ("document", "named", "source sharper"),
        ("document", "outlet", None),
        ("named", None, "sources differ"),
        ("rumour", "named", "sources differ"),
    ],
)
def test_a_source_gets_vaguer_or_sharper(one, other, expected):
    """By the order of types; one that is not told or not known is not guessed."""
    first = told(CLAIM, name="a", source="A memo said", kind=one, published="2024-01-01")
    second = told(CLAIM, name="b", source="He said", kind=other, published="2024-01-02")
    assert [kind for kind, _, _ in between(first, second)] == ([expected] if expected else [])


def test_without_an_order_there_is_no_direction():
    """Of one day, and without dates, it is told that they differ, not what came first."""
    for published in (None, "2024-01-01"):
        first = told(
            CLAIM, name="a", hedge="may", source="Ines said", kind="named", published=published
        )
        second = told(SURE, name="b", published=published)
        assert [kind for kind, _, _ in between(first, second)] == [
            "hedge differs",
            "sources differ",
        ]


def test_what_is_missing_is_told():
    """The order, a type that nobody chose, one without a rank, a source of its own."""
    one = told(CLAIM, name="a", source="A memo said", kind="rumour")
    other = told(CLAIM, name="b", source="He said", published="2024-01-02")
    rows = [
        (number, item.article, *mentions([item], TYPED, label="Claim"))
        for number, item in enumerate((other, one), 1)
    ]
    (found,) = differences(rows)
    assert not found.ordered
    assert found.missing == (
        "which came first is not known; no type is chosen for “He said”; "
        "no rank is known for type rumour"
    )
    inside = {**rows[0][2], "sources": [], "source_types": [], "chain": ["He said"]}
    (found,) = differences([rows[1], (2, other.article, inside)])
    assert "no source of its own" in found.missing


def test_times_of_one_day_have_an_order():
    """Morning comes before noon."""
    first = told(CLAIM, name="a", hedge="may", published="2024-01-01T08:00")
    second = told(SURE, name="b", published="2024-01-01T12:00")
    assert between(first, second)[0][0] == "hedge dropped"


def test_what_was_not_annotated_is_not_compared():
    """Where nobody marked hedges, none was dropped."""
    first = told(CLAIM, name="a", hedge="may", published="2024-01-01")
    second = told(SURE, name="b", published="2024-01-02")
    unknown = replace(second, marks=replace(second.marks, labels=("Claim", "Source")))
    assert between(first, unknown) == []


def test_an_article_speaks_with_its_fullest_form():
    """A headline without the hedge is no other voice than the sentence under it."""
    first = told(CLAIM, name="a", hedge="may", published="2024-01-01")
    rows = mentions([first], SCHEME, label="Claim")
    headline = {**rows[0], "text": "bridge to close", "hedges": [], "hedged": False}
    second = told(CLAIM, name="b", hedge="may", published="2024-01-02")
    told_ = [
        (1, first.article, headline),
        (2, first.article, rows[0]),
        (3, second.article, mentions([second], SCHEME, label="Claim")[0]),
    ]
    assert differences(told_) == ()
