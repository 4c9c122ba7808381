from pathlib import Path

import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.articles.marked import parse_marked, render_marked
from annotate.errors import ArticleError

HERE = Path("x.marked")


def test_marks_choices_and_links_are_read():
    """Letters stand for labels, a colon for a choice, an arrow for links."""
    text, spans, links = parse_marked(
        "{C1>S1 The quay is {H1>C1 reportedly} unsafe}, {S1:document a memo said}.", path=HERE
    )
    assert text == "The quay is reportedly unsafe, a memo said."
    assert [(s.id, s.label, text[s.start : s.end]) for s in spans] == [
        ("C1", "Claim", "The quay is reportedly unsafe"),
        ("H1", "Hedge", "reportedly"),
        ("S1", "Source", "a memo said"),
    ]
    assert spans[2].attributes == {"source_type": ("document",)}
    assert {(k.head_id, k.tail_id, k.label) for k in links} == {
        ("C1", "S1", "attributed_to"),
        ("H1", "C1", "hedges"),
    }


def test_marks_may_cross():
    """A closing brace that names its mark closes that one."""
    text, spans, _ = parse_marked("{S1 they saw {H1 signs{/S1} that} it", path=HERE)
    assert text == "they saw signs that it"
    assert [(text[s.start : s.end]) for s in spans] == ["they saw signs", "signs that"]


@given(marked_articles(max_spans=6))
def test_rendered_marks_are_read_back(marked):
    """Any text with any overlapping spans survives being written with inline marks."""
    article, spans, links = marked
    text, again, links_again = parse_marked(render_marked(article.text, spans, links), path=HERE)
    assert text == article.text
    key = {s.id: (s.start, s.end, s.label) for s in spans}
    key_again = {s.id: (s.start, s.end, s.label) for s in again}
    assert sorted(key.values()) == sorted(key_again.values())
    assert sorted((key[k.head_id], key[k.tail_id], k.label) for k in links) == sorted(
        (key_again[k.head_id], key_again[k.tail_id], k.label) for k in links_again
    )
    assert sorted(str(s.attributes) for s in spans) == sorted(str(s.attributes) for s in again)


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("a\n{X1 b}", ":2: mark X1: unknown label letter"),
        ("{C1 a} {C1 b}", "mark C1 stands twice"),
        ("{C1 a", "mark C1 is never closed"),
        ("a}", "closing brace without a mark"),
        ("{C1 }", "mark C1 is empty"),
        ("{oops}", "not a mark"),
        ("{C1>S9 a}", "links to S9, which does not exist"),
        ("{S1>C1 a} {C1 b}", "no link leads from S1 to C1"),
        ("{C1:named a}", "Claim takes no choice"),
        ("{C1 a{/H1}}", "closes a mark that is not open"),
    ],
)
def test_wrong_marks_are_refused_with_their_line(marked, said):
    """Every slip of a hand that edits marks is named with file and line."""
    with pytest.raises(ArticleError, match=said):
        parse_marked(marked, path=HERE)
