"""Asking a server that misbehaves: what is asked again, what ends a run, and who sees the key."""

import socket
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from chat_server import KEY

from annotate.errors import PrelabellerError, PrelabellerReplyError
from annotate.prelabellers.client import MAX_WAIT

ASKED = [{"role": "user", "content": "The bridge may close."}]


def test_a_request_holds_what_the_settings_say(server, client):
    """Model, messages, temperature, limit and the form of the reply are sent; a seed if set."""
    form = {"type": "json_object"}
    answer = client(temperature=0.5, max_tokens=64, seed=3).ask(ASKED, form)
    (body,) = server.asked
    assert body == {
        "model": "tiny",
        "messages": ASKED,
        "temperature": 0.5,
        "max_tokens": 64,
        "seed": 3,
        "stream": False,
        "response_format": form,
    }
    assert '"Hedge"' in answer.content
    assert (answer.prompt_tokens, answer.reply_tokens) == (7, 3)


@pytest.mark.parametrize("fault", [500, 503, "drop", "nonsense", (429, {"Retry-After": "2"})])
def test_what_broke_is_asked_again(server, client, fault):
    """After two failures the third answer counts, and the server was given time between."""
    server.faults = [fault, fault]
    asks = client()
    assert asks.ask(ASKED, None).content
    assert (len(server.asked), asks.requests) == (3, 3)
    assert asks.waited == ([2.0, 2.0] if isinstance(fault, tuple) else [0.5, 1.0])


@pytest.mark.parametrize("fault", [500, "drop", "nonsense"])
def test_what_stays_broken_fails_one_paragraph(server, client, fault):
    """After the retries the request fails with the reason, as one that others need not share."""
    server.faults = [fault] * 9
    with pytest.raises(PrelabellerReplyError, match=r"127\.0\.0\.1:\d+"):
        client(retries=2).ask(ASKED, None)
    assert len(server.asked) == 3


@pytest.mark.parametrize("fault", ["hang", "trickle"])
def test_an_answer_that_does_not_come_ends_in_time(server, client, fault):
    """The time limit is one for the whole answer, and is told."""
    server.faults = [fault]
    with pytest.raises(PrelabellerReplyError, match=r"no answer within 0\.2 s"):
        client(timeout=0.2, retries=0).ask(ASKED, None)


def test_too_many_requests_end_the_run_where_the_wait_is_too_long(server, client):
    """A server that asks for more than a minute is not asked again; what it says is told."""
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1))
    for header in (str(int(MAX_WAIT) + 1), later):
        server.faults = [(429, {"Retry-After": header})]
        asks = client()
        with pytest.raises(PrelabellerError, match="429") as told:
            asks.ask(ASKED, None)
        assert not isinstance(told.value, PrelabellerReplyError)
        assert asks.waited == []
        assert "run the same command again" in told.value.hint


def test_a_date_to_come_back_at_is_understood(server, client):
    """Retry-After may be a date; one in the past means now, and nonsense means our own pace."""
    server.faults = [
        (429, {"Retry-After": "Mon, 01 Jan 2024 00:00:00 GMT"}),
        (429, {"Retry-After": "soon"}),
    ]
    asks = client()
    asks.ask(ASKED, None)
    assert asks.waited == [0.0, 1.0]


@pytest.mark.parametrize(("status", "hint"), [(401, "API_KEY"), (403, "API_KEY"), (404, "url")])
def test_what_every_request_would_meet_ends_the_run(server, client, status, hint):
    """A refused key and an unknown model are not asked again, and the next step is named."""
    server.faults = [status]
    with pytest.raises(PrelabellerError, match=str(status)) as told:
        client().ask(ASKED, None)
    assert not isinstance(told.value, PrelabellerReplyError)
    assert (len(server.asked), hint in told.value.hint) == (1, True)


def test_a_request_that_the_server_refuses_is_not_repeated(server, client):
    """A paragraph that is too long for the model, say, fails alone and at once."""
    server.faults = [400]
    with pytest.raises(PrelabellerReplyError, match="400"):
        client().ask(ASKED, None)
    assert len(server.asked) == 1


def test_nobody_is_sent_on_with_the_texts(server, client):
    """A redirect is an error: the address that was named is the one that is asked."""
    server.faults = [(307, {"Location": "http://192.0.2.1/v1/chat/completions"})]
    with pytest.raises(PrelabellerError, match="307"):
        client().ask(ASKED, None)
    assert len(server.asked) == 1


def test_a_server_that_is_down_is_named_with_the_next_step(client):
    """Nobody there: one error with host and what to do, after the retries."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        port = taken.getsockname()[1]
        asks = client(retries=1)
        url = f"http://127.0.0.1:{port}/v1"
        asks._settings = asks._settings.model_copy(update={"url": url})
        with pytest.raises(PrelabellerError, match=f"127.0.0.1:{port} does not answer") as told:
            asks.ask(ASKED, None)
    assert not isinstance(told.value, PrelabellerReplyError)
    assert "start the language model's server" in told.value.hint
    assert len(asks.waited) == 1


RAISED = [
    value
    for value in vars(httpx).values()
    if isinstance(value, type) and issubclass(value, (httpx.RequestError, httpx.InvalidURL))
]


@pytest.mark.parametrize("raised", RAISED, ids=lambda kind: kind.__name__)
def test_whatever_httpx_raises_is_an_error_of_ours(client, monkeypatch, raised):
    """Each is one sentence with the host, without the request that holds the key."""
    asks = client(KEY, retries=0)

    def post(_):
        raise raised(f"broken with {KEY}")

    monkeypatch.setattr(asks, "_post", post)
    with pytest.raises(PrelabellerError, match=r"127\.0\.0\.1") as told:
        asks.ask(ASKED, None)
    assert KEY not in "".join(traceback.format_exception(told.value))


def test_no_more_is_asked_than_allowed(server, client):
    """The bound counts every request that is sent, those asked again too."""
    server.faults = [500]
    asks = client(max_requests=2)
    asks.ask(ASKED, None)
    with pytest.raises(PrelabellerError, match="2 times"):
        asks.ask(ASKED, None)
    assert len(server.asked) == 2


@pytest.mark.parametrize("fault", [401, 400, 500, lambda _: f"my key is {KEY}"])
def test_the_key_is_sent_and_told_to_nobody(server, client, fault):
    """A server that repeats the key in its errors or replies does not bring it into ours."""
    server.faults = [fault]
    asks = client(KEY, retries=0)
    try:
        told = repr(asks.ask(ASKED, None))
    except PrelabellerError as error:
        told = "".join(traceback.format_exception(error)) + str(error.hint)
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert "127.0.0.1" in told or "(key)" in told
    assert KEY not in told


def test_the_proxy_of_the_environment_is_not_asked(server, client, monkeypatch):
    """Texts for this machine do not go through a proxy, whatever the environment names."""
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:9")
    assert client(retries=0).ask(ASKED, None).content
    assert len(server.asked) == 1
