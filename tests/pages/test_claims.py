import re
from dataclasses import replace
from html import unescape

from retold import SCHEME, told

from annotate.claims.roles import find_roles
from annotate.claims.table import claim_table
from annotate.pages import claims
from annotate.pages.claims import claims_page
from annotate.quality.mentions import Marked
from annotate.records import Article

NASTY = """<script>alert(1)</script> "double" 'single' {{ 7 * 7 }} </style>"""
CLAIM = "the harbour bridge may close next week"
SURE = "the harbour bridge will close next week"


def page_of(*items, **settings):
    table = claim_table(items, SCHEME, find_roles(SCHEME), **settings)
    return claims_page(
        table, title="Claims of x", colours={"Claim": "#0b63a5"}, marked_by="marked by m-1"
    )


def said(page):
    bare = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    bare = re.sub(r"</?bdi>", "", bare)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_outlets_stand_in_order_of_time_with_what_changed():
    """The later one without the hedge has the note, and names the one before."""
    page = said(
        page_of(
            told(SURE, name="b", outlet="Second", published="2024-01-02", source="He said"),
            told(CLAIM, name="a", outlet="First", published="2024-01-01", hedge="may"),
        )
    )
    assert "first seen 2024-01-01, First; 2 articles, 2 independent reports" in page
    assert page.index("2024-01-01 First") < page.index("2024-01-02 Second")
    assert "hedge dropped (before: First)" in page
    assert "nobody named: the writer's own voice" in page


def test_nothing_that_is_shown_is_taken_for_markup():
    """Text, title, outlet, date, source, hedge and id come out escaped."""
    item = told(
        f"it may {NASTY} close",
        name=f"id {NASTY}",
        source=f"who {NASTY} said",
        hedge=f"may {NASTY}",
        title=f"title {NASTY}",
        outlet=f"outlet {NASTY}",
        published=f"date {NASTY}",
        url=f"javascript:{NASTY}",
    )
    page = page_of(item)
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert "javascript:" not in page
    for name in ("who", "may", "title", "outlet", "date"):
        assert " ".join(f"{name} {NASTY}".split()) in said(page), name


def test_what_is_not_known_is_said():
    """Dates, and how many articles lack them."""
    page = said(page_of(told(CLAIM, name="a")))
    assert "date not known" in page
    assert "Articles without a date, of which it is not known what came first: 1." in page
    assert "no hedge" in page


def test_undated_articles_have_no_before():
    """They stand beside each other, and dates that cannot be read are counted by example."""
    page = said(
        page_of(
            told(CLAIM, name="a", outlet="First", hedge="may", published="08.06.2024"),
            told(SURE, name="b", outlet="Second"),
        )
    )
    assert "hedge differs (beside: " in page
    assert "which came first is not known)" in page
    assert "before:" not in page
    assert "first seen" not in page
    assert "Dates that cannot be read, as “08.06.2024”: 1." in page


def test_the_page_leads_to_the_articles_and_names_copies():
    """Only to addresses of the web; a heading tells whose words it has."""
    page = page_of(
        told(CLAIM, name="a", outlet="Wire", url="https://example.org/a", published="2024-01-01"),
        told(CLAIM, name="b", outlet="Copy", url="javascript:x", published="2024-01-02", group="a"),
        told(SURE, name="c", outlet="Third", published="2024-01-03"),
    )
    assert 'href="https://example.org/a" rel="noopener noreferrer"' in page
    assert "javascript" not in page
    assert "Copy nearly the same text as Wire" in said(page)
    assert said(page).count("same text as") == 2  # in the list of articles and in the row
    assert "“the harbour bridge will close next week” longest form, by Third" in said(page)


def test_signs_of_direction_turn_nothing_around_them():
    """Text of an article is set apart, and its cells take its direction."""
    page = page_of(
        told("x \u202e may close next week", name="a", title="t \u202e", outlet="o \u202e")
    )
    assert "\\u202e" not in page
    for text in ("x \u202e may close next week", "t \u202e", "o \u202e"):
        assert f"<bdi>{text}</bdi>" in page
        assert page.count(text) == page.count(f"<bdi>{text}</bdi>")
    assert '<td class="story" dir="auto">' in page


def test_an_empty_page_says_so():
    """No claim, no table."""
    assert "No claim was found." in said(page_of())


def test_of_many_stories_the_rest_is_counted(monkeypatch):
    """The rest is counted."""
    monkeypatch.setattr(claims, "STORIES", 1)
    items = [
        told(CLAIM, name="a", outlet="First"),
        told(SURE, name="b", outlet="Second"),
    ]
    page = said(page_of(*items, _elsewhere()))
    assert "1 of 2 stories are shown" in page
    assert "comet" not in page


def test_every_row_names_who_marked_it_where_several_did():
    """And which one counts; those that the gold has not marked stand below."""
    item = told(CLAIM, name="a")
    same = replace(item, marks=replace(item.marks, annotator="annotator-y", annotation_id="2"))
    (span,) = item.marks.spans
    shorter = replace(
        item.marks,
        annotator="annotator-z",
        annotation_id="3",
        spans=(replace(span, end=span.end - 5),),
    )
    page = said(page_of(item, others=[same, replace(item, marks=shorter)]))
    assert "The articles are marked by m-1." in page
    assert page.index("annotator-x: counts") < page.index("annotator-y: does not count")
    assert page.index("further annotators alone") < page.index("annotator-z: does not count")
    assert "annotator-x: counts" not in said(page_of(item))


def test_stories_in_which_something_changed_come_first(monkeypatch):
    """Before those with groups and those of many outlets; what is left out is counted."""
    changed = [
        told(CLAIM, name="a", outlet="First", hedge="may", published="2024-03-01"),
        told(SURE, name="b", outlet="Second", published="2024-03-02"),
    ]
    page = said(page_of(*changed, _elsewhere()))
    assert page.index("hedge dropped") < page.rindex("a comet was seen")
    monkeypatch.setattr(claims, "STORIES", 1)
    assert "differences are shown" not in said(page_of(*changed, _elsewhere()))
    monkeypatch.setattr(claims, "STORIES", 0)
    assert "0 of 1 differences are shown." in said(page_of(*changed, _elsewhere()))


def _elsewhere():
    article = Article(article_id="c", text="Shepherds say a comet was seen.", outlet="Third")
    marks = told(CLAIM, name="c").marks
    span = replace(marks.spans[0], start=14, end=30)
    return Marked(
        article=article,
        marks=replace(marks, text_sha256=article.text_sha256, spans=(span,), links=()),
    )
