"""A scripted server of the chat completions protocol on loopback, which misbehaves on request."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-very-secret-key"


class ChatServer:
    """What the server says and was asked; `faults` are used up one a request, before any answer.

    A fault is a status, a pair of status and headers, or one of `hang` (no answer at all), `drop`
    (the connection ends), `cut` (half of the reply), `trickle` (bytes, one by one), `nonsense` (no
    chat completion), or a callable that gives the reply's text.
    """

    def __init__(self):
        self.faults = []
        self.asked = []
        self.headers = []
        self.reply = keyword_reply
        self.usage = True
        self.ended = threading.Event()
        self.url = ""

    @property
    def paragraphs(self):
        """The paragraphs that were asked about, in order."""
        return [body["messages"][-1]["content"] for body in self.asked]


def keyword_reply(paragraph):
    """Mark hedges and sources by pattern, linked to nothing, as a model that follows the schema."""
    marks = []
    for label, pattern in (("Source", r"\w+ said\b"), ("Hedge", r"\bmay\b")):
        places = {}
        for found in re.finditer(pattern, paragraph):
            places[found[0]] = places.get(found[0], 0) + 1
            marks.append(mark(label, found[0], len(marks) + 1, occurrence=places[found[0]]))
    return json.dumps({"marks": marks}, ensure_ascii=False)


def mark(label, quote, number=1, *, occurrence=None, links=()):
    """Return a mark as the schema has it."""
    return {
        "id": number,
        "label": label,
        "quote": quote,
        "occurrence": occurrence,
        "choices": [],
        "links": [{"label": name, "to": to} for name, to in links],
    }


def marks(*entries):
    """Return a reply's text that holds these marks."""
    return json.dumps({"marks": list(entries)}, ensure_ascii=False)


@contextmanager
def chat_server():
    """Run the server until the block ends."""
    state = ChatServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        state.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(state):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append(body)
            state.headers.append(dict(self.headers))
            fault = state.faults.pop(0) if state.faults else None
            if self.path != "/v1/chat/completions":
                return self._send(404, {"error": {"message": f"no {self.path}"}})
            if fault == "hang":
                state.ended.wait()
                self.close_connection = True
                return None
            if fault == "drop":
                self.close_connection = True
                return None
            if fault == "nonsense":
                return self._send(200, {"choices": []})
            if isinstance(fault, tuple):
                return self._send(fault[0], {"error": {"message": "as was asked"}}, fault[1])
            if isinstance(fault, int):
                said = f"refused {self.headers.get('Authorization', '')}"
                return self._send(fault, {"error": {"message": said}})
            reply = fault if callable(fault) else state.reply
            text = reply(body["messages"][-1]["content"])
            cut = fault == "cut"
            text = text[: len(text) // 2] if cut else text
            message = {"role": "assistant", "content": text}
            value = {
                "choices": [{"message": message, "finish_reason": "length" if cut else "stop"}]
            }
            if state.usage:
                value["usage"] = {"prompt_tokens": 7, "completion_tokens": 3}
            return self._send(200, value, trickle=fault == "trickle")

        def _send(self, status, value, headers=(), *, trickle=False):
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content) + (1_000_000 if trickle else 0)))
            for name, told in dict(headers).items():
                self.send_header(name, told)
            self.end_headers()
            self.wfile.write(content)
            while trickle and not state.ended.wait(0.02):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    break
            if trickle:
                self.close_connection = True

    return Handler


def name_server(root, chat, **changes):
    """Let the annotate.yaml of a workspace name the server, with other settings beside it."""
    settings = {"kind": "openai", "url": chat.url, "model": "tiny", "retries": 0, **changes}
    inner = ", ".join(f"{key}: {value}" for key, value in settings.items())
    path = root / "annotate.yaml"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("prelabeller")]
    path.write_text("\n".join([*kept, f"prelabeller: {{{inner}}}"]) + "\n")
