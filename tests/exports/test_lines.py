import json
from dataclasses import replace

import pytest
from export_lines import export_line
from hypothesis import given
from hypothesis import strategies as st
from strategies import ANYTHING

from annotate.errors import RecordError
from annotate.exports.lines import Tombstone, line_from_json, line_to_json
from annotate.jsonl import dumps
from annotate.records import Span

LINE = export_line("a", tasks=(3,), skipped=1)


def _reaching(end):
    (annotation,) = LINE.annotations
    return replace(annotation, spans=(Span(id="s", start=3, end=end, label="Hedge"),))


FIELDS = ("group", "split", "blind", "corpus", "tasks", "skipped", "annotations")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"split": "learn"}, "the split is 'learn'"),
        ({"group": " "}, "the group is ' '"),
        ({"skipped": -1}, "skipped is -1"),
        ({"tasks": (1, "2")}, "a task has the id '2'"),
        ({"tasks": (True,)}, "a task has the id True"),
        ({"blind": 1}, "blind is 1"),
        ({"corpus": ""}, "the corpus is ''"),
        ({"annotations": LINE.annotations * 2}, "two annotations have the id '1'"),
        ({"annotations": export_line("b").annotations}, "belongs to another article"),
        ({"annotations": export_line("a", "Snow may.").annotations}, "belong to another text"),
        ({"annotations": (_reaching(99),)}, "ends at 99"),
    ],
)
def test_a_line_that_cannot_be_is_never_made(changes, said):
    """Work of other articles and texts, unknown splits, and numbers that count nothing."""
    with pytest.raises(RecordError, match=f"^a: .*{said}"):
        replace(LINE, **changes)


@given(name=st.sampled_from(FIELDS), value=ANYTHING)
def test_a_line_that_was_made_can_be_written_and_read(name, value):
    """Whatever stands in a field of a part: it is refused, or the line comes back as it is."""
    try:
        line = line_from_json(line_to_json(LINE) | {name: value})
    except RecordError:
        return
    assert line_from_json(json.loads(dumps(line_to_json(line)))) == line


@given(name=st.sampled_from(["labels", "extra", "spans", "links"]), value=ANYTHING)
def test_an_annotation_that_was_read_can_be_written_and_read(name, value):
    """The same for what stands in an annotation."""
    said = line_to_json(LINE)
    said["annotations"][0][name] = value
    try:
        line = line_from_json(said)
    except RecordError:
        return
    assert line_from_json(line_to_json(line)) == line


@pytest.mark.parametrize("key", [("", "0" * 64), ("a", "0" * 63), ("a", "x"), ("a\0", "0" * 64)])
def test_a_removal_names_an_article_and_a_text(key):
    """A removal that could remove nothing is refused."""
    with pytest.raises(RecordError, match="names no"):
        Tombstone(key)
    with pytest.raises(RecordError):
        line_from_json({"article_id": key[0], "text_sha256": key[1], "removed": True})
