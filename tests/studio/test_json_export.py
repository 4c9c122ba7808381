import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.errors import InputError
from annotate.records import Annotation, Article, Link, Span
from annotate.studio.json_export import json_export_task, read_json_export
from annotate.studio.results import is_ours

ALL = ("Claim", "Source", "Hedge", "source_type", "attributed_to", "hedges")
REGION = {"start": 0, "end": 4, "labels": ["Person"]}
THEIRS = {
    "id": 3,
    "data": {"body": "Vahl said so.", "url": "https://example.org/a"},
    "annotations": [
        {
            "id": 9,
            "completed_by": {"id": 2, "email": "ines@example.org"},
            "result": [
                {"id": "x", "type": "labels", "from_name": "ner", "value": REGION},
                {
                    "id": "y",
                    "type": "labels",
                    "from_name": "other",
                    "value": {"start": 5, "end": 9, "labels": ["Verb"]},
                },
                {
                    "id": "x",
                    "type": "choices",
                    "from_name": "kind",
                    "value": REGION | {"choices": ["real"]},
                },
                {"type": "relation", "from_id": "y", "to_id": "x", "labels": ["by"]},
                {"type": "relation", "from_id": "x", "to_id": "y"},
                {"id": "t", "type": "textarea", "from_name": "note", "value": {"text": ["hm"]}},
            ],
        },
        {"id": 10, "completed_by": 4, "result": [], "was_cancelled": True},
        {"id": 11, "completed_by": 4, "result": []},
    ],
    "predictions": [{"result": []}],
}


def _file(tmp_path, value):
    path = tmp_path / "ls.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def _annotation(article, spans=(), links=(), **more):
    return Annotation(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        **{"labels": ALL, "annotator": "p", "annotation_id": "1"} | more,
    )


@given(marked_articles())
def test_what_is_written_is_read(scheme, marked):
    """A task of ours goes round whole: article, spans, attributes, links and what is carried."""
    article, spans, links = marked
    extra = ({"id": "t", "type": "textarea", "from_name": "note", "value": {"text": ["hm"]}},)
    annotation = _annotation(article, spans, links, extra=extra)
    task, left = json_export_task(article, [annotation], scheme, group="g", split="dev")
    assert is_ours(task)
    assert left == [("annotator", "p")]
    with tempfile.TemporaryDirectory() as directory:
        (read,) = read_json_export(_file(Path(directory), [task]), scheme)
    ((by, _, line),) = read.annotations
    assert (by, read.article, line.labels) == (None, article, scheme.all_names)
    assert {span.id: span for span in line.spans} == {span.id: span for span in spans}
    assert set(line.links) == set(links)
    assert [what for what, _ in read.left] == ["unread"]


def test_an_inferred_link_is_written_as_any_other(scheme):
    """Label Studio has no place for where a link comes from."""
    article = Article(article_id="a", text="It rains, they said.")
    annotation = Annotation(
        article_id="a",
        text_sha256=article.text_sha256,
        spans=(
            Span(id="c", start=0, end=8, label="Claim"),
            Span(id="s", start=10, end=19, label="Source"),
        ),
        links=(Link(head_id="c", tail_id="s", label="attributed_to", inferred=True),),
        labels=ALL,
        annotator="annotator-1",
        annotation_id="1",
    )
    task, _ = json_export_task(article, [annotation], scheme, group="a", split="train")
    (relation,) = (i for i in task["annotations"][0]["result"] if i["type"] == "relation")
    assert relation["labels"] == ["attributed_to"]
    assert "inferred" not in relation


def test_another_projects_export_is_read(scheme, tmp_path):
    """Whatever the controls are called, their names come through; the rest is counted."""
    (read,) = read_json_export(_file(tmp_path, [THEIRS]), scheme, text_key="body")
    assert read.article.article_id == "https://example.org/a"
    (first, second) = read.annotations
    assert first[:2] == ("ines@example.org", "9")
    assert [(s.start, s.end, s.label, dict(s.attributes)) for s in first[2].spans] == [
        (0, 4, "Person", {"kind": ("real",)}),
        (5, 9, "Verb", {}),
    ]
    assert first[2].links == (Link(head_id="y", tail_id="x", label="by"),)
    assert (second[:2], second[2].spans) == (("4", "11"), ())
    assert [what for what, _ in read.left] == ["unread", "unread", "skipped", "predictions"]


def test_a_relation_without_a_label_is_named_after_its_ends_and_reported(scheme):
    """In a task of ours a link that was drawn bare gets the only kind that fits."""
    article = Article(article_id="a", text="One two.")
    spans = (
        Span(id="1", start=0, end=3, label="Claim"),
        Span(id="2", start=4, end=7, label="Source"),
    )
    links = (Link(head_id="1", tail_id="2", label="attributed_to"),)
    task, _ = json_export_task(
        article, [_annotation(article, spans, links)], scheme, group="g", split="dev"
    )
    del task["annotations"][0]["result"][-1]["labels"]
    with tempfile.TemporaryDirectory() as directory:
        (read,) = read_json_export(_file(Path(directory), [task]), scheme)
    assert read.annotations[0][2].links == links
    assert [what for what, _ in read.left] == ["named"]


def test_what_the_config_has_not_is_left_out_and_reported(scheme):
    """Unknown labels, choices and links do not reach a file that Label Studio must take."""
    article = Article(article_id="a", text="One two.")
    spans = (
        Span(id="1", start=0, end=3, label="Claim", attributes={"source_type": ("named",)}),
        Span(id="2", start=4, end=7, label="Opinion"),
    )
    links = (Link(head_id="1", tail_id="2", label="attributed_to"),)
    annotation = _annotation(
        article, spans, links, ground_truth=True, lead_time=2.5, labels=ALL[1:]
    )
    task, left = json_export_task(article, [annotation], scheme, group="g", split="dev")
    (written,) = task["annotations"]
    assert [item["type"] for item in written["result"]] == ["labels"]
    assert (written["ground_truth"], written["lead_time"]) == (True, 2.5)
    assert [what for what, _ in left] == ["attribute", "label", "link", "annotator", "labels"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("[\n{", r"ls\.json:2: not JSON"),
        ({"data": {}}, "expected a list of tasks"),
        ([{"data": {"text": "x"}, "label": []}], "expected a list of tasks"),
        ([{"data": {"body": "x"}, "annotations": []}], "task 1: .*no text under 'text'; .* body"),
        ([{"id": 5, "data": {"text": ""}, "annotations": []}], "task 5: .*has no text"),
        ([{"data": {"text": "a\0"}, "annotations": []}], r"task 1: .*U\+0000"),
        ([{"data": {"text": "a"}, "annotations": [{"id": 1}]}], "task 1 is not as Label Studio"),
        ([{"data": {"text": "a"}, "annotations": [3]}], "task 1 is not as Label Studio"),
    ],
)
def test_what_is_no_export_is_named(scheme, tmp_path, value, said):
    """A file that Label Studio did not write is refused, with the task."""
    with pytest.raises(InputError, match=said):
        list(read_json_export(_file(tmp_path, value), scheme))


def test_an_unreadable_file_is_named(scheme, tmp_path):
    """A missing file, other bytes and endless nesting are errors with the path."""
    path = tmp_path / "ls.json"
    with pytest.raises(InputError, match="cannot be read"):
        list(read_json_export(path, scheme))
    path.write_bytes(b'"\xe9"')
    with pytest.raises(InputError, match="not UTF-8 at byte 1"):
        list(read_json_export(path, scheme))
    path.write_text("[" * 100_000)
    with pytest.raises(InputError, match="nested too deeply"):
        list(read_json_export(path, scheme))
