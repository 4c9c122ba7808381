import tempfile
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from spacy.tokens import DocBin, SpanGroup
from strategies import marked_articles

from annotate.errors import InputError
from annotate.jsonl import ArticleLine
from annotate.pipeline.docbin import read_docbin, token_offsets, write_docbin
from annotate.records import Article, Span

pytestmark = pytest.mark.slow

NLP = spacy.blank("en")


def _bin(tmp_path, *docs):
    path = tmp_path / "d.spacy"
    DocBin(docs=docs, store_user_data=True).to_disk(path)
    return path


@settings(max_examples=30)
@given(marked_articles())
def test_what_is_written_is_read_or_reported(marked):
    """Article, annotator, spans, attributes and links come back, or an issue tells what moved."""
    article, spans, links = marked
    line = ArticleLine(article=article, spans=spans, links=links, labels=("Claim", "Hedge"))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "d.spacy"
        issues = write_docbin(path, [("p", line)])
        (read,) = read_docbin(path)
    assert (read.by, read.left, read.line.article) == ("p", (), article)
    assert read.line.labels == ("Claim", "Hedge")
    moved = {issue.span.id: (issue.start, issue.end) for issue in issues if issue.what == "moved"}
    lost = {issue.span.id for issue in issues if issue.what == "lost"}
    expected = [
        (s.id, *moved.get(s.id, (s.start, s.end)), s.label, dict(s.attributes))
        for s in spans
        if s.id not in lost
    ]
    assert [
        (s.id, s.start, s.end, s.label, dict(s.attributes)) for s in read.line.spans
    ] == expected
    assert set(read.line.links) == {x for x in links if not {x.head_id, x.tail_id} & lost}


def test_other_peoples_documents_are_read(tmp_path):
    """The group `sc`, else the only group, else the entities; the rest is reported."""
    docs = [NLP.make_doc("Vahl said so.") for _ in range(3)]
    docs[0].spans["other"] = [docs[0].char_span(0, 4, "Source")] * 2
    docs[1].set_ents([docs[1].char_span(0, 4, "PERSON")])
    docs[2].spans["sc"] = [docs[2].char_span(0, 9, "Source")]
    docs[2].spans["other"] = [docs[2].char_span(0, 4, "Claim")]
    docs[2].set_ents([docs[2].char_span(0, 4, "PERSON")])
    read = read_docbin(_bin(tmp_path, *docs))
    assert [[(s.start, s.end, s.label) for s in doc.line.spans] for doc in read] == [
        [(0, 4, "Source")],
        [(0, 4, "PERSON")],
        [(0, 9, "Source")],
    ]
    assert [[what for what, _ in doc.left] for doc in read] == [["span"], [], ["group", "entity"]]
    assert {doc.line.labels for doc in read} == {None}
    assert read[0].line.article.article_id.startswith("text-")


def test_what_is_no_docbin_is_named(tmp_path):
    """Other bytes, empty documents and several groups are errors with the file."""
    path = tmp_path / "d.spacy"
    for content in (b"", b"no bin", b"x\x9c\x03\x00\x00\x00\x00\x01"):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"d\.spacy: no DocBin"):
            read_docbin(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_docbin(tmp_path / "nosuch.spacy")
    with pytest.raises(InputError, match=r"d\.spacy: document 1: article .* has no text"):
        read_docbin(_bin(tmp_path, NLP.make_doc("")))
    doc = NLP.make_doc("Vahl said so.")
    doc.spans["sc"] = SpanGroup(
        doc, name="sc", spans=[doc.char_span(0, 4, "Claim")], attrs={"links": [[0, 7, "near"]]}
    )
    with pytest.raises(InputError, match="document 1 is damaged: list index"):
        read_docbin(_bin(tmp_path, doc))
    doc = NLP.make_doc("Vahl said so.")
    doc.spans["a"], doc.spans["b"] = [doc[0:1]], [doc[1:2]]
    with pytest.raises(InputError, match=r"document 1: .*several groups \(a, b\)"):
        read_docbin(_bin(tmp_path, doc))


def test_a_half_written_file_is_not_left(tmp_path):
    """A line that cannot be written leaves no file."""
    article = Article(article_id="a", text="One.")
    odd = Span(id="1", start=0, end=3, label="Claim", attributes={"x": (object(),)})
    line = ArticleLine(article=article, spans=(odd,))
    with pytest.raises(TypeError):
        write_docbin(tmp_path / "d.spacy", [(None, line)])
    assert list(tmp_path.iterdir()) == []


def test_tokens_are_told_by_their_offsets():
    """Offsets count code points."""
    assert token_offsets("𝔘 isn't") == [(0, 1), (2, 4), (4, 7)]
