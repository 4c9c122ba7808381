"""Whatever httpx, the SDK or a server that is none can do, it comes out as an error of ours."""

import inspect
import json

import httpx
import jwt
import label_studio_sdk.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_studio_sdk.core.api_error import ApiError

from annotate.errors import AnnotateError, StudioAuthError, StudioError, StudioNotSentError
from annotate.labels import parse_label_config
from annotate.studio.backends import list_backends, register_backend, set_webhook
from annotate.studio.client import StudioClient
from annotate.studio.outlines import task_outlines
from annotate.studio.project_tasks import ProjectTasks
from annotate.studio.views import set_tab
from annotate.workflow.state.init import label_config_template

TOKEN = "0123456789abcdef" * 2

HTTPX = sorted(
    (
        value
        for value in vars(httpx).values()
        if isinstance(value, type) and issubclass(value, Exception)
    ),
    key=lambda error: error.__name__,
)
SDK = sorted(
    {
        ApiError,
        *(getattr(label_studio_sdk.errors, name) for name in label_studio_sdk.errors.__all__),
    },
    key=lambda error: error.__name__,
)


def _client(answer, token=TOKEN):
    return StudioClient(
        "http://studio.example",
        token,
        transport=httpx.MockTransport(answer),
        sleep=lambda _: None,
    )


def _made(error):
    """Return an instance of an exception, whatever its constructor asks for."""
    if issubclass(error, ApiError):
        if "status_code" in inspect.signature(error).parameters:
            return error(status_code=418, body={"detail": "no"})
        return error(body={"detail": "no"})
    request = httpx.Request("GET", "http://studio.example")
    if error is httpx.HTTPStatusError:
        return error("x", request=request, response=httpx.Response(500, request=request))
    parameters = [
        p
        for p in inspect.signature(error).parameters.values()
        if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
    ]
    return error(*("x" for _ in parameters))


@pytest.mark.parametrize("error", [*HTTPX, *SDK], ids=lambda error: error.__name__)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_exception_of_httpx_and_the_sdk_is_mapped(error, method):
    """A new one that a later release brings fails here until somebody has mapped it."""

    def answer(_):
        raise _made(error)

    client = _client(answer)
    with pytest.raises(StudioError) as caught:
        client.request(method, "api/x", json={} if method == "POST" else None)
    assert caught.value.__suppress_context__  # nothing of the library's own message comes along
    client.close()


def _calls(client):
    """Return everything that is asked of a server."""
    scheme = parse_label_config(label_config_template("claims.xml"))
    tasks = ProjectTasks(client, 1, scheme)
    settings = {"url": "http://x", "user": "u", "password": "p", "seconds": 1.0}
    hook = {"url": "http://x", "token": "t", "actions": (), "active": True}
    return [
        client.untried_version,
        client.users,
        client.last_active,
        client.invite_link,
        client.projects,
        lambda: client.project(1),
        lambda: client.create_project("abc", "<View/>", None),
        lambda: client.import_tasks(1, [{"data": {}}]),
        lambda: client.import_predictions(1, [{"task": 1}]),
        lambda: client.task(1),
        lambda: client.annotate(1, []),
        lambda: client.delete_predictions(1, ["m"]),
        lambda: client.count_touched(1, before=client.clock),
        lambda: client.tasks_with_drafts(1),
        lambda: list(client.stamps(1)),
        lambda: list(tasks.all()),
        lambda: list(tasks.work([1])),
        lambda: list(task_outlines(client, 1)),
        lambda: set_tab(client, 1, "Queue", ordering="x"),
        lambda: list_backends(client, 1),
        lambda: register_backend(client, 1, backend_id=None, **settings),
        lambda: set_webhook(client, 1, **hook),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["results", "tasks", "total", "id", "count", "data", "email"]), inner
        )
    ),
    max_leaves=6,
)


@given(JSON)
def test_a_server_that_is_no_label_studio_gets_an_error_of_ours(answer):
    """Any JSON at all, wherever something else was expected: an answer, or one of our errors."""
    body = json.dumps(answer).encode()
    headers = {"date": "Thu, 02 May 2024 12:00:00 GMT"}
    client = _client(lambda _: httpx.Response(200, content=body, headers=headers))
    for call in _calls(client):
        try:
            call()
        except StudioError as error:
            assert TOKEN not in str(error)  # noqa: PT017 - an answer is as good as an error
    client.close()


@pytest.mark.parametrize("status", [302, 400, 401, 404, 418, 429, 500, 503])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"x"', b"{}", b"\xff", b"[" * 100_000])
def test_every_status_with_every_body_is_mapped(status, body):
    """What a proxy or another server says is an error of ours."""
    client = _client(lambda _: httpx.Response(status, content=body))
    with pytest.raises(StudioError):
        client.project(1)
    client.close()


@pytest.mark.parametrize(
    "url",
    ["", "x", "studio", "http://", "http://[::1", "http://x:port", "ftp://x", "http://a b", "//x",
     "http://ex ample", "http://x:99999999", "http://\x00"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_at_once(url):
    """Nothing is sent; the error says what an address looks like."""
    with pytest.raises(StudioError, match="no address of a server|cannot be reached|no address"):
        StudioClient(url, TOKEN, sleep=lambda _: None).project(1)


@pytest.mark.parametrize("token", ["", " ", "a b\n", f"{TOKEN}\n", f" {TOKEN}", "tökén", "a\0b"])
def test_a_token_that_http_cannot_carry_is_refused_unseen(token):
    """It is not sent, and not a character of it is printed."""
    with pytest.raises(StudioAuthError) as caught:
        StudioClient("http://studio.example", token)
    assert token.strip() == "" or token.strip() not in str(caught.value)


def test_an_expired_or_endless_personal_token_is_an_error_of_authentication():
    """The SDK looks into such a token before anything is sent."""
    for claims in ({"exp": 1, "token_type": "refresh"}, {"token_type": "refresh"}):
        token = jwt.encode(claims, "k" * 32)
        with pytest.raises(StudioAuthError) as caught:
            StudioClient("http://studio.example", token)
        assert token not in str(caught.value)


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")  # the SDK's
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"access": 3}', b'{"access": null}']
)
@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_personal_token_against_another_server_is_told(status, body):
    """What comes instead of an access token is no answer of a Label Studio."""
    token = jwt.encode({"exp": 4_000_000_000, "token_type": "refresh"}, "k" * 32)
    client = _client(lambda _: httpx.Response(status, content=body), token)
    with pytest.raises(StudioError) as caught:
        client.users()
    assert token not in str(caught.value)
    client.close()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "nonsense://x", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch, proxy):
    """The environment is where to look."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(StudioError) as caught:
        StudioClient("http://studio.example", TOKEN)
    assert "ALL_PROXY" in caught.value.hint


@pytest.mark.parametrize("value", [{"x": object()}, {"x": float("nan")}, {"x": {1, 2}}])
def test_what_is_no_json_is_not_sent(value):
    """Nothing arrives, and the caller knows that nothing did."""
    sent = []
    client = _client(lambda request: sent.append(request) or httpx.Response(200))
    with pytest.raises(StudioNotSentError):
        client.request("POST", "api/x", json=value)
    assert sent == []
    client.close()


def test_our_own_errors_pass_through():
    """An error that the reading of an answer raises on purpose stays what it is."""
    client = _client(lambda _: httpx.Response(200, content=b"{}"))

    def read(_):
        raise AnnotateError("on purpose")

    with pytest.raises(AnnotateError, match="on purpose"):
        client.request("GET", "api/x", read=read)
    client.close()
