"""Marks of a reply → spans, links and choices that the labelling config can hold."""

from hypothesis import given
from hypothesis import strategies as st

from annotate.prelabellers.marks import Mark, place_marks

TEXT = "Officials said the bridge may close. It may not, officials said."


def _mark(number, label, quote, occurrence=None, **fields):
    return Mark(number=number, label=label, quote=quote, occurrence=occurrence, **fields)


def _placed(scheme, *marks):
    placed = place_marks(TEXT, marks, scheme)
    return [(TEXT[s:e], label) for s, e, label, _ in placed.spans], placed


def test_spans_come_in_order_of_the_text_and_links_with_them(scheme):
    """The order of a reply says nothing: links go by the marks' numbers."""
    spans, placed = _placed(
        scheme,
        _mark(3, "Hedge", "may", 1, links=(("hedges", 1),)),
        _mark(1, "Claim", "the bridge may close", links=(("attributed_to", 2),)),
        _mark(2, "Source", "Officials said"),
    )
    assert [label for _, label in spans] == ["Source", "Claim", "Hedge"]
    assert sorted(placed.links) == [(1, 0, "attributed_to"), (2, 1, "hedges")]
    assert placed.counts == {"exact": 3}


def test_a_link_that_is_drawn_backwards_is_turned_round(scheme):
    """Where the labels leave one direction, that is it; where they leave none, it is left out."""
    _, placed = _placed(
        scheme,
        _mark(1, "Claim", "the bridge may close"),
        _mark(2, "Source", "Officials said", links=(("attributed_to", 1), ("hedges", 1))),
    )
    assert placed.links == ((1, 0, "attributed_to"),)
    assert placed.left_out == {"link hedges from Source to Claim": 1}


def test_a_link_needs_both_ends(scheme):
    """One to a mark that was not found, or that the reply has not, is counted and left out."""
    _, placed = _placed(
        scheme,
        _mark(
            1, "Claim", "the bridge may close", links=(("attributed_to", 2), ("attributed_to", 9))
        ),
        _mark(2, "Source", "Police said so at once"),
    )
    assert placed.links == ()
    assert placed.counts == {"exact": 1, "not found": 1, "links without an end": 2}


def test_what_was_said_twice_is_one(scheme):
    """A mark that repeats another one is counted; links to either of them hold."""
    spans, placed = _placed(
        scheme,
        _mark(1, "Claim", "the bridge may close"),
        _mark(2, "Claim", "the  bridge may close"),
        _mark(3, "Hedge", "may", 1, links=(("hedges", 2),)),
    )
    assert (len(spans), placed.counts["repeated"], len(placed.links)) == (2, 1, 1)


def test_as_many_marks_as_places_have_one_each(scheme):
    """Two marks of 'may' without a number, and two places: nothing is left to guess."""
    _, placed = _placed(scheme, _mark(1, "Hedge", "may"), _mark(2, "Hedge", "may"))
    assert [start for start, *_ in placed.spans] == [26, 40]
    assert placed.counts == {"exact": 2}
    one, placed = _placed(scheme, _mark(1, "Hedge", "may"))
    assert (one, placed.counts) == ([], {"ambiguous": 1})


def test_choices_of_a_label_are_kept(scheme):
    """What the labelling config has for a label is an attribute of its span, the rest is not."""
    control = next(c for c in scheme.choices if "Source" in c.labels)
    given_choices = {control.name: (control.options[0], "else")}
    _, placed = _placed(scheme, _mark(1, "Source", "Officials said", choices=given_choices))
    assert placed.spans[0][3] == {control.name: (control.options[0],)}
    assert placed.left_out == {f"choice {control.name}": 1}


def test_labels_and_choices_that_the_config_has_not_are_counted(scheme):
    """Made-up labels are left out by name, and so are choices; neither can hold what breaks output."""
    _, placed = _placed(
        scheme,
        _mark(1, "Rumour\ud800", "may", 1),
        _mark(2, "Source", "Officials said", choices={"mood": ("angry",)}),
    )
    assert placed.left_out == {"label Rumour\\ud800": 1, "choice mood": 1}
    assert placed.spans[0][3] == {}


@given(
    marks=st.lists(
        st.builds(
            Mark,
            number=st.integers(0, 4),
            label=st.sampled_from(["Claim", "Source", "Hedge", "Else"]),
            quote=st.sampled_from(["may", "officials said", "the bridge", "nothing of it", ""]),
            occurrence=st.none() | st.integers(0, 3),
            links=st.lists(
                st.tuples(st.sampled_from(["attributed_to", "hedges", "no"]), st.integers(0, 4)),
                max_size=2,
            ).map(tuple),
        ),
        max_size=8,
    )
)
def test_every_mark_is_accounted_for(scheme, marks):
    """Each mark of a reply is a span, or stands in exactly one count."""
    placed = place_marks(TEXT, marks, scheme)
    counts = {name: n for name, n in placed.counts.items() if name != "links without an end"}
    unknown = sum(n for name, n in placed.left_out.items() if name.startswith("label "))
    assert sum(counts.values()) + unknown == len(marks)
    assert len(placed.spans) == sum(counts.get(how, 0) for how in ("exact", "folded", "fuzzy"))
    for head, tail, label in placed.links:
        assert scheme.link_ends[label] == (placed.spans[head][2], placed.spans[tail][2])
