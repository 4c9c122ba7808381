from hypothesis import given
from hypothesis import strategies as st
from strategies import marked_articles

from annotate.quality.effort import ACTIONS, effort
from annotate.records import Link, Span


def _spans(*places):
    return [Span(id=str(i), start=a, end=b, label=c) for i, (a, b, c) in enumerate(places)]


@st.composite
def _two_versions(draw):
    """Two annotations of one text, with their links."""
    article, one, links = draw(marked_articles(max_spans=3))
    _, other, more = draw(marked_articles(max_spans=3, text=st.just(article.text)))
    return (one, links), (other, more)


def _between(before, after):
    return effort(before[0], after[0], before_links=before[1], after_links=after[1]).actions


def test_every_change_costs_what_the_table_says():
    """Kept, moved at one and at both ends, relabelled, missed and spurious, counted by hand."""
    before = _spans(
        (0, 5, "Claim"), (10, 20, "Claim"), (30, 40, "Claim"), (50, 60, "Claim"), (70, 80, "Claim")
    )
    after = _spans(
        (0, 5, "Claim"), (10, 22, "Claim"), (31, 42, "Claim"), (50, 60, "Hedge"), (90, 95, "Claim")
    )
    found = effort(before, after)
    assert found.kept == 1
    assert found.steps == {"select": 3, "boundary": 3, "relabel": 1, "delete": 1, "add": 1}
    assert found.actions == 3 + 3 + 1 + ACTIONS["delete"] + ACTIONS["add"]


def test_the_cheapest_pairing_is_found_though_the_nearest_neighbour_misleads():
    """A nested pair that was shifted: each stands for the span that costs least in sum."""
    before = _spans((0, 10, "Claim"), (2, 10, "Claim"))
    after = _spans((2, 10, "Claim"), (2, 12, "Claim"))
    assert effort(before, after).steps == {"select": 1, "boundary": 2}


def test_links_go_with_a_deleted_region_and_stay_with_a_moved_one():
    """A wrong link costs its removal, a missing one its drawing, one of a deleted span nothing."""
    before = _spans((0, 5, "Claim"), (6, 9, "Source"), (10, 12, "Source"))
    after = _spans((0, 5, "Claim"), (6, 8, "Source"))
    kept = Link(head_id="0", tail_id="1", label="attributed_to")
    gone = Link(head_id="0", tail_id="2", label="attributed_to")
    found = effort(before, after, before_links=[kept, gone], after_links=[kept])
    assert found.steps == {"select": 1, "boundary": 1, "delete": 1}
    wrong = Link(head_id="1", tail_id="0", label="attributed_to")
    found = effort(after, after, before_links=[wrong], after_links=[kept])
    assert found.steps == {"link": 1, "unlink": 1}


def test_links_that_structure_gives_need_no_hand():
    """From nothing none; one that is otherwise is drawn, and a wrong one that is shown changed."""
    spans = _spans((0, 5, "Claim"), (6, 9, "Source"), (10, 12, "Source"))
    near, far = (Link(head_id="0", tail_id=tail, label="attributed_to") for tail in ("1", "2"))

    def steps(shown, right, before=spans):
        links = {"before_links": shown, "after_links": right, "inferred": [near]}
        return effort(before, spans, **links).steps

    assert steps([], [near]) == {}
    assert steps([], [near], before=()) == {"add": 3}
    assert steps([], [far]) == {"link": 1}
    assert steps([], [near, far]) == {"link": 2}
    assert steps([far], [near]) == {"link": 1, "unlink": 1}
    assert steps([near], [near]) == {}
    assert steps([near], []) == {"unlink": 1}


@given(_two_versions())
def test_what_structure_gives_never_costs_more(versions):
    """Whatever is right: as many steps as without it at most; all links of it are free."""
    before, after = versions
    spans, links = after
    found = effort(before[0], spans, before_links=before[1], after_links=links, inferred=links)
    assert found.actions <= _between(before, after)
    assert "link" not in effort((), spans, after_links=links, inferred=links).steps


def test_a_choice_costs_a_key_on_a_selected_region():
    """Another choice, none any more, and one on a region that has to be added."""
    named, unnamed = (
        [Span(id="s", start=0, end=4, label="Source", attributes={"kind": (kind,)})]
        for kind in ("named", "unnamed")
    )
    plain = _spans((0, 4, "Source"))
    assert effort(named, unnamed).steps == {"select": 1, "choose": 1}
    assert effort(named, plain).steps == {"select": 1, "choose": 1}
    assert effort((), named).steps == {"add": 1, "select": 1, "choose": 1}


@given(marked_articles())
def test_what_is_right_already_costs_nothing(item):
    """Any spans, nested and crossing, with any links."""
    _, spans, links = item
    found = effort(spans, spans, before_links=links, after_links=links)
    assert (found.actions, found.kept) == (0, len(spans))


@given(_two_versions())
def test_correcting_is_never_dearer_than_beginning_anew(versions):
    """Delete every region, then mark everything from nothing."""
    before, after = versions
    nothing = ((), ())
    anew = ACTIONS["delete"] * len(before[0]) + _between(nothing, after)
    assert _between(before, after) <= anew


@given(_two_versions())
def test_spans_alone_cost_the_same_in_both_directions(versions):
    """Adding costs what deleting does; choices and links, which differ, are left out."""
    one, other = (
        tuple(Span(id=s.id, start=s.start, end=s.end, label=s.label) for s in spans)
        for spans, _ in versions
    )
    assert effort(one, other).actions == effort(other, one).actions
