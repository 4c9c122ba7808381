"""What a reviewer is shown and what comes of it: nothing is taken or lost that was not decided."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import marked_articles

from annotate.records import Article, Link, Span
from annotate.studio.results import read_result
from annotate.studio.review_config import review_labels
from annotate.studio.review_results import Flagged, all_kept, flagged_result, settle

TEXT = "Officials said the bridge may close on Monday."
CLAIM = Span(id="c1", start=15, end=35, label="Claim")
SOURCE = Span(id="s1", start=0, end=14, label="Source", attributes={"source_type": ("named",)})
LINK = Link(head_id="c1", tail_id="s1", label="attributed_to")
FLAG = "link-c1-s1-"


@pytest.fixture
def labels(scheme):
    return review_labels(scheme)


@pytest.fixture
def shown(scheme, labels):
    """Return a draft: the claim and its link are disputed, the source is agreed on."""
    marks = Flagged(
        spans=(SOURCE, CLAIM), links=(LINK,), notes={"c1": "ada", LINK: "ada"}, to_choose={}
    )
    return flagged_result(_article(), marks, scheme, labels)


def _article():
    return Article(article_id="a", text=TEXT)


def _decide(result, decisions):
    """Return the result with other labels on regions, by the beginning of their ids."""
    decided = []
    for item in result:
        wanted = [v for k, v in decisions.items() if str(item.get("id", "")).startswith(k)]
        other = {"labels": wanted} if item["type"] == "labels" and wanted else {}
        decided.append({**item, "value": {**item["value"], **other}} if other else item)
    return decided


def _read(settled, scheme):
    spans, links, extra, _ = read_result(settled.result, _article(), scheme)
    assert extra == ()
    return sorted(span.id for span in spans), [(link.head_id, link.tail_id) for link in links]


def test_disputes_come_first_and_say_by_whom(shown, labels):
    """The claim under another label, then its link, then what is agreed on; a relation each."""
    names = [i["value"]["labels"][0] for i in shown if i["type"] == "labels"]
    assert names == ["Claim?", "→ attributed_to?", "Source"]
    notes = [(i["id"], i["value"]["text"]) for i in shown if i["type"] == "textarea"]
    assert [text for _, text in notes] == [["ada"], ["ada"]]
    (relation,) = (i for i in shown if i["type"] == "relation")
    assert relation["from_id"] == notes[1][0]
    assert relation["from_id"].startswith(FLAG)


def test_what_nobody_touched_is_undecided(shown, scheme, labels):
    """And not taken; what is agreed on is."""
    settled = settle(shown, scheme, labels)
    assert [(u.kind, u.start, u.end) for u in settled.undecided] == [
        ("Claim", 15, 35), ("attributed_to", 15, 35),
    ]  # fmt: skip
    assert _read(settled, scheme) == (["s1"], [])


@pytest.mark.parametrize(
    ("decisions", "spans", "links", "open_"),
    [
        ({"c1": "Claim", FLAG: "→ attributed_to"}, ["c1", "s1"], [("c1", "s1")], 0),
        ({"c1": "Claim", FLAG: "drop"}, ["c1", "s1"], [], 0),
        ({"c1": "drop"}, ["s1"], [], 0),
        ({"c1": "drop", FLAG: "→ attributed_to"}, ["s1"], [], 1),
        ({"c1": "Claim", "s1": "drop"}, ["c1"], [], 0),
        ({FLAG: "→ attributed_to"}, ["s1"], [], 1),
        ({"c1": "Hedge", FLAG: "drop"}, ["c1", "s1"], [], 0),
        ({"c1": "Claim", FLAG: "Claim"}, ["c1", "s1"], [], 1),
        ({"c1": "→ attributed_to", FLAG: "drop"}, ["s1"], [], 1),
    ],
)
def test_a_key_decides_each(shown, scheme, labels, decisions, spans, links, open_):
    """A link goes with its ends; one that was kept without them is told."""
    settled = settle(_decide(shown, decisions), scheme, labels)
    assert _read(settled, scheme) == (spans, links)
    assert len(settled.undecided) == open_


def test_deleting_is_a_decision_too(shown, scheme, labels):
    """The page takes the relation with the region at which it begins."""
    left = [i for i in shown if i["type"] != "relation" and not i["id"].startswith(FLAG)]
    settled = settle(_decide(left, {"c1": "Claim"}), scheme, labels)
    assert _read(settled, scheme) == (["c1", "s1"], [])
    assert settled.undecided == ()
    kept = _decide(shown, {"c1": "Claim", FLAG: "→ attributed_to"})
    without = [i for i in kept if i["type"] != "relation"]
    assert _read(settle(without, scheme, labels), scheme) == (["c1", "s1"], [])


def test_a_relation_drawn_at_the_region_of_a_link_is_the_marks(shown, scheme, labels):
    """Both lie over the same words; a region of a link that nobody was shown is told."""
    flag = next(i["id"] for i in shown if str(i.get("id")).startswith(FLAG))
    hedge = {**shown[0], "id": "h1", "value": {"start": 26, "end": 29, "labels": ["Hedge"]}}
    odd = {**hedge, "id": "o1", "value": {**hedge["value"], "labels": ["→ hedges"]}}
    drawn = {"type": "relation", "from_id": flag, "to_id": "h1", "direction": "left"}
    decided = _decide(shown, {"c1": "Claim", FLAG: "drop"})
    settled = settle([*decided, hedge, odd, drawn], scheme, labels)
    assert _read(settled, scheme) == (["c1", "h1", "s1"], [("h1", "c1")])
    assert [(u.kind, u.reason) for u in settled.undecided] == [
        ("→ hedges", "stands for no link that was shown")
    ]


def test_a_choice_that_all_made_otherwise_has_to_be_made(scheme, labels):
    """Where the mark is kept under a label that has it; another label has none."""
    bare = Span(id="s1", start=0, end=14, label="Source")
    marks = Flagged(
        spans=(bare,), links=(), notes={"s1": "who"}, to_choose={"s1": ("source_type",)}
    )
    shown = flagged_result(_article(), marks, scheme, labels)
    kept = _decide(shown, {"s1": "Source"})
    settled = settle(kept, scheme, labels, shown=shown)
    assert [u.kind for u in settled.undecided] == ["source_type of Source"]
    chosen = {**kept[0], "type": "choices", "from_name": "source_type"}
    chosen["value"] = {"start": 0, "end": 14, "choices": ["document"]}
    assert settle([*kept, chosen], scheme, labels, shown=shown).undecided == ()
    for label in ("Claim", "drop"):
        other = _decide(shown, {"s1": label})
        assert settle(other, scheme, labels, shown=shown).undecided == ()


@given(marked_articles(max_spans=6), st.data())
def test_what_is_pulled_is_what_was_agreed_kept_and_added(scheme, item, data):
    """Every disputed mark that got a decision is in or out; every other one is told, once."""
    labels = review_labels(scheme)
    article, spans, links = item
    disputed = {s.id: "by" for s in spans if data.draw(st.booleans())}
    contested = {link: "by" for link in links if data.draw(st.booleans())}
    marks = Flagged(spans=spans, links=links, notes={**disputed, **contested}, to_choose={})
    shown = flagged_result(article, marks, scheme, labels)
    whole, joined, _, _ = read_result(all_kept(shown, scheme, labels), article, scheme)
    assert {s.id: s for s in whole} == {s.id: s for s in spans}
    assert Counter(joined) == Counter(links)

    choice = st.sampled_from(["keep", "drop", "delete", "leave"])
    spoken = {s.id: data.draw(choice) for s in spans if s.id in disputed}
    flags = {i["id"] for i in shown if i["type"] == "labels" and i["id"].startswith("link-")}
    spoken |= {flag: data.draw(choice) for flag in sorted(flags)}
    decided = []
    for part in shown:
        said = spoken.get(part["from_id"] if part["type"] == "relation" else part["id"])
        ends = [spoken.get(part.get(end)) for end in ("from_id", "to_id")]
        if said == "delete" or "delete" in ends:
            continue
        if part["type"] != "labels" or said not in ("keep", "drop"):
            decided.append(part)
            continue
        (label,) = part["value"]["labels"]
        name = label.removesuffix("?") if said == "keep" else labels.dropped
        decided.append({**part, "value": {**part["value"], "labels": [name]}})
    size = len(article.text)
    own = {
        "id": "own", "type": "labels", "from_name": "label", "to_name": "text",
        "value": {"start": 0, "end": size, "labels": ["Claim"]},
    }  # fmt: skip
    settled = settle([*decided, own], scheme, labels)
    found, made, extra, _ = read_result(settled.result, article, scheme)

    stays = {s.id for s in spans if spoken.get(s.id, "keep") == "keep"}
    as_drawn = {s.id: s for s in spans if s.id in stays}
    assert {s.id: s for s in found if s.id != "own"} == as_drawn
    assert len(found) == len(stays) + 1
    assert extra == ()
    flag_of = {link: _flag(flags, link) for link in contested}
    ends_stay = {link for link in links if {link.head_id, link.tail_id} <= stays}
    wanted = {link for link in ends_stay if spoken.get(flag_of.get(link, ""), "keep") == "keep"}
    assert Counter(made) == Counter(wanted)
    gone = {s.id for s in spans if spoken.get(s.id) in ("drop", "delete")}
    left = Counter(s.label for s in spans if spoken.get(s.id) == "leave")
    for link, flag in flag_of.items():
        ends = {link.head_id, link.tail_id}
        if (spoken[flag] == "leave" and not ends & gone) or (
            spoken[flag] == "keep" and ends & gone and spoken.get(link.tail_id) != "delete"
        ):
            left[link.label] += 1
    assert Counter(u.kind for u in settled.undecided) == left
    if "leave" not in spoken.values() and not gone:
        assert settled.undecided == ()


def _flag(flags, link):
    """Return the region that stands for a link; the generated kinds never join the same spans."""
    (flag,) = (f for f in flags if f.startswith(f"link-{link.head_id}-{link.tail_id}-"))
    return flag
