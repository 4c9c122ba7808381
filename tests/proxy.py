"""A proxy between client and server that fails as networks and servers do."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

FAULTS = (
    "drop before",
    "drop after",
    "truncate",
    "500 before",
    "500 after",
    "502 before",
    "502 after",
    "429 before",
    "slow",
)
"""*after*: the server has done what was asked, and the client does not learn it."""

_SLOW_SECONDS = 0.3
_HOP = {"transfer-encoding", "connection", "content-length", "content-encoding", "host"}


class FaultyProxy:
    """Forwards to `target`; `decide(method, path)` returns one of `FAULTS`, or `None`."""

    def __init__(self, target):
        self.target = target
        self.decide = lambda method, path: None
        self.clock_shift = timedelta(0)
        self.happened = []
        self._lock = threading.Lock()
        self._client = httpx.Client(timeout=60)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _handle(self):
                proxy.handle(self)

            do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._client.close()

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        path = request.path.partition("?")[0]
        with self._lock:
            fault = self.decide(request.command, path)
            if fault:
                self.happened.append((fault, request.command, path))
        if fault == "drop before":
            self._drop(request)
            return
        if fault and fault.endswith(" before"):
            self._answer(request, int(fault[:3]), b'{"detail": "the proxy says so"}', {})
            return
        try:
            answer = self._client.request(
                request.command,
                self.target + request.path,
                content=body,
                headers={k: v for k, v in request.headers.items() if k.lower() not in _HOP},
            )
        except httpx.HTTPError:
            self._drop(request)
            return
        if fault == "drop after":
            self._drop(request)
        elif fault and fault.endswith(" after"):
            self._answer(request, int(fault[:3]), b'{"detail": "the proxy says so"}', {})
        else:
            if fault == "slow":
                threading.Event().wait(_SLOW_SECONDS)
            headers = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP}
            if "date" in headers:
                date = parsedate_to_datetime(headers["date"]) + self.clock_shift
                headers["date"] = format_datetime(date, usegmt=True)
            half = fault == "truncate"
            self._answer(request, answer.status_code, answer.content, headers, half=half)

    @staticmethod
    def _drop(request):
        request.close_connection = True
        request.connection.close()

    def _answer(self, request, status, content, headers, *, half=False):
        try:
            request.send_response_only(status)
            for name, value in headers.items():
                request.send_header(name, value)
            request.send_header("content-length", str(len(content)))
            request.end_headers()
            request.wfile.write(content[: len(content) // 2] if half else content)
            request.wfile.flush()
        except OSError:  # the client has gone
            pass
        if half:
            self._drop(request)


@contextmanager
def faulty_proxy(target):
    """Run a proxy in front of `target` for the block."""
    proxy = FaultyProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
