import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.errors import BackendRequestError
from annotate.records import Article, text_hash
from annotate.studio.backend_requests import (
    MAX_CHARACTERS,
    TURN_ARTICLES,
    TURN_CHARACTERS,
    AskedTask,
    Refusal,
    TaskAnswer,
    check_config,
    read_object,
    read_tasks,
    refusal_of_all,
    turns,
)
from annotate.workflow.state.init import label_config_template

CONFIG = label_config_template("claims.xml")
SCALARS = st.none() | st.integers() | st.text(max_size=5)
TASKS = st.lists(
    SCALARS
    | st.dictionaries(
        st.sampled_from(["id", "data"]),
        SCALARS | st.dictionaries(st.sampled_from(["text", "split", "url"]), SCALARS),
    ),
    max_size=4,
)


def _body(*tasks, config=CONFIG):
    return json.dumps({"tasks": list(tasks), "label_config": config}).encode()


def _task(data, task_id=7):
    return {"id": task_id, "data": data}


@given(tasks=SCALARS | TASKS)
def test_whatever_is_asked_is_answered_or_refused(tasks, scheme):
    """Any list of tasks is read, task by task; anything else is refused."""
    body = json.dumps({"tasks": tasks, "label_config": CONFIG}).encode()
    if isinstance(tasks, list):
        assert len(read_tasks(body, scheme)) == len(tasks)
    else:
        with pytest.raises(BackendRequestError, match="no list of tasks"):
            read_tasks(body, scheme)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'"' + b"x" * 9,
        b"[" * 100_000,
        b'{"tasks": ' + b"1" * 5000 + b"}",
    ],
)
def test_nonsense_is_refused_without_quoting_it(body):
    """What is no JSON object is a 400 whose sentence holds nothing of the body."""
    with pytest.raises(BackendRequestError) as caught:
        read_object(body)
    assert caught.value.status == 400
    assert "xxx" not in caught.value.message


@pytest.mark.parametrize(
    ("config", "status"),
    [
        (None, 422),
        (" ", 422),
        ("<View>", 422),
        (CONFIG.replace('value="attributed_to"', 'value="says"'), 409),
        (CONFIG.replace("$text", "$body"), 409),
    ],
)
def test_another_labelling_config_is_refused(scheme, config, status):
    """A config that is broken or cannot hold what ours makes is told so."""
    with pytest.raises(BackendRequestError) as caught:
        check_config(config, scheme)
    assert caught.value.status == status


def test_a_wider_config_will_do(scheme):
    """A project may have more labels than the workspace."""
    wider = CONFIG.replace('<Label value="Hedge"', '<Label value="Aside"/><Label value="Hedge"')
    assert "Aside" in check_config(wider, scheme).span_labels


def test_a_task_of_ours_says_its_split_itself(scheme):
    """The split counts for the text it was given to; test counts for any."""
    ours = {"text": "New.", "article_id": "a", "text_sha256": text_hash("New."), "split": "dev"}
    changed = {**ours, "text": "Newer."}
    blind = {**changed, "split": "test"}
    bare = {"text": "New.", "split": "test"}
    found = read_tasks(_body(*map(_task, (ours, changed, blind, bare))), scheme)
    assert [task.split for task in found] == ["dev", None, "test", None]
    assert [task.article.article_id for task in found[:3]] == ["a", "a", "a"]


def test_a_bare_task_is_named_by_its_url_or_its_text(scheme):
    """Its id in the workspace would be its URL; without one the text itself is the identity."""
    url, bare = read_tasks(
        _body(_task({"text": "New.", "url": "https://a.example/1"}), _task({"text": "New."})),
        scheme,
    )
    assert url.article.article_id == "https://a.example/1"
    assert bare.article.article_id == f"text:{text_hash('New.')}"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (None, 422),
        ({}, 422),
        ({"text": 3}, 422),
        ({"text": " \n"}, 422),
        ({"text": "a\0b"}, 422),
        ({"text": "a", "url": "https://a.example/\0"}, 422),
        ({"text": "x" * (MAX_CHARACTERS + 1)}, 413),
    ],
)
def test_a_task_that_cannot_be_predicted_costs_the_others_nothing(scheme, data, status):
    """It is refused among the others; a request of nothing else is refused as a whole."""
    mixed = read_tasks(_body(_task(data), _task({"text": "It may rain."})), scheme)
    assert isinstance(mixed[0], Refusal)
    assert isinstance(mixed[1], AskedTask)
    assert refusal_of_all(mixed) is None
    refused = refusal_of_all(read_tasks(_body(_task(data), _task(data)), scheme))
    assert refused.status == status
    assert refused.message.startswith("task 7: ")


def test_nothing_leaves_no_trace():
    """A blind task's entry is an empty list: Label Studio then keeps no prediction."""
    assert TaskAnswer(outcome="blind").to_json() == []
    prediction = {"result": []}
    assert TaskAnswer(outcome="predicted", prediction=prediction).to_json() is prediction


@given(sizes=st.lists(st.integers(1, TURN_CHARACTERS * 2) | st.integers(1, 9), max_size=60))
def test_turns_keep_every_task_in_order(sizes):
    """Turns are a partition in order; none is empty, and only a single text may be too long."""
    tasks = [
        AskedTask(task_id=str(n), article=Article(article_id="a", text="x" * size))
        for n, size in enumerate(sizes)
    ]
    found = turns(tasks)
    assert [task for turn in found for task in turn] == tasks
    for turn in found:
        assert 1 <= len(turn) <= TURN_ARTICLES
        assert len(turn) == 1 or sum(len(t.article.text) for t in turn) <= TURN_CHARACTERS
