import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.errors import InputError
from annotate.exports.formats.doccano import doccano_lines, read_doccano
from annotate.jsonl import ArticleLine

TEXT = "Vahl said the quay may close."


def _file(tmp_path, *values):
    path = tmp_path / "d.jsonl"
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return path


@given(marked_articles())
def test_what_is_written_is_read(marked):
    """Spans and links go round whole; what is lost is what was told."""
    article, spans, links = marked
    line = ArticleLine(article=article, spans=spans, links=links)
    (text,), losses = doccano_lines([(None, line)])
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "d.jsonl"
        path.write_text(text + "\n", encoding="utf-8")
        ((_, again),) = read_doccano(path).items
    places = [(s.start, s.end, s.label) for s in spans]
    assert [(s.start, s.end, s.label) for s in again.spans] == places
    ends = {s.id: place for s, place in zip(again.spans, places, strict=True)}
    here = {s.id: place for s, place in zip(spans, places, strict=True)}
    assert {(ends[k.head_id], ends[k.tail_id], k.label) for k in again.links} == {
        (here[k.head_id], here[k.tail_id], k.label) for k in links
    }
    assert replace(again.article, meta={}) == replace(article, meta={})
    attributes = sum(len(span.attributes) for span in spans)
    assert sum(loss.what == "attribute" for loss in losses) == attributes


def test_exports_of_doccano_are_read(tmp_path):
    """Labels as lists, or entities with relations; comments and labels of a text are told."""
    plain = {"id": 3, "text": TEXT, "label": [[0, 9, "Source"]], "Comments": ["really?"]}
    whole = {
        "id": 4,
        "text": TEXT + " Soon.",
        "entities": [
            {"id": 7, "label": "Source", "start_offset": 0, "end_offset": 9},
            {"id": 9, "label": "Claim", "start_offset": 10, "end_offset": 28},
        ],
        "relations": [
            {"id": 1, "from_id": 9, "to_id": 7, "type": "attributed_to"},
            {"id": 2, "from_id": 9, "to_id": 70, "type": "attributed_to"},
        ],
    }
    classified = {"text": "Third.", "label": ["sport"]}
    reading = read_doccano(_file(tmp_path, plain, whole, classified, plain))
    second, third, first = (line for _, line in reading.items)
    assert first.article.article_id.startswith("text-")
    assert [(s.start, s.end, s.label) for s in first.spans] == [(0, 9, "Source")]
    assert [link.label for link in second.links] == ["attributed_to"]
    assert third.spans == ()
    assert sorted(loss.what for loss in reading.losses) == [
        "choice", "comment", "comment", "link", "repeated",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"label": []}, "expected a string 'text'"),
        ({"text": TEXT, "cats": 1}, "expected 'entities' or 'label', found cats, text"),
        ({"text": TEXT, "label": [[0, "x"]]}, "expected \\[start, end, label\\]"),
        ({"text": TEXT, "label": [[0, 99, "Source"]]}, "99"),
        ({"text": TEXT, "label": 3}, "to be a list"),
    ],
)
def test_a_broken_line_is_named(tmp_path, value, message):
    """The error has file, line and what was expected."""
    with pytest.raises(InputError, match=message) as caught:
        read_doccano(_file(tmp_path, value))
    assert caught.value.line == 1
