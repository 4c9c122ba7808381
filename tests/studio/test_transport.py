import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from annotate.errors import StudioAnswerError, StudioError, StudioUnreachableError
from annotate.studio.transport import Transport


@pytest.fixture
def answers():
    """Serve a list of (status, body) in order, the last one for ever; yield it and the requests."""
    planned, asked = [], []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self):
            asked.append(self.command)
            self.rfile.read(int(self.headers.get("content-length") or 0))
            status, body = planned.pop(0) if len(planned) > 1 else planned[0]
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    transport = Transport(
        f"http://127.0.0.1:{server.server_port}", "secret-token", sleep=lambda _: None
    )
    yield planned, asked, transport
    transport.close()
    server.shutdown()
    thread.join()
    server.server_close()


GOOD = (200, json.dumps({"ok": True}).encode())


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("bad", [(500, b"{}"), (429, b"{}"), (200, b"<html>")])
def test_what_may_be_sent_again_is(answers, method, bad):
    """A request that changes nothing twice is tried again after a fault."""
    planned, asked, transport = answers
    planned += [bad, GOOD]
    assert transport.request(method, "x") == {"ok": True}
    assert asked == [method, method]


@pytest.mark.parametrize(
    ("bad", "error"),
    [((500, b"{}"), StudioUnreachableError), ((200, b"<html>"), StudioAnswerError)],
)
def test_a_post_is_sent_once(answers, bad, error):
    """Whether it arrived is not for the transport to guess."""
    planned, asked, transport = answers
    planned += [bad, GOOD]
    with pytest.raises(error) as caught:
        transport.request("POST", "x", json={"a": 1})
    assert asked == ["POST"]
    assert "secret-token" not in str(caught.value)


def test_a_refusal_is_not_repeated(answers):
    """A 400 stays one."""
    planned, asked, transport = answers
    planned.append((400, json.dumps({"detail": "no"}).encode()))
    with pytest.raises(StudioError, match=r"refused \(400\): no"):
        transport.request("GET", "x")
    assert asked == ["GET"]


def test_the_clock_is_the_servers(answers):
    """It is known from the first answer on."""
    planned, _, transport = answers
    planned.append(GOOD)
    with pytest.raises(StudioAnswerError, match="no Date"):
        _ = transport.clock
    transport.request("GET", "x")
    assert transport.clock.tzinfo is not None


def test_pauses_are_those_that_the_caller_makes():
    """Over another network, with another way to wait; each pause is twice as long as the last."""
    pauses = []
    network = httpx.MockTransport(
        lambda request: httpx.Response(500, json={"detail": str(request.url)})
    )
    transport = Transport("http://nowhere.test", "0" * 40, transport=network, sleep=pauses.append)
    with pytest.raises(StudioUnreachableError, match=r"http://nowhere\.test/x"):
        transport.request("GET", "x")
    transport.wait(7)
    assert pauses == [0.2, 0.4, 0.8, 7]
    transport.close()
