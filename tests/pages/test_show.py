import re
from dataclasses import replace
from html import unescape

from hypothesis import given
from strategies import marked_articles

from annotate.pages.show import show_page
from annotate.quality.comparison import compare
from annotate.quality.scoring import GoldAndPredicted
from annotate.records import Annotation, Article, Link, Prediction, Span
from annotate.samples import sample_articles
from annotate.workflow.show.show import Show, ShownArticle, View

NAMES = ("Claim", "Source", "Hedge", "attributed_to", "hedges")
NASTY = """<script>alert(1)</script> "double" 'single' {{ 7 * 7 }} {% raw %} &amp; </style>"""


def _show(article, gold, links=(), *, predicted=(), annotator="annotator-1", model="m", **fields):
    names = {*NAMES, *(span.label for span in gold)}
    annotation = Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=tuple(gold),
        links=tuple(links),
        labels=tuple(names),
        annotator=annotator,
        annotation_id=fields.pop("annotation_id", "1"),
        prediction_shown=fields.pop("prediction_shown", None),
    )
    item = GoldAndPredicted(
        article_id=article.article_id,
        text=article.text,
        gold=tuple(gold),
        predicted=tuple(predicted),
        labels=frozenset(names),
    )
    shown = ShownArticle(
        article=article,
        prediction=Prediction(
            article_id=article.article_id,
            text_sha256=article.text_sha256,
            spans=tuple(predicted),
            model_version=model,
        ),
        views=(View(annotation=annotation, comparison=compare(item, (), links)),),
        split="train",
        **fields,
    )
    return Show(articles=(shown,), model_version=model, export=None)


def _texts(page):
    """Return what the page's texts say, without tags of marks and without markup."""
    for part in re.findall(r'<div class="text"[^>]*>(.*?)</div>', page, re.DOTALL):
        bare = re.sub(r'<span class="tag [^"]*">([^<]|<span[^>]*>[^<]*</span>)*</span>', "", part)
        yield unescape(re.sub(r"<[^>]+>", "", bare))


@given(marked=marked_articles())
def test_without_its_marks_a_text_is_what_it_was(marked):
    """Any text, with spans that overlap at will, stands on the page to the character."""
    article, spans, links = marked
    page = show_page(_show(article, spans, links), colours={})
    assert list(_texts(page)) == [article.text, article.text]


def test_nothing_that_is_shown_is_taken_for_markup():
    """Text, id, title, label, choice, pseudonym, model and note come out escaped everywhere."""
    article = Article(article_id=f"id {NASTY}", text=f"It may {NASTY}", title=f"title {NASTY}")
    gold = [
        Span(id="a", start=0, end=6, label=f"label {NASTY}", attributes={"c": (f"c {NASTY}",)}),
        Span(id="b", start=3, end=9, label="Hedge"),
    ]
    link = Link(head_id="b", tail_id="a", label=f"link {NASTY}")
    predicted = [Span(id="p", start=0, end=2, label=f"label {NASTY}")]
    found = _show(
        article,
        gold,
        [link],
        predicted=predicted,
        annotator=f"who {NASTY}",
        model=f"model {NASTY}",
        prediction_shown=f"shown {NASTY}",
        notes=(f"note {NASTY}",),
    )
    page = show_page(found, colours={f"label {NASTY}": "red;} </style><script>"})
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert "{{ 7 * 7 }}" in page
    said = unescape(re.sub(r"<[^>]+>", "", page))
    for name in ("id", "title", "label", "c", "who", "model", "shown", "note"):
        assert f"{name} {NASTY}" in said, name
    for attribute in re.findall(r'title="([^"]*)"', page):
        assert "<" not in attribute


def test_labels_have_the_colours_of_the_labelling_page():
    """A label is drawn in its own colour, one that the config does not know in another."""
    article = Article(article_id="a", text="It may rain.")
    gold = [
        Span(id="h", start=3, end=6, label="Hedge"),
        Span(id="o", start=7, end=11, label="Other"),
    ]
    page = show_page(_show(article, gold), colours={"Hedge": "#a8107a", "Claim": "#0b63a5"})
    colours = dict(re.findall(r"--label-(\d): (#\w+);", page))
    assert colours["0"] == "#a8107a"
    assert colours["1"] not in {None, "#a8107a"}
    assert re.search(r'style="[^"]*var\(--label-0\)[^"]*">Hedge<', page)


def test_changes_are_signed_and_listed():
    """A removed span is dashed and struck with a sign; the table says what was changed."""
    article = Article(article_id="a", text="It may rain.")
    predicted = [Span(id="p", start=0, end=11, label="Claim")]
    page = show_page(_show(article, [], predicted=predicted), colours={})
    assert '<span class="tag removed">−C1</span>' in page
    assert "repeating-linear-gradient" in page
    assert "<b>Claim</b> It may rain" in page


def test_an_article_without_changes_says_so():
    """Where prediction and annotation agree, no table is drawn."""
    article = Article(article_id="a", text="It may rain.")
    spans = [Span(id="h", start=3, end=6, label="Hedge")]
    assert "No changes." in show_page(_show(article, spans, predicted=spans), colours={})


def test_overlapping_spans_get_bars_of_their_own():
    """A piece under two spans has two bars at two heights."""
    line = next(line for line in sample_articles() if len(line.spans) > 12)
    page = show_page(_show(line.article, line.spans, line.links), colours={})
    doubled = re.findall(r"background-position: ([^;]+), ([^;]+);", page)
    assert doubled
    assert all(first != second for first, second in doubled)


def test_an_inferred_link_is_told_from_a_drawn_one():
    """A dashed arrow in text and table, and a word in the legend; else neither stands there."""
    spans = [
        Span(id="c", start=0, end=8, label="Claim"),
        Span(id="s", start=10, end=19, label="Source"),
    ]
    article = Article(article_id="a", text="It rains, they said.")
    link = Link(head_id="c", tail_id="s", label="attributed_to")
    pages = [
        show_page(_show(article, spans, [replace(link, inferred=inferred)]), colours={})
        for inferred in (False, True)
    ]
    assert [page.count("⇢") for page in pages] == [0, 3]
    assert "link inferred from the spans" in pages[1]
    assert "Claim → <span>+S1" in pages[0]


def test_a_reviewers_decision_is_called_one():
    """It is no further annotator's work, and of what the reviewer saw nothing is said."""
    article = sample_articles()[0].article
    page = show_page(_show(article, (), annotation_id="review-0123456789ab"), colours={})
    assert "Decided in a review by annotator-1" in page
    assert "saw no predictions" not in page
