import json

import pytest
from hypothesis import given
from strategies import marked_articles

from annotate.errors import RecordError, SchemeMismatchError, StudioAnswerError
from annotate.labels import TASK_FIELDS, parse_label_config
from annotate.records import Article, Link, Prediction, Span
from annotate.studio.relations import MISFIT, NAMED, UNNAMED
from annotate.studio.restored import restored_task
from annotate.studio.results import (
    CARRIED,
    LEFTOVER,
    OVERLAPPING,
    is_ours,
    read_result,
    read_task,
)
from annotate.studio.tasks import build_prediction, new_task
from annotate.workflow.state.init import label_config_template

LATER = {"restored", "queue", "lane", "review"}  # written by other commands
ONLY = {"prelabelled"}  # of tasks that were pushed while there was no model
SCHEME = parse_label_config(label_config_template("claims.xml")).with_link_ends(
    {"attributed_to": ("Claim", "Source"), "hedges": ("Hedge", "Claim")}
)
ARTICLE = Article(
    article_id="a",
    text="Officials said 👩‍👩‍👧 it may close.",
    outlet="The Herald",
    published="2024-05-01",
)
SPANS = (
    Span(id="s", start=0, end=14, label="Source", attributes={"source_type": ("unnamed",)}),
    Span(id="c", start=15, end=33, label="Claim"),
    Span(id="h", start=24, end=27, label="Hedge"),
)
LINKS = (Link(head_id="c", tail_id="s", label="attributed_to"),)


def _prediction(spans=SPANS, links=LINKS, **changes):
    settings = {
        "article_id": ARTICLE.article_id,
        "text_sha256": ARTICLE.text_sha256,
        "spans": spans,
        "links": links,
        "scores": {span.id: 0.5 for span in spans},
        "model_version": "rules-1",
    }
    return Prediction(**(settings | changes))


def _on_server(task, annotations=(), predictions=True, draft_exists=False):
    """What the server answers for a task that was imported."""
    return {
        "id": 7,
        "data": json.loads(json.dumps(task["data"])),
        "updated_at": "2024-05-02T10:00:00.000000Z",
        "annotations": list(annotations),
        "predictions": [
            {"id": 31, **prediction}
            for prediction in (task.get("predictions", []) if predictions else [])
        ],
        "draft_exists": draft_exists,
    }


def _annotation(result, **changes):
    base = {"id": 11, "result": result, "completed_by": 1, "was_cancelled": False, "lead_time": 3.5}
    return base | changes


@given(marked_articles())
def test_what_is_pushed_and_submitted_unchanged_comes_back(marked):
    """Regions, choices, relations and ids go to the server's JSON and back without loss."""
    article, spans, links = marked
    prediction = Prediction(
        article_id=article.article_id,
        text_sha256=article.text_sha256,
        spans=spans,
        links=links,
        scores={span.id: 0.5 for span in spans},
        model_version="m",
    )
    task = new_task(article, prediction, SCHEME, group="g", split="train").payload
    result = task["predictions"][0]["result"]
    read = read_task(
        _on_server(task, [_annotation(result, parent_prediction=31)]), SCHEME, annotators={1: "p"}
    )
    (annotation,) = read.annotations
    assert read.article.text == article.text
    assert {s.id: s for s in annotation.spans} == {s.id: s for s in spans}
    assert set(annotation.links) == set(links)
    assert annotation.prediction_shown == "m"
    assert all(note.endswith(OVERLAPPING) for note in read.notes)  # some do, and stay
    for item in result:
        if item["type"] == "labels":
            value = item["value"]
            assert value["text"] == article.text[value["start"] : value["end"]]


def test_the_models_of_a_task_stand_in_the_order_of_their_predictions():
    """The newest is last, whatever the names and the order of the answer; each stands once."""
    task = _on_server(new_task(ARTICLE, None, SCHEME, group="g", split="train").payload)
    made = [(34, "rules-9"), (31, "spans-1"), (33, None), (32, "rules-9"), (35, "a")]
    task["predictions"] = [
        {"id": number, "model_version": version, "result": []} for number, version in made
    ]
    read = read_task(task, SCHEME, annotators={})
    assert read.models == ("spans-1", "rules-9", "a")


def test_a_task_says_what_annotators_and_we_need():
    """A task holds text, id, hash, group and split, and a line about where it comes from."""
    task = new_task(ARTICLE, None, SCHEME, group="g", split="test").payload
    assert "predictions" not in task
    assert task["data"]["byline"] == "The Herald · 2024-05-01"
    assert task["data"]["text_sha256"] == ARTICLE.text_sha256
    assert set(task["data"]) == TASK_FIELDS - LATER - ONLY | {"text"}
    assert is_ours({"data": task["data"]})
    assert not is_ours({"data": {"text": "foreign"}})


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"text_sha256": "0" * 64}, RecordError, "another text"),
        (
            {"spans": (Span(id="x", start=0, end=99, label="Claim"),), "links": (), "scores": {}},
            RecordError,
            "ends at 99",
        ),
        (
            {"spans": (Span(id="x", start=0, end=9, label="Cue"),), "links": (), "scores": {}},
            SchemeMismatchError,
            "label 'Cue'",
        ),
        (
            {
                "spans": (
                    Span(
                        id="x",
                        start=0,
                        end=9,
                        label="Claim",
                        attributes={"source_type": ("named",)},
                    ),
                ),
                "links": (),
                "scores": {},
            },
            SchemeMismatchError,
            "choice 'source_type' of a Claim",
        ),
        (
            {
                "spans": (
                    Span(
                        id="x",
                        start=0,
                        end=9,
                        label="Source",
                        attributes={"source_type": ("angel",)},
                    ),
                ),
                "links": (),
                "scores": {},
            },
            SchemeMismatchError,
            "option 'angel'",
        ),
        (
            {"links": (Link(head_id="c", tail_id="s", label="blames"),)},
            SchemeMismatchError,
            "relation 'blames'",
        ),
    ],
)
def test_no_wrong_prediction_leaves(changes, error, said):
    """What the server would accept and draw wrongly is refused before the push."""
    with pytest.raises(error, match=said):
        build_prediction(ARTICLE, _prediction(**changes), SCHEME)


def _result():
    return build_prediction(ARTICLE, _prediction(), SCHEME)["result"]


def test_a_relation_without_a_label_is_named_after_its_ends():
    """A relation that was drawn, not named, gets its label; one that fits nothing is carried."""
    result = _result()
    relation = next(item for item in result if item["type"] == "relation")
    relation["labels"] = []
    odd = {"type": "relation", "from_id": "s", "to_id": "h", "direction": "right"}
    spans, links, extra, notes = read_result([*result, odd], ARTICLE, SCHEME)
    assert links == LINKS
    assert extra == (odd,)
    assert notes == {NAMED: 1, CARRIED: 1, f"{ARTICLE.article_id}: Source → Hedge: {UNNAMED}": 1}
    assert len(spans) == 3


def test_a_relation_drawn_to_the_left_runs_the_other_way():
    """The direction of a relation decides which end is its head."""
    relation = {
        "type": "relation",
        "from_id": "s",
        "to_id": "c",
        "direction": "left",
        "labels": ["attributed_to"],
    }
    _, links, _, _ = read_result([*_result()[:4], relation], ARTICLE, SCHEME)
    assert links == LINKS


def test_the_choice_of_a_relabelled_region_is_dropped():
    """After Source → Claim the old source type stays in the JSON, hidden: it goes, and is counted."""
    result = _result()
    region = next(i for i in result if i["id"] == "s" and i["type"] == "labels")
    region["value"]["labels"] = ["Claim"]
    spans, _, extra, notes = read_result(result, ARTICLE, SCHEME)
    relabelled = next(span for span in spans if span.id == "s")
    assert (relabelled.label, relabelled.attributes) == ("Claim", {})
    misfit = f"{ARTICLE.article_id}: attributed_to, Claim → Claim: {MISFIT}"
    assert notes == {LEFTOVER: 1, misfit: 1}  # its link joins two claims now
    assert extra == ()


@pytest.mark.parametrize(
    "item",
    [
        {
            "id": "x",
            "type": "labels",
            "from_name": "label",
            "value": {"start": 0, "end": 999, "labels": ["Claim"]},
        },
        {
            "id": "x",
            "type": "labels",
            "from_name": "label",
            "value": {"start": "0", "end": 3, "labels": ["Claim"]},
        },
        {
            "id": "x",
            "type": "labels",
            "from_name": "label",
            "value": {"start": 0, "end": 3, "labels": ["Unheard"]},
        },
        {
            "id": "x",
            "type": "labels",
            "from_name": "other",
            "value": {"start": 0, "end": 3, "labels": ["Claim"]},
        },
        {"id": "x", "type": "textarea", "from_name": "note", "value": {"text": ["ask the editor"]}},
        {
            "id": "lost",
            "type": "choices",
            "from_name": "source_type",
            "value": {"choices": ["named"]},
        },
        {"type": "choices", "from_name": "whole_article", "value": {"choices": ["opinion"]}},
    ],
)
def test_what_the_records_cannot_hold_is_carried_along(item):
    """Nothing that an annotator enters is dropped: it is kept verbatim and counted."""
    spans, _, extra, notes = read_result([*_result(), item], ARTICLE, SCHEME)
    assert len(spans) == 3
    assert extra == (item,)
    assert notes[CARRIED] == 1


def test_the_text_of_a_region_is_not_trusted():
    """A region across a line break holds a wrong text; its offsets are right and count."""
    result = _result()
    result[0]["value"]["text"] = "Officials\\nsaid"
    spans, _, _, _ = read_result(result, ARTICLE, SCHEME)
    assert spans[0] == SPANS[0]


def test_skipped_tasks_and_drafts_are_no_annotations():
    """Skipping saves the predicted regions: they are counted, never taken for work."""
    task = new_task(ARTICLE, _prediction(), SCHEME, group="g", split="train").payload
    read = read_task(
        _on_server(task, [_annotation(_result(), was_cancelled=True)], draft_exists=True),
        SCHEME,
        annotators={},
    )
    assert (read.annotations, read.skipped, read.draft) == ((), 1, True)
    assert read.touched


def test_a_submitted_empty_annotation_is_one():
    """An article in which somebody found nothing is a real negative."""
    task = new_task(ARTICLE, None, SCHEME, group="g", split="test").payload
    read = read_task(
        _on_server(task, [_annotation([], completed_by={"id": 2, "email": "x"})]),
        SCHEME,
        annotators={2: "annotator-b"},
    )
    (annotation,) = read.annotations
    assert (annotation.spans, annotation.annotator) == ((), "annotator-b")
    assert annotation.labels == SCHEME.all_names
    assert annotation.prediction_shown is None


def test_a_text_that_changed_on_the_server_is_an_error():
    """The hash beside the text must be the text's."""
    task = new_task(ARTICLE, None, SCHEME, group="g", split="train").payload
    served = _on_server(task)
    served["data"]["text"] += "!"
    with pytest.raises(StudioAnswerError, match="task 7 .*the text was changed"):
        read_task(served, SCHEME, annotators={})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"split": "learn"}, "the split is 'learn'"),
        ({"split": 3}, "the split is 3"),
        ({"group": " "}, "the group is ' '"),
        ({"title": "a\0"}, "title holds U\\+0000"),
        ({"meta": {"a": ["\ud800"]}}, "meta.a\\[0\\] holds a lone surrogate"),
    ],
)
def test_a_task_whose_data_cannot_be_is_an_error(data, said):
    """What somebody made of a task's data on the server stops the reading, by its number."""
    served = _on_server(new_task(ARTICLE, None, SCHEME, group="g", split="train").payload)
    served["data"] |= data
    with pytest.raises(StudioAnswerError, match=f"task 7 is not as it was pushed: .*{said}"):
        read_task(served, SCHEME, annotators={})


@pytest.mark.parametrize("field", ["id", "updated_at"])
def test_a_task_without_a_name_or_a_date_is_an_error(field):
    """A field that the server promises and does not give is named."""
    served = _on_server(new_task(ARTICLE, None, SCHEME, group="g", split="train").payload)
    for broken in ({**served, field: None}, {k: v for k, v in served.items() if k != field}):
        with pytest.raises(StudioAnswerError, match="is not as it was pushed"):
            read_task(broken, SCHEME, annotators={})


def test_work_on_a_restored_task_never_has_a_former_ones_id():
    """A new server counts from one again: what it numbers like a former annotation stands apart."""
    task = new_task(ARTICLE, None, SCHEME, group="g", split="train").payload
    first = _on_server(task, [_annotation(_result(), id=12), _annotation([], id=5)])
    before = read_task(first, SCHEME, annotators={}).annotations
    restored = restored_task(
        ARTICLE, before, SCHEME, group="g", split="train", skipped=0, version="1", users={}
    ).payload
    work = [
        _annotation(made["result"], id=n, import_id=made["id"])
        for n, made in enumerate(restored["annotations"], start=1)
    ]
    again = read_task(_on_server(restored, work), SCHEME, annotators={})
    assert {a.annotation_id: a.spans for a in again.annotations} == {
        a.annotation_id: a.spans for a in before
    }
    later = [*work, _annotation([], id=12), _annotation([], id=13)]
    found = read_task(_on_server(restored, later), SCHEME, annotators={}).annotations
    assert {a.annotation_id for a in found} == {"12", "5", "13", "1000000000012"}
    assert next(a for a in found if a.annotation_id == "12").spans == SPANS
