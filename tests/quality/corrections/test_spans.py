from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from strategies import marked_articles

from annotate.quality.corrections.spans import correct_spans
from annotate.quality.effort import effort
from annotate.records import Span

TEXT = "The mayor said on Monday that the bridge may close, she told reporters, and so it did. " * 3

MIRRORED = {"split": "merged", "merged": "split", "added": "deleted", "deleted": "added"}


def spans(*places):
    return [Span(id=str(i), start=a, end=b, label=c) for i, (a, b, c) in enumerate(places)]


@st.composite
def _two_sides(draw):
    """Spans of few labels that nest, overlap and repeat each other, on both sides of one text."""
    side = st.lists(
        st.tuples(st.integers(0, 12), st.integers(1, 9), st.sampled_from(["Claim", "Source"])),
        max_size=6,
    )
    made = []
    for _ in range(2):
        places = [(start, start + length, label) for start, length, label in draw(side)]
        made.append(spans(*places))
    return made


def _kinds(before, after, text=TEXT):
    return Counter(found.kind for found in correct_spans(text, before, after))


def test_each_kind_by_hand():
    """Accepted, moved, relabelled, split, merged, deleted and added, counted by hand."""
    before = spans(
        (0, 9, "Source"),
        (30, 50, "Claim"),
        (60, 70, "Claim"),
        (80, 99, "Claim"),
        (100, 104, "Claim"),
        (105, 120, "Claim"),
        (130, 140, "Hedge"),
    )
    after = spans(
        (0, 9, "Source"),
        (30, 55, "Claim"),
        (60, 70, "Source"),
        (80, 88, "Claim"),
        (90, 99, "Claim"),
        (100, 120, "Claim"),
        (150, 160, "Hedge"),
    )
    found = correct_spans(TEXT, before, after)
    assert [c.kind for c in found] == [
        *("accepted", "moved", "relabelled", "split", "merged", "deleted", "added"),
    ]
    assert [c.actions for c in found] == [0, 2, 2, 4, 4, 2, 2]


def test_tokens_are_counted_at_each_side_with_their_direction():
    """A start that moved right is more than 0, an end that moved left less."""
    text = "He said the old bridge may close soon."
    (found,) = correct_spans(text, spans((8, 37, "Claim")), spans((12, 32, "Claim")))
    assert (found.kind, found.tokens) == ("moved", (1, -1))


def test_a_span_within_another_of_its_label_is_no_split():
    """A claim inside a claim is a second claim: what was predicted is moved, the inner one added."""
    found = _kinds(spans((0, 20, "Claim")), spans((1, 20, "Claim"), (5, 9, "Claim")))
    assert found == {"moved": 1, "added": 1}


def test_choices_alone_are_a_change_of_their_own():
    """The same place and label with another choice is neither accepted nor moved."""
    (before,) = spans((0, 9, "Source"))
    before = replace(before, attributes={"type": ("named",)})
    after = replace(before, attributes={"type": ("unnamed",)})
    (found,) = correct_spans(TEXT, [before], [after])
    assert (found.kind, found.choices, found.actions) == ("other choices", ("type",), 2)
    assert correct_spans(TEXT, [after, before], [before, after])[0].kind == "accepted"


def test_what_would_cost_as_much_as_beginning_anew_is_not_paired():
    """Another label and both ends elsewhere: one was deleted and one added."""
    found = _kinds(spans((0, 9, "Source")), spans((4, 14, "Claim")))
    assert found == {"deleted": 1, "added": 1}


def test_nothing_on_either_side_is_said_as_such():
    """Empty annotations, empty predictions and both give what is there, and no error."""
    some = spans((0, 9, "Source"))
    assert correct_spans(TEXT, (), ()) == ()
    assert _kinds(some, ()) == {"deleted": 1}
    assert _kinds((), some) == {"added": 1}


def test_a_thousand_spans_in_one_article():
    """All alike are accepted, all moved are moved, and nested ones are paired one by one."""
    many = spans(*((10 * n, 10 * n + 8, "Claim") for n in range(1000)))
    text = "The quay. " * 1000
    assert _kinds(many, many, text) == {"accepted": 1000}
    moved = [replace(span, end=span.end + 1) for span in many]
    assert _kinds(many, moved, text) == {"moved": 1000}
    one = spans((0, 10_000, "Claim"))
    assert _kinds(one, many, text) == {"split": 1}


@given(_two_sides())
def test_every_span_is_in_exactly_one_correction(sides):
    """Nothing is lost and nothing counted twice, on either side."""
    before, after = sides
    found = correct_spans(TEXT, before, after)
    for side, given_spans in (("before", before), ("after", after)):
        held = [span for correction in found for span in getattr(correction, side)]
        assert Counter(map(id, held)) == Counter(map(id, given_spans))


@given(_two_sides())
def test_exchanged_sides_exchange_the_kinds(sides):
    """Seen from the other side a split is a merge and an addition a deletion, one by one."""
    before, after = sides
    there = {_shape(found) for found in correct_spans(TEXT, before, after)}
    back = {_shape(found, back=True) for found in correct_spans(TEXT, after, before)}
    assert there == back


def _shape(found, *, back=False):
    sides = [tuple((s.start, s.end, s.label) for s in side) for side in (found.before, found.after)]
    if back:
        return (MIRRORED.get(found.kind, found.kind), sides[1], sides[0])
    return (found.kind, sides[0], sides[1])


@given(marked_articles(max_spans=6))
def test_what_nobody_changed_is_accepted(item):
    """The same spans on both sides are accepted, and take no action."""
    article, held, _ = item
    found = correct_spans(article.text, held, held)
    assert {c.kind for c in found} <= {"accepted"}
    assert sum(c.actions for c in found) == 0


@given(_two_sides())
def test_the_order_of_spans_changes_nothing(sides):
    """Spans in another order are corrected alike."""
    before, after = sides
    there = {_shape(found) for found in correct_spans(TEXT, before, after)}
    again = {_shape(found) for found in correct_spans(TEXT, before[::-1], after[::-1])}
    assert there == again


@given(_two_sides())
def test_no_account_is_cheaper_than_the_least_effort(sides):
    """What the corrections cost is never less than the fewest actions that there can be."""
    before, after = sides
    actions = sum(found.actions for found in correct_spans(TEXT, before, after))
    assert actions >= effort(before, after).actions
