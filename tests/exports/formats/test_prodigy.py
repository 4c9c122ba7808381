import json
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.errors import InputError
from annotate.exports.formats.prodigy import prodigy_lines, read_prodigy
from annotate.jsonl import ArticleLine
from annotate.records import Article, Span

TASK = {
    "text": "Vahl said the quay may close.",
    "_input_hash": -1,
    "tokens": [],
    "spans": [
        {"start": 0, "end": 9, "label": "Source", "token_start": 0, "token_end": 1, "id": 7},
        {"start": 10, "end": 28, "label": "Claim", "score": 2.5},
    ],
    "relations": [
        {
            "head": 5,
            "child": 1,
            "label": "attributed_to",
            "head_span": {"start": 10, "end": 28, "label": "Claim"},
            "child_span": {"start": 0, "end": 9, "label": "Source"},
        }
    ],
    "answer": "accept",
}


def _tokens(text):
    return [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]


def _file(tmp_path, *tasks):
    path = tmp_path / "p.jsonl"
    path.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    return path


@given(marked_articles())
def test_what_is_written_is_read(marked):
    """Article, spans, attributes, links and annotator go round whole; tokens cover the spans."""
    article, spans, links = marked
    line = ArticleLine(article=article, spans=spans, links=links, labels=("Claim", "Source"))
    (text,), losses = prodigy_lines([("p", line)], tokenise=_tokens)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "p.jsonl"
        path.write_text(text + "\n", encoding="utf-8")
        reading = read_prodigy(path)
    ((place, again),) = reading.items
    assert (place.by, again, reading.losses) == ("p", line, ())
    task = json.loads(text)
    fitting = 0
    for span in task["spans"]:
        if task["tokens"]:
            start = task["tokens"][span["token_start"]]["start"]
            end = task["tokens"][span["token_end"]]["end"]
            fitting += (start, end) == (span["start"], span["end"])
    assert len(losses) == len(spans) - fitting


def test_a_task_of_prodigys_own_is_read(tmp_path):
    """Spans and relations are found by place and label; the article is known by its text."""
    ((place, line),) = read_prodigy(_file(tmp_path, TASK)).items
    assert place.by is None
    assert line.article.article_id.startswith("text-")
    assert [(s.id, s.start, s.end, s.label) for s in line.spans] == [
        ("s0", 0, 9, "Source"),
        ("s1", 10, 28, "Claim"),
    ]
    (link,) = line.links
    assert (link.head_id, link.tail_id, link.label) == ("s1", "s0", "attributed_to")
    assert (line.labels, line.scores) == (None, {})
    told = TASK | {"meta": {"id": 12, "title": "Quay"}, "_annotator_id": "ines"}
    ((place, line),) = read_prodigy(_file(tmp_path, told)).items
    assert (line.article.article_id, line.article.title, place.by) == ("12", "Quay", "ines")


def test_what_is_no_annotation_is_counted(tmp_path):
    """Rejected, ignored and repeated tasks, loose relations and options of the text are losses."""
    loose = {"label": "near", "head_span": {"start": 0, "end": 4}, "child_span": None}
    reading = read_prodigy(
        _file(
            tmp_path,
            TASK | {"answer": "reject"},
            TASK | {"answer": "ignore"},
            TASK,
            TASK | {"spans": [], "relations": [loose, 3], "accept": ["POLITICS"]},
        )
    )
    ((place, line),) = reading.items
    assert (place.line, line.spans) == (4, ())
    kinds = [loss.what for loss in reading.losses]
    assert kinds == ["rejected", "ignored", "link", "link", "choice", "repeated"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": ""}, "has no text"),
        ({"text": "a\0"}, r"U\+0000"),
        ({"text": None, "image": "x.png"}, "only tasks with text"),
        ({"text": "Short."}, "ends at 9, the text at 6"),
        ({"spans": 3}, "expected a list 'spans'"),
        ({"spans": [{"start": 0}]}, "expected an integer 'end'"),
        ({"spans": [3]}, "expected an object"),
    ],
)
def test_a_task_that_cannot_be_is_named(tmp_path, change, said):
    """Bad texts and offsets are errors with file and line."""
    with pytest.raises(InputError, match=rf"p\.jsonl:2: .*{said}"):
        read_prodigy(_file(tmp_path, TASK, TASK | change))


def test_a_text_without_tokens_is_written():
    """Where the tokenizer finds nothing every span is reported, and written all the same."""
    article = Article(article_id="a", text=" … ")
    line = ArticleLine(article=article, spans=(Span(id="1", start=0, end=2, label="Claim"),))
    (text,), losses = prodigy_lines([(None, line)], tokenise=lambda _: [])
    assert json.loads(text)["spans"][0]["token_start"] == 0
    assert [loss.what for loss in losses] == ["unaligned"]
