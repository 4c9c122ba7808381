from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.lost import find_losses
from annotate.records import Span

LABELS = ("Claim", "Hedge")
TEXT = "It may rain, and the dam may break, the board said today.\nIt may snow."


def _spans(*marks):
    return [
        Span(id=str(n), start=start, end=end, label=label)
        for n, (start, end, label) in enumerate(marks)
    ]


def _words(text, word, label):
    places = [i for i in range(len(text)) if text.startswith(word, i)]
    return [(start, start + len(word), label) for start in places]


def test_what_is_no_longer_marked_is_counted_and_shown():
    """By label, and the largest kinds of it with an example in its line."""
    before = _spans(*_words(TEXT, "may", "Hedge"), (17, 34, "Claim"))
    after = _spans((0, 11, "Claim"))
    found = find_losses([(TEXT, before, after)], LABELS)
    assert (found.texts, found.words) == (1, 15)
    claims, hedges = found.labels
    assert (claims.incumbent, claims.candidate, claims.lost, claims.share) == (1, 1, 1, 1.0)
    assert (hedges.incumbent, hedges.candidate, hedges.lost) == (3, 0, 3)
    first, second = found.kinds
    assert (first.label, first.words, first.count) == ("Hedge", "may", 3)
    assert first.example.startswith("It ›may‹ rain")
    assert (second.words, second.count) == ("… break", 1)
    assert len(found.warnings()) == 2
    assert "3 of 3 places" in found.warnings()[1]


def test_spans_that_touch_are_no_loss():
    """Other boundaries are another matter; a label that nobody marked has no share."""
    found = find_losses(
        [(TEXT, _spans((0, 11, "Claim")), _spans((3, 30, "Claim"), (3, 6, "Hedge")))], LABELS
    )
    assert [loss.lost for loss in found.labels] == [0, 0]
    assert found.labels[1].share is None
    assert (found.kinds, found.warnings()) == ((), [])
    assert find_losses([], LABELS).words == 0


@given(st.data())
def test_a_pipeline_loses_nothing_against_itself(data):
    """Whatever it marks; and against one that marks nothing it loses all."""
    ends = st.tuples(st.integers(0, 30), st.integers(1, 20), st.sampled_from(LABELS))
    marks = data.draw(st.lists(ends, max_size=6, unique=True))
    spans = _spans(*((start, start + length, label) for start, length, label in marks))
    same = find_losses([(TEXT, spans, spans)], LABELS)
    assert sum(loss.lost for loss in same.labels) == 0
    gone = find_losses([(TEXT, spans, [])], LABELS)
    assert sum(loss.lost for loss in gone.labels) == len(spans)
    assert sum(kind.count for kind in gone.kinds) <= len(spans)
