import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import marked_articles

from annotate import jsonl
from annotate.errors import InputError, RecordError
from annotate.jsonl import (
    ArticleLine,
    article_line_from_json,
    article_line_to_json,
    dumps,
    read_article_lines,
    read_objects,
)
from annotate.records import Split

_FLAG = st.sampled_from([None, True, False])


@given(marked_articles(), st.sampled_from([None, *get_args(Split)]), _FLAG, _FLAG)
def test_article_lines_come_back_as_they_were(marked, split, blind, reference):
    """Writing a line and reading it gives the same record, whatever the text holds."""
    article, spans, links = marked
    line = ArticleLine(
        article=article,
        spans=spans,
        links=links,
        labels=("Claim",),
        scores={span.id: 0.25 for span in spans},
        model_version="m-1",
        split=split,
        blind=blind,
        reference=reference,
    )
    written = dumps(article_line_to_json(line))
    assert "\n" not in written
    assert article_line_from_json(json.loads(written)) == line


def test_a_link_says_only_that_it_was_inferred():
    """The key stands where it is true; anything but true and false is refused."""
    spans = [{"start": 0, "end": 2, "label": "Claim"}, {"start": 3, "end": 6, "label": "Hedge"}]
    links = [
        {"head": "s1", "tail": "s0", "label": "hedges", "inferred": True},
        {"head": "s0", "tail": "s1", "label": "hedges"},
    ]
    value = {"article_id": "a", "text": "It may rain.", "spans": spans, "links": links}
    line = article_line_from_json(value)
    assert [link.inferred for link in line.links] == [True, False]
    assert article_line_to_json(line)["links"] == links
    links[0]["inferred"] = "yes"
    with pytest.raises(RecordError, match="expected true or false as 'inferred', found a string"):
        article_line_from_json(value)


def test_link_ends_may_be_indices():
    """Head and tail are span ids, or indices where ids are absent."""
    line = article_line_from_json(
        {
            "article_id": "a",
            "text": "It may rain.",
            "spans": [
                {"start": 0, "end": 11, "label": "Claim"},
                {"start": 3, "end": 6, "label": "Hedge"},
            ],
            "links": [{"head": 1, "tail": 0, "label": "hedges"}],
        }
    )
    (link,) = line.links
    assert (link.head_id, link.tail_id) == (line.spans[1].id, line.spans[0].id)


GOOD = {"article_id": "a", "text": "It may rain."}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"text": "x"}, "'article_id'"),
        ({**GOOD, "annotations": []}, "a line of an export"),
        ({**GOOD, "text": 3}, "'text', found a number"),
        ({**GOOD, "text_sha256": "00"}, "the text was changed"),
        ({**GOOD, "labels": "Claim"}, "'labels'"),
        ({**GOOD, "spans": {"a": 1}}, "a list 'spans', found an object"),
        ({**GOOD, "spans": [{"start": "0", "end": 1, "label": "Claim"}]}, "span 0.*'start'"),
        ({**GOOD, "spans": [{"start": 0, "end": 99, "label": "Claim"}]}, "ends at 99"),
        ({**GOOD, "spans": [{"start": 4, "end": 2, "label": "Claim"}]}, "offsets"),
        ({**GOOD, "links": [{"head": 0, "tail": 1, "label": "x"}]}, "link 0.*no index"),
    ],
)
def test_bad_lines_say_what_was_expected(tmp_path, value, said):
    """A line that is not what it should be is refused with file, line and expectation."""
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(value) + "\n")
    with pytest.raises(InputError, match=rf"in\.jsonl:2: .*({said})"):
        list(read_article_lines(path))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": 1}\n{"a": \n', ":2: not JSON"),
        (b"[1]\n", ":1: expected an object, found a list"),
        (b'{"a": "\xff"}\n', ":1: not UTF-8"),
        (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}\n", ":1: nested too deeply"),
        (b'{"a": 1' + b"0" * 5000 + b"}\n", ":1: a number of more than 4,300 digits"),
    ],
)
def test_what_is_no_object_a_line_is_refused(tmp_path, content, said):
    """Broken JSON, other values, other encodings and deep nesting name file and line."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        list(read_objects(path))


def test_a_line_without_end_is_not_swallowed(tmp_path, monkeypatch):
    """A line over the limit is refused before it fills the memory."""
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 1024)
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"a":"' + b"x" * 2000 + b'"}\n')
    with pytest.raises(InputError, match=":1: the line is longer"):
        list(read_objects(path))


def test_a_missing_file_is_named(tmp_path):
    """A file that cannot be opened is an error with its path."""
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read"):
        list(read_objects(tmp_path / "none.jsonl"))


def test_predictions_never_pass_for_annotations():
    """A line with a model version is refused as somebody's annotation."""
    line = article_line_from_json({**GOOD, "model_version": "rules-1"})
    with pytest.raises(RecordError, match="nobody's annotations"):
        line.annotation(annotator="a", annotation_id="1", all_names=("Claim",))
    assert line.prediction().model_version == "rules-1"


def test_a_line_without_labels_knows_them_all():
    """Only where a line names its labels are the others unknown."""
    line = article_line_from_json(GOOD)
    everything = line.annotation(annotator="a", annotation_id="1", all_names=("Claim", "hedges"))
    assert everything.labels == ("Claim", "hedges")
    partial = article_line_from_json({**GOOD, "labels": ["Claim"]})
    assert partial.annotation(annotator="a", annotation_id="1", all_names=("x",)).labels == (
        "Claim",
    )
