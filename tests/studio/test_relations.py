import pytest
from stories import relate

from annotate.labels import parse_label_config
from annotate.records import Annotation, Link, Span, text_hash
from annotate.studio.relations import deleted_links, saw_prediction
from annotate.workflow.state.init import label_config_template

SCHEME = parse_label_config(label_config_template("claims.xml")).with_link_ends(
    {"attributed_to": ("Claim", "Source"), "hedges": ("Hedge", "Claim")}
)
LABELS = {"c": "Claim", "s": "Source", "h": "Hedge"}


def _annotation(spans="csh", links=(), extra=()):
    return Annotation(
        article_id="a",
        text_sha256=text_hash("a"),
        spans=tuple(Span(id=i, start=0, end=4, label=LABELS[i]) for i in spans),
        links=tuple(Link(head_id=h, tail_id=t, label=kind) for h, t, kind in links),
        labels=SCHEME.all_names,
        annotator="annotator-1",
        annotation_id="1",
        extra=tuple(extra),
    )


def _deleted(annotation, *shown, parent=3):
    predictions = [{"id": 2, "result": []}, {"id": 3, "result": list(shown)}]
    found = deleted_links(annotation, {"parent_prediction": parent}, predictions, SCHEME)
    return found and {(k.head_id, k.tail_id, k.label) for k in found}


SHOWN = relate("c", "s", "attributed_to"), relate("h", "c", "hedges")


def test_a_link_that_was_shown_and_is_not_there_was_deleted():
    """What was kept, and what went with one of its regions, was not."""
    kept = ("c", "s", "attributed_to")
    assert _deleted(_annotation(links=[kept]), *SHOWN) == {("h", "c", "hedges")}
    assert _deleted(_annotation(links=[kept, ("h", "c", "hedges")]), *SHOWN) == ()
    assert _deleted(_annotation("cs"), *SHOWN) == {kept}
    assert _deleted(_annotation("h"), *SHOWN) == ()


def test_relations_without_a_name_or_drawn_leftwards_are_read_as_work_is():
    """A prediction of another machine may hold them."""
    assert _deleted(_annotation(), relate("s", "c", direction="left")) == {
        ("c", "s", "attributed_to")
    }


def test_a_shown_relation_that_cannot_be_read_counts_as_every_kind():
    """Unless the person has kept it, as it is."""
    unread = relate("h", "s")
    assert _deleted(_annotation(), unread) == {("h", "s", "attributed_to"), ("h", "s", "hedges")}
    assert _deleted(_annotation(extra=[unread]), unread) == ()


@pytest.mark.parametrize("broken", [None, 3, {"type": "relation"}, {**SHOWN[0], "labels": 3}])
def test_what_is_no_relation_is_passed_over(broken):
    """A prediction of another machine makes no task unreadable."""
    assert _deleted(_annotation(), broken) == ()


def test_a_prediction_that_is_gone_is_not_taken_for_an_empty_one():
    """Its number is on the annotation, or was, and the task holds no such prediction."""
    assert _deleted(_annotation(), *SHOWN, parent=4) is None
    assert _deleted(_annotation(), *SHOWN, parent=None) is None


def test_work_that_was_taken_up_again_is_held_to_what_it_may_have_seen():
    """The page forgets the prediction's number with a reload; the regions say which it can be."""
    regions = [{"id": i, "type": "labels"} for i in "csh"]
    brought = [{"id": i, "origin": "prediction"} for i in "cs"]
    predictions = [
        {"id": 1, "result": regions[:1]},
        {"id": 2, "result": [*regions, SHOWN[0]]},
        {"id": 3, "result": [*regions, SHOWN[1]]},
    ]
    raw = {"parent_prediction": None, "result": brought}
    found = deleted_links(_annotation(), raw, predictions, SCHEME)
    assert {k.label for k in found} == {"attributed_to", "hedges"}
    assert deleted_links(_annotation(), raw, predictions[:1], SCHEME) is None


def test_the_page_remembers_which_regions_a_prediction_brought():
    """The server forgets the number of a deleted prediction; its regions tell all the same."""
    assert saw_prediction({"parent_prediction": 3, "result": []})
    assert saw_prediction({"result": [{"id": "c", "origin": "prediction-changed"}]})
    assert not saw_prediction({"result": [{"id": "c", "origin": "manual"}, {"id": "s"}]})
