import io
import re

from hypothesis import given
from rich.console import Console
from strategies import marked_articles

from annotate.cli.output.show_text import marked_text, plain, print_article
from annotate.quality.comparison import compare
from annotate.quality.marks import marks_after
from annotate.quality.scoring import GoldAndPredicted
from annotate.records import Annotation, Article, Link, Prediction, Span
from annotate.workflow.show.show import ShownArticle, View

LABELS = ("Claim", "Source", "Hedge", "attributed_to", "hedges")


def _comparison(text, predicted, gold, links=()):
    item = GoldAndPredicted(
        article_id="a", text=text, gold=gold, predicted=predicted, labels=frozenset(LABELS)
    )
    return compare(item, (), links)


@given(marked=marked_articles())
def test_every_mark_is_named_where_it_opens(marked):
    """Brackets, names and links stand in the text itself: nothing hangs on colour."""
    article, spans, links = marked
    marks = marks_after(_comparison(article.text, (), spans, links))
    shown = marked_text(article.text, marks).plain
    for mark in marks:
        assert f"[+{mark.name}" in shown
    assert shown.count("]") == plain(article.text).count("]") + len(marks)


def _shown(annotation_id="1", **console):
    text = "The \x1b[31mquay\x07 may be unsafe, they said."
    hedge = Span(id="h", start=text.index("may"), end=text.index("may") + 3, label="Hedge")
    wide = Span(id="w", start=hedge.start, end=hedge.end + 3, label="Hedge")
    claim = Span(id="c", start=0, end=text.index(","), label="Claim")
    article = Article(article_id="a\x1b]0;title\x07", text=text)
    comparison = _comparison(text, (claim, hedge), (wide,))
    annotation = Annotation(
        article_id="a", text_sha256=article.text_sha256, spans=(wide,), labels=LABELS,
        annotator="annotator-1", annotation_id=annotation_id,
    )  # fmt: skip
    prediction = Prediction(
        article_id="a", text_sha256=article.text_sha256, spans=(claim, hedge), model_version="m"
    )
    item = ShownArticle(
        article=article,
        prediction=prediction,
        views=(View(annotation=annotation, comparison=comparison),),
        split="train",
    )
    out = io.StringIO()
    print_article(Console(file=out, **console), item, "m")
    return out.getvalue()


def test_what_an_article_says_does_not_steer_the_terminal():
    """Control characters of texts and ids are shown as what they are not: harmless."""
    shown = _shown(width=200)
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", shown)
    assert "\N{REPLACEMENT CHARACTER}" in shown


def test_colours_say_nothing_that_signs_do_not(monkeypatch):
    """With colours, without, and on a terminal that refuses them, the words are the same."""
    bare = _shown(width=90)
    monkeypatch.setenv("NO_COLOR", "1")
    refused = _shown(width=90, force_terminal=True)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", refused)
    assert re.sub(r"\x1b\[[0-9;]*m", "", refused) == bare
    assert "[−C1 The" in bare
    assert "[~H1 may be]" in bare
    assert "removed 1, moved 1" in bare


def test_prediction_and_annotation_stand_beside_each_other_where_there_is_room():
    """A wide terminal shows both texts in one row of columns, a narrow one below each other."""
    wide, narrow = _shown(width=200).splitlines(), _shown(width=80).splitlines()
    assert any("predicted by m" in line and "annotated by" in line for line in wide)
    assert not any("predicted by m" in line and "annotated by" in line for line in narrow)


def test_an_inferred_link_has_an_arrow_of_its_own():
    """A dashed one, in the text and in the table, which says where the link comes from."""
    text = "It rains, they said."
    claim = Span(id="c", start=0, end=8, label="Claim")
    source = Span(id="s", start=10, end=19, label="Source")
    link = Link(head_id="c", tail_id="s", label="attributed_to", inferred=True)
    comparison = _comparison(text, (), (claim, source), [link])
    assert "[+C1⇢+S1 It rains]" in marked_text(text, marks_after(comparison)).plain
    (change,) = comparison.links
    assert change.described() == "link inferred from the spans"


def test_a_reviewers_decision_is_called_one():
    """It is no further annotator's work, and of what the reviewer saw nothing is said."""
    shown = _shown("review-0123456789ab", width=90)
    assert "decided in a review by annotator-1" in shown
    assert "saw no predictions" not in shown
    assert "annotated by annotator-1 (saw no predictions)" in _shown(width=90)
