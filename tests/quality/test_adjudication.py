from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.quality.adjudication import RULES, adjudicate
from annotate.records import Annotation, Link, Span

NAMES = ("Claim", "Source", "attributed_to", "type")
CLAIM, SOURCE = (10, 20, "Claim"), (0, 9, "Source")


def _annotation(number, *places, who=None, links=(), chosen=None, **changes):
    spans = tuple(
        Span(
            id=f"{label}-{start}-{end}",
            start=start,
            end=end,
            label=label,
            attributes={"type": (chosen,)} if chosen and label == "Source" else {},
        )
        for start, end, label in places
    )
    about = {
        "article_id": "a",
        "text_sha256": "x",
        "labels": NAMES,
        "annotator": who or f"p{number}",
        "annotation_id": number,
        "updated_at": f"2024-01-0{number[-1]}",
    }
    return Annotation(spans=spans, links=links, **{**about, **changes})


def _rule(annotations, *rules):
    decided = adjudicate(annotations, rules)
    return decided and (decided.annotation, decided.rule)


def test_the_first_rule_that_fits_decides():
    """The annotators' ground truth, the reviewer's decision, the latest change, as they stand."""
    old, new = _annotation("1"), _annotation("2")
    truth = _annotation("3", ground_truth=True)
    review = _annotation("review-4", ground_truth=True)
    all_of_them = [review, old, truth, new]
    assert _rule(all_of_them, "ground_truth", "reviewer", "latest") == (truth, "ground_truth")
    assert _rule(all_of_them, "reviewer", "latest") == (review, "reviewer")
    assert _rule([old, new], "ground_truth", "reviewer", "latest") == (new, "latest")
    assert _rule([old, new], "reviewer") is None
    assert _rule([], *RULES) is None


def test_a_majority_has_what_more_than_half_have():
    """Of three people: spans of two, the link and the choice of two; nobody's own name."""
    link = Link(head_id="Claim-10-20", tail_id="Source-0-9", label="attributed_to", inferred=True)
    people = [
        _annotation("1", CLAIM, SOURCE, links=(link,), chosen="named"),
        _annotation("2", CLAIM, SOURCE, links=(replace(link, inferred=False),), chosen="named"),
        _annotation("3", SOURCE, (10, 22, "Claim"), chosen="unnamed", prediction_shown="rules-1"),
    ]
    found = adjudicate(people, ["majority", "latest"])
    joined = found.annotation
    assert [(s.start, s.end, s.label) for s in joined.spans] == [SOURCE, CLAIM]
    assert joined.spans[0].attributes == {"type": ("named",)}
    assert [(link.label, link.inferred) for link in joined.links] == [("attributed_to", False)]
    assert (found.rule, joined.annotator, joined.prediction_shown) == (
        "majority",
        "majority",
        "rules-1",
    )
    assert adjudicate(people[::-1], ["majority"]).annotation == joined


def test_a_majority_needs_three_people():
    """Two people, twice the same person, or a reviewer beside two are none."""
    two = [_annotation("1", CLAIM), _annotation("2", CLAIM)]
    assert adjudicate(two, ["majority"]) is None
    assert adjudicate([*two, _annotation("3", CLAIM, who="p2")], ["majority"]) is None
    assert adjudicate([*two, _annotation("review-3", CLAIM)], ["majority"]) is None
    assert adjudicate(two, ["majority", "latest"]).rule == "latest"


def test_who_did_not_look_for_a_label_has_no_vote_on_it():
    """With two of three who looked for sources, sources are unknown in what counts."""
    people = [
        _annotation("1", CLAIM, SOURCE),
        _annotation("2", CLAIM, SOURCE),
        _annotation("3", CLAIM, labels=("Claim",)),
    ]
    joined = adjudicate(people, ["majority"]).annotation
    assert joined.labels == ("Claim",)
    assert [span.label for span in joined.spans] == ["Claim"]


_PLACE = st.sampled_from([CLAIM, SOURCE, (10, 22, "Claim"), (0, 30, "Claim")])


@given(st.lists(st.lists(_PLACE, unique=True), min_size=3, max_size=6), st.randoms())
def test_the_majority_does_not_hang_on_the_order(drawn, random):
    """Every span of it is drawn by more than half, and no other one is."""
    people = [_annotation(str(n), *places) for n, places in enumerate(drawn)]
    joined = adjudicate(people, ["majority"]).annotation
    found = {(s.start, s.end, s.label) for s in joined.spans}
    everywhere = {place for places in drawn for place in places}
    assert found == {p for p in everywhere if 2 * sum(p in d for d in drawn) > len(drawn)}
    random.shuffle(people)
    assert adjudicate(people, ["majority"]).annotation == joined


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_it_takes(rule):
    """The words stand in the output of show."""
    assert RULES[rule]
