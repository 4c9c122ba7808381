import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.errors import InputError
from annotate.exports.formats.base import write_directory
from annotate.exports.formats.brat import read_brat
from annotate.exports.formats.brat_files import brat_files
from annotate.exports.formats.mapping import BratLayout
from annotate.jsonl import ArticleLine
from annotate.records import Article, Link, Span


def _directory(tmp_path, text, *lines, name="a"):
    (tmp_path / f"{name}.txt").write_bytes(text.encode())
    ann = "".join(line.replace("|", "\t") + "\n" for line in lines)
    (tmp_path / f"{name}.ann").write_bytes(ann.encode())
    return tmp_path


def _marks(line):
    return [(s.start, s.end, s.label, dict(s.attributes)) for s in line.spans]


@given(marked_articles())
def test_what_is_written_is_read_or_reported(marked):
    """Spans, attributes and links come back; each that brat cannot hold is among the losses."""
    article, spans, links = marked
    files, losses = brat_files([(None, ArticleLine(article=article, spans=spans, links=links))])
    with tempfile.TemporaryDirectory() as directory:
        write_directory(Path(directory) / "out", files)
        reading = read_brat(Path(directory) / "out")
    ((_, line),) = reading.items
    kinds = [loss.what for loss in losses]
    if "text" in kinds:
        assert article.text.startswith("\ufeff")
        return
    assert line.article.text == article.text
    assert reading.losses == ()
    assert len(line.spans) == len(spans) - kinds.count("span")
    assert len(line.links) == len(links) - kinds.count("link")
    trimmed = kinds.count("span") + kinds.count("moved")
    same = [
        mark for mark in _marks(ArticleLine(article=article, spans=spans)) if mark in _marks(line)
    ]
    assert len(same) >= len(spans) - trimmed
    if not trimmed:
        assert _marks(line) == _marks(ArticleLine(article=article, spans=spans))
        order, again = [s.id for s in spans], [s.id for s in line.spans]
        assert {(again.index(x.head_id), again.index(x.tail_id), x.label) for x in line.links} == {
            (order.index(x.head_id), order.index(x.tail_id), x.label) for x in links
        }


def test_events_and_relations_are_links_and_parts_are_spans(tmp_path):
    """Roles lead from the trigger; every part of a discontiguous span is linked, and reported."""
    _directory(
        tmp_path,
        "The dam may, she said, leak.",
        "T1|Claim 0 11;23 27|The dam may leak",
        "T2|Source 13 21|she said",
        "T3|Hedge 8 11|may",
        "R1|attributed_to Arg1:T1 Arg2:T2",
        "E1|Hedge:T3 hedges:T1",
        "A1|source_type T2 unnamed",
        "A2|Sure R1",
        "#1|AnnotatorNotes T1|look",
    )
    reading = read_brat(tmp_path)
    ((_, line),) = reading.items
    assert {span.id: (span.start, span.end) for span in line.spans} == {
        "T1": (0, 11),
        "T1.2": (23, 27),
        "T2": (13, 21),
        "T3": (8, 11),
    }
    assert dict(line.spans[2].attributes) == {"source_type": ("unnamed",)}
    assert {(link.head_id, link.tail_id, link.label) for link in line.links} == {
        ("T1", "T2", "attributed_to"),
        ("T1.2", "T2", "attributed_to"),
        ("T3", "T1", "hedges"),
        ("T3", "T1.2", "hedges"),
    }
    assert sorted(loss.what for loss in reading.losses) == ["attribute", "discontiguous", "note"]


def test_a_span_over_a_line_end_is_one_span_unless_said(tmp_path):
    """Fragments with a line's end between are one, unless the corpus means two."""
    _directory(tmp_path, "One\r\ntwo.", "T1|Claim 0 3;5 8|One two")
    ((_, line),) = read_brat(tmp_path).items
    assert _marks(line) == [(0, 7, "Claim", {})]
    ((_, line),) = read_brat(tmp_path, BratLayout(join_lines=False)).items
    assert _marks(line) == [(0, 3, "Claim", {}), (4, 7, "Claim", {})]


def test_a_link_of_a_span_to_itself_is_reported(tmp_path):
    """Our links join two spans."""
    _directory(tmp_path, "One.", "T1|Claim 0 3|One", "R1|near Arg1:T1 Arg2:T1")
    reading = read_brat(tmp_path)
    assert reading.items[0][1].links == ()
    assert [loss.what for loss in reading.losses] == ["link"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", r"a\.txt: article 'a' has no text"), ("x\0y", r"a\.txt: .*U\+0000 at character 1")],
)
def test_a_text_that_is_no_article_is_named(tmp_path, text, said):
    """Empty texts and U+0000 are refused with the file."""
    with pytest.raises(InputError, match=said):
        read_brat(_directory(tmp_path, text))


def test_files_without_their_partner_are_named(tmp_path):
    """A missing text is an error, a text without annotations is counted, no file at all an error."""
    with pytest.raises(InputError, match=r"no \.ann file"):
        read_brat(tmp_path)
    _directory(tmp_path, "One.")
    (tmp_path / "b.txt").write_text("Two.")
    reading = read_brat(tmp_path)
    assert [(loss.article_id, loss.what) for loss in reading.losses] == [("b", "article")]
    with pytest.raises(InputError, match=r"a\.ann: the name does not fit"):
        read_brat(tmp_path, BratLayout(name="x(?P<article>.+)"))
    with pytest.raises(InputError, match="no regular expression"):
        read_brat(tmp_path, BratLayout(name="("))
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputError, match=r"a\.ann: its text, .*a\.txt, is missing"):
        read_brat(tmp_path)


def test_names_are_slugged_and_unique():
    """File names are safe and differ, whatever the case; what brat has no room for is reported."""
    lines = [
        ArticleLine(article=Article(article_id=article_id, text="One.", url="u"))
        for article_id in ("https://x/A b", "https://x/a-B", "%")
    ]
    files, losses = brat_files([("p", line) for line in lines])
    assert [name for name, _ in files] == [
        "https-x-A-b.txt",
        "https-x-A-b.ann",
        "https-x-a-B-2.txt",
        "https-x-a-B-2.ann",
        "article.txt",
        "article.ann",
        "annotation.conf",
    ]
    assert losses[0].detail == "article_id, url, annotator (written as https-x-A-b)"


def test_names_and_values_that_brat_cannot_hold_are_changed_and_reported():
    """Labels with spaces, empty attributes and line ends at the edge are told one by one."""
    article = Article(article_id="a", text="One\n\ntwo.")
    spans = (
        Span(id="1", start=0, end=4, label="Big claim", attributes={"x": (), "y": ("a\tb",)}),
        Span(id="2", start=3, end=5, label="Claim"),
    )
    links = (Link(head_id="1", tail_id="2", label="near"),)
    files, losses = brat_files([(None, ArticleLine(article=article, spans=spans, links=links))])
    assert dict(files)["a.ann"] == "T1\tBig_claim 0 3\tOne\nA1\ty T1 a b\n"
    assert [loss.what for loss in losses] == [
        "moved",
        "name",
        "attribute",
        "attribute",
        "span",
        "link",
    ]
    assert "Big_claim" in dict(files)["annotation.conf"]
