import asyncio
import json
import logging
from concurrent.futures import Future

import httpx
import pytest

from annotate.studio.backend import USERNAME, BackendSettings, create_app, webhook_token
from annotate.studio.backend_requests import TaskAnswer
from annotate.workflow.state.init import label_config_template

PASSWORD = "a pass phrase"
CONFIG = label_config_template("claims.xml")


class Answers:
    """Answers every turn at once, or never."""

    model_version = "rules-1"

    def __init__(self, *, never=False):
        self.never = never

    def submit(self, tasks):
        future = Future()
        if not self.never:
            prediction = {"result": [], "score": None, "model_version": self.model_version}
            outcomes = [
                TaskAnswer(outcome="predicted", prediction=prediction)
                if task.split is None
                else TaskAnswer(outcome="blind")
                for task in tasks
            ]
            future.set_result(outcomes)
        return future


def ask(scheme, *requests, answers=None, on_hint=None, auth=(USERNAME, PASSWORD), **settings):
    """Send requests at once to an application in this process and return the answers."""

    async def run():
        app = create_app(
            answers or Answers(),
            scheme,
            BackendSettings(password=PASSWORD, **settings),
            on_hint=on_hint,
        )
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://backend", auth=auth
        ) as client:
            return await asyncio.gather(*(client.request(**request) for request in requests))

    return asyncio.run(run())


def predict(*texts, **fields):
    tasks = [{"id": n, "data": {"text": text}} for n, text in enumerate(texts, start=1)]
    body = {"tasks": tasks, "label_config": CONFIG, **fields}
    return {"method": "POST", "url": "/predict", "json": body}


def test_the_protocol_is_spoken(scheme):
    """Health, set-up, versions and predictions have the fields that Label Studio reads."""
    setup = {"method": "POST", "url": "/setup", "json": {"schema": CONFIG, "access_token": "t"}}
    health, versions, ready, predicted = ask(
        scheme,
        {"method": "GET", "url": "/health"},
        {"method": "GET", "url": "/versions"},
        setup,
        predict("One.", "Two."),
    )
    assert health.json()["status"] == "UP"
    assert versions.json() == {"versions": ["rules-1"]}
    assert ready.json() == {"model_version": "rules-1"}
    assert [result["model_version"] for result in predicted.json()["results"]] == ["rules-1"] * 2


@pytest.mark.parametrize("path", ["/health", "/versions", "/setup", "/predict", "/webhook"])
@pytest.mark.parametrize("auth", [None, (USERNAME, "wrong"), ("else", PASSWORD), ("", "")])
def test_without_the_password_nothing_is_answered(scheme, path, auth):
    """Every route wants user and password, and says so."""
    method = "GET" if path in ("/health", "/versions") else "POST"
    (answer,) = ask(scheme, {"method": method, "url": path}, auth=auth)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Basic"


def test_hints_are_passed_on_and_nothing_else(scheme):
    """Human work wakes; what a sync does itself does not; the webhook's token opens no other door."""
    heard = []
    token = {"Authorization": f"Bearer {webhook_token(PASSWORD)}"}

    def hook(action):
        return {"method": "POST", "url": "/webhook", "json": {"action": action}, "headers": token}

    def on_hint(action):
        heard.append(action)
        return True

    actions = ("ANNOTATION_CREATED", "TASKS_CREATED", "START_TRAINING", None)
    answers = ask(
        scheme,
        *map(hook, actions),
        {**hook("x"), "url": "/setup"},
        auth=None,
        on_hint=on_hint,
    )
    assert heard == ["ANNOTATION_CREATED", "START_TRAINING"]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 422, 401]
    (unheard,) = ask(scheme, hook("ANNOTATION_CREATED"), auth=None)
    assert unheard.json() == {"sync": False}


def test_what_takes_too_long_is_told_so(scheme):
    """A prediction that does not come within the limit is a 504, not a connection left hanging."""
    (answer,) = ask(scheme, predict("One."), answers=Answers(never=True), seconds=0.01)
    assert answer.status_code == 504
    assert "fewer tasks" in answer.json()["error"]


def test_too_many_requests_are_turned_away(scheme):
    """What the queue cannot hold is a 503 at once; what it holds is answered."""
    answers = ask(
        scheme, *[predict("One.")] * 5, answers=Answers(never=True), seconds=0.05, max_requests=3
    )
    assert sorted(answer.status_code for answer in answers) == [503, 503, 504, 504, 504]


def test_a_body_is_bounded_whatever_it_says_of_itself(scheme):
    """A declared length and one that only shows while it is read are both refused with 413."""

    async def parts():
        yield b"x" * 60
        yield b"x" * 60

    declared, streamed = ask(
        scheme,
        {"method": "POST", "url": "/predict", "content": b"x" * 101},
        {"method": "POST", "url": "/predict", "content": parts()},
        max_body_bytes=100,
    )
    assert (declared.status_code, streamed.status_code) == (413, 413)


def test_who_sends_slowly_holds_nobody_up(scheme):
    """A body that does not come takes no place from others, and is refused when its time is up."""

    async def never():
        yield b"{"
        await asyncio.Event().wait()

    slow = {"method": "POST", "url": "/predict"}
    *answers, last = ask(
        scheme, *[{**slow, "content": never()} for _ in range(5)], predict("One."),
        max_requests=1, body_seconds=0.05,
    )  # fmt: skip
    assert [answer.status_code for answer in answers] == [408] * 5
    assert last.status_code == 200


def test_the_log_holds_neither_texts_nor_secrets(scheme, caplog):
    """Whatever goes wrong, texts, password and the server's token stay out of the log."""
    caplog.set_level(logging.DEBUG, logger="annotate.serve")
    setup = {"schema": "<View>", "access_token": "server-token"}
    ask(
        scheme,
        predict("The quay is unsafe.", "Bad\0quay."),
        predict("quay\0"),
        {"method": "POST", "url": "/setup", "json": setup},
        {"method": "POST", "url": "/predict", "content": b'{"quay'},
    )
    assert "2 tasks (1 predicted, 0 blind, 1 refused)" in caplog.text
    for secret in ("quay", "server-token", PASSWORD):
        assert secret not in caplog.text
    assert PASSWORD not in repr(BackendSettings(password=PASSWORD))


def test_answers_come_in_the_order_of_the_tasks(scheme):
    """Refused, blind and predicted tasks keep their places."""
    blind = {"text": "It may.", "article_id": "a", "text_sha256": "x", "split": "test"}
    request = predict("One.", "", "Two.")
    request["json"]["tasks"].insert(1, {"id": 9, "data": blind})
    (answer,) = ask(scheme, request)
    assert [type(result).__name__ for result in answer.json()["results"]] == [
        "dict", "list", "list", "dict",
    ]  # fmt: skip
    assert json.dumps(answer.json()["results"][1]) == "[]"
