import pytest

from annotate.quality.agreement import agreement, shared_article
from annotate.quality.sharing import annotators_of
from annotate.records import Annotation, Span, text_hash

LABELS = ("Claim", "Source")
TEXT = "Officials said the bridge may close on Monday."


def _annotation(who, *places, shown=None, number="1", labels=LABELS):
    spans = tuple(Span(id=str(i), start=a, end=b, label=c) for i, (a, b, c) in enumerate(places))
    return Annotation(
        article_id="a",
        text_sha256=text_hash(TEXT),
        spans=spans,
        labels=labels,
        annotator=who,
        annotation_id=number,
        updated_at=f"2025-01-0{number}",
        prediction_shown=shown,
    )


def _shared(*annotations):
    return shared_article("a", TEXT, annotations, blind=True)


def test_exact_and_token_agreement_are_those_counted_by_hand():
    """A source alike; of the claim's four words and three, three are shared."""
    both = _shared(
        _annotation("ada", (0, 9, "Source"), (15, 35, "Claim")),
        _annotation("ben", (0, 9, "Source"), (15, 29, "Claim")),
    )
    found = agreement([both], LABELS)
    assert (found.articles, found.pairs) == (1, 1)
    exact, token = found.measures["exact"], found.measures["token"]
    assert (exact["Source"].f1, exact["Claim"].f1, exact["all"].f1) == (1.0, 0.0, 0.5)
    assert token["Claim"].f1 == pytest.approx(2 * 3 / 7)
    assert (exact["all"].low, exact["all"].high) == (None, None)
    assert exact["all"].reason == "only 1 article gives ground; an interval needs 5"
    assert found.by_pair == {("ada", "ben"): (1, 0.5)}


def test_nested_and_overlapping_spans_count_like_any_other():
    """A claim inside a claim is found where both drew it."""
    nested = [(0, 46, "Claim"), (15, 35, "Claim")]
    found = agreement([_shared(_annotation("ada", *nested), _annotation("ben", nested[0]))], LABELS)
    assert found.measures["exact"]["Claim"].f1 == pytest.approx(2 / 3)


def test_three_people_are_three_pairs_and_the_interval_is_over_articles():
    """Each pair counts alike; three articles in which all agree, three in which one differs."""
    claim = (15, 35, "Claim")
    one = _shared(*(_annotation(who, claim) for who in ("ada", "ben", "cyd")))
    other = _shared(_annotation("ada", claim), _annotation("ben", claim), _annotation("cyd"))
    found = agreement([one, other] * 3, ("Claim",))
    assert found.pairs == 18
    measured = found.measures["exact"]["Claim"]
    assert measured.f1 == pytest.approx(2 * 4 / 10)
    assert measured.low < measured.f1 < measured.high <= 1.0
    few = agreement([one, other] * 2, ("Claim",)).measures["exact"]["Claim"]
    assert (few.f1, few.low, few.high) == (measured.f1, None, None)


def test_people_who_mark_nothing_have_no_agreement():
    """Two blank annotations are no F1 of 0, and none of 1."""
    found = agreement([_shared(_annotation("ada"), _annotation("ben"))], LABELS)
    assert {m.f1 for m in found.measures["exact"].values()} == {None}
    assert found.by_pair == {("ada", "ben"): (1, None)}


def test_a_person_counts_once_and_one_alone_not_at_all():
    """The last annotation of each person; blind only where nobody saw a machine's marks."""
    old, new = _annotation("ada"), _annotation("ada", (0, 9, "Source"), number="2")
    assert _shared(old, new) is None
    found = _shared(new, old, _annotation("ben", shown="rules-1"))
    assert found.annotations[0] is new
    assert not found.blind
    assert _shared(new, _annotation("ben")).blind


def test_a_label_that_one_of_them_did_not_annotate_is_not_compared():
    """What is unknown is neither agreement nor disagreement."""
    found = agreement(
        [_shared(_annotation("ada", (0, 9, "Source")), _annotation("ben", labels=("Claim",)))],
        LABELS,
    )
    assert set(found.measures["exact"]) == {"all", "Claim"}


def test_a_share_of_the_groups_is_for_several_people_and_raising_it_only_adds():
    """About as many as asked for, the same every time."""
    groups = [f"g{number}" for number in range(400)]
    few, more = (
        {g for g in groups if annotators_of(g, share=share, each=3) == 3} for share in (0.2, 0.5)
    )
    assert few < more
    assert 50 < len(few) < 110
    assert {annotators_of(g, share=0.0, each=3) for g in groups} == {1}
    assert {annotators_of(g, share=1.0, each=3) for g in groups} == {3}
