from dataclasses import replace

from hypothesis import given
from strategies import marked_articles

from annotate.quality.extras import (
    Chosen,
    Extras,
    Marked,
    score_choices,
    score_extras,
    score_links,
)
from annotate.quality.scoring import Counts
from annotate.records import Link, Span

NAMES = frozenset({"Claim", "Source", "attributed_to", "type"})
CLAIM = Span(id="c", start=0, end=9, label="Claim")
SOURCE = Span(id="s", start=10, end=20, label="Source", attributes={"type": ("named",)})
OTHER = Span(id="o", start=30, end=40, label="Source", attributes={"type": ("outlet",)})
LINK = Link(head_id="c", tail_id="s", label="attributed_to")


def _marked(*spans, links=()):
    return Marked(spans=spans, links=links)


def test_a_link_is_right_where_both_its_ends_are():
    """By place and label, whatever the spans are called."""
    gold = _marked(CLAIM, SOURCE, links=[LINK])
    named = [replace(CLAIM, id="x"), replace(SOURCE, id="y"), replace(OTHER, id="z")]
    right = Link(head_id="x", tail_id="y", label="attributed_to")
    wrong = Link(head_id="x", tail_id="z", label="attributed_to")
    found = score_links([(gold, _marked(*named, links=[right, wrong]), NAMES)])
    assert found == {"attributed_to": Counts(1, 2, 1, 1)}
    assert score_links([(gold, _marked(CLAIM), NAMES)]) == {"attributed_to": Counts(0, 0, 0, 1)}
    assert score_links([(gold, gold, frozenset({"Claim"}))]) == {}


def test_a_choice_is_scored_on_spans_that_were_found():
    """Where people chose something; what was not annotated is not scored."""
    gold = _marked(SOURCE, OTHER, replace(CLAIM, label="Source"))
    said = _marked(replace(SOURCE, attributes={"type": ("unnamed",)}), OTHER)
    assert score_choices([(gold, said, NAMES)]) == {"type": Chosen(1, 2)}
    assert score_choices([(gold, _marked(SOURCE), NAMES)]) == {"type": Chosen(1, 1)}
    assert score_choices([(gold, said, frozenset({"Source"}))]) == {}
    assert Chosen().share is None
    extras = score_extras([(gold, said, NAMES)])
    assert (extras + extras).choices == {"type": Chosen(2, 4)}
    assert (Extras() + extras).to_json() == extras.to_json()


@given(marked_articles())
def test_gold_agrees_with_itself(marked):
    """All its links and choices are right; without names all was annotated."""
    _, found, links = marked
    places = {(span.start, span.end, span.label): span for span in found}
    spans = [span for span in found if places[span.start, span.end, span.label] is span]
    kept = {span.id for span in spans}
    links = [link for link in links if {link.head_id, link.tail_id} <= kept]
    both = _marked(*spans, links=links)
    scored = score_links([(both, both, None)])
    assert sum(counts.gold for counts in scored.values()) == len(links)
    assert all(counts.found == counts.predicted == counts.gold for counts in scored.values())
    chosen = score_choices([(both, both, None)])
    assert sum(c.of for c in chosen.values()) == sum(bool(s.attributes) for s in spans)
    assert all(c.right == c.of for c in chosen.values())
