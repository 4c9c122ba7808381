import re
from dataclasses import replace
from html import unescape

from retold import SCHEME, told

from annotate.pages import search
from annotate.pages.search import search_page
from annotate.quality.concordance import Query, concordance, count_hits

NASTY = """<script>alert(1)</script> "double" 'single' {{ 7 * 7 }} </style>"""


def page_of(*items, **query):
    hits = concordance(items, Query(**query), SCHEME)
    return search_page(
        hits,
        count_hits(hits),
        title=f"x {NASTY}",
        colours={"Claim": "#0b63a5"},
        marked_by="annotated",
    )


def test_nothing_that_is_shown_is_taken_for_markup():
    """Text, surroundings, outlet and title come out escaped."""
    page = page_of(told(f"it may {NASTY}", name="a", outlet=NASTY), label="Claim")
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert NASTY in unescape(re.sub(r"<[^>]+>", "", page))


def test_what_nobody_marked_is_told():
    """A place without marks says so, and nothing found is a sentence."""
    item = told("the bridge may close", name="a")
    assert "unmarked" in page_of(item, text="harbour")
    assert "Nothing was found." in page_of(item, text="nowhere")


def test_a_place_leads_to_its_article():
    """By its title, to an address of the web alone; signs of direction are set apart."""
    item = told("the \u202e bridge may close", name="a", url="https://example.org/", title="News")
    page = page_of(item, text="may")
    assert '<a href="https://example.org/" rel="noopener noreferrer"><bdi>News</bdi></a>' in page
    assert '<td class="story" dir="auto">' in page
    assert "\\u202e" not in page
    scripted = told("it may", name="a", url="javascript:alert(1)")
    assert "javascript" not in page_of(scripted, text="may")


def test_everybodys_places_name_who_marked_them():
    """And whether they count; the head says who made the marks."""
    item = told("the bridge may close", name="a")
    other = replace(item, marks=replace(item.marks, annotator="annotator-y", annotation_id="2"))
    hits = concordance([item], Query(text="may"), SCHEME, others=[other])
    page = search_page(hits, count_hits(hits), title="x", colours={}, marked_by="annotated by z")
    assert "The articles are annotated by z." in page
    assert "annotator-x: counts" in page
    assert "annotator-y: does not count" in page


def test_a_page_ends_somewhere(monkeypatch):
    """How many are not shown can be told from what is said."""
    monkeypatch.setattr(search, "HITS", 1)
    page = page_of(told("it may, and may not", name="a"), text="may")
    assert "Places 2" in page
    assert "The first 1 are shown." in page
    assert page.count('class="said"') == 1
