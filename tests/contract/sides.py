"""The double and a real server, with one small interface to both."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import httpx
from double import DoubleStudio
from people import join

from annotate.studio.client import StudioClient

CONFIG = (
    '<View><Labels name="label" toName="text"><Label value="Claim"/><Label value="Source"/>'
    '<Label value="Hedge"/></Labels><Choices name="source_type" toName="text" perRegion="true">'
    '<Choice value="named"/><Choice value="unnamed"/></Choices>'
    '<Relations><Relation value="hedges"/></Relations><Text name="text" value="$text"/></View>'
)


def region(label="Claim", *, start=0, end=5, number="x"):
    """Return a region as the page saves it."""
    value = {"start": start, "end": end, "text": "Mayor", "labels": [label]}
    names = {"from_name": "label", "to_name": "text", "type": "labels"}
    return {"id": number, **names, "value": value}


def choice(option="named", *, number="x"):
    """Return a choice about that region."""
    value = {"start": 0, "end": 5, "text": "Mayor", "choices": [option]}
    names = {"from_name": "source_type", "to_name": "text", "type": "choices"}
    return {"id": number, **names, "value": value}


def task(number=0, *, predictions=(), annotations=(), **data):
    """Return a task for the import; `predictions` are (version, result)."""
    found = {"data": {"text": f"Mayor {number}.", "article_id": f"a{number}", **data}}
    if predictions:
        found["predictions"] = [{"model_version": v, "result": r} for v, r in predictions]
    if annotations:
        found["annotations"] = list(annotations)
    return found


class Person:
    """Somebody with a token; calling it sends a request and returns (status, JSON)."""

    def __init__(self, client, key, email, transport=None):
        self.client = client
        self.email = email
        headers = {"Authorization": f"Token {key}"} if key else {}
        self.http = httpx.Client(
            base_url=client.url, headers=headers, transport=transport, timeout=60
        )

    def __call__(self, method, path, body=None, **params):
        content = None if body is None else json.dumps(body)
        headers = {} if body is None else {"content-type": "application/json"}
        answer = self.http.request(method, path, content=content, headers=headers, params=params)
        if "html" in answer.headers.get("content-type", ""):
            return answer.status_code, "a page"
        return answer.status_code, answer.json() if answer.content else None

    def close(self):
        self.http.close()
        self.client.close()


class Side:
    """A Label Studio, real or not, on which a test makes projects of its own."""

    def __init__(self, name):
        self.name = name
        self.owner = self._person(None)
        self._others = {}

    def other(self, name="ben"):
        """Return another annotator, who joined for this test or an earlier one."""
        if name not in self._others:
            self._others[name] = self._person(name)
        return self._others[name]

    def project(self, **fields):
        """Make a project and return its id."""
        body = {"title": "Contract", "label_config": CONFIG, **fields}
        status, made = self.owner("POST", "/api/projects/", body)
        assert status == 201, made
        return made["id"]

    def put(self, project, *tasks):
        """Import tasks and return their ids."""
        return self.owner.client.import_tasks(project, tasks)

    def filled(self, count=3, **fields):
        """Return a project and the ids of tasks in it, each with a prediction of `m1`."""
        project = self.project(**fields)
        tasks = [task(n, predictions=[("m1", [region()])]) for n in range(count)]
        return project, self.put(project, *tasks)

    def task(self, number, person=None):
        return (person or self.owner)("GET", f"/api/tasks/{number}/")[1]

    def listed(self, project, *items, ordering=("tasks:id",), person=None, **params):
        """Return status and answer of the Data Manager's list; items are (field, operator, value)."""
        filters = [
            {"filter": f"filter:tasks:{field}", "operator": op, "type": _kind(op, v), "value": v}
            for field, op, v in items
        ]
        query = {
            "filters": {"conjunction": "and", "items": filters},
            "ordering": list(ordering),
        }
        params = {"fields": "task_only", "include": "id", "page": 1, "page_size": 100, **params}
        return (person or self.owner)(
            "GET", "/api/tasks/", project=project, query=json.dumps(query), **params
        )

    def numbers(self, project):
        """Return the project as the client reads it."""
        return self.owner.client.project(project)

    def close(self):
        for person in (self.owner, *self._others.values()):
            person.close()


def _kind(operator, value):
    if operator == "in_list":
        return "List"
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, str):
        return "Datetime" if value.endswith("Z") and value[4:5] == "-" else "String"
    return "Number"


class DoubleSide(Side):
    def __init__(self):
        self.studio = DoubleStudio()
        super().__init__("double")

    def _person(self, name):
        user = self.studio.owner if name is None else self.studio.join(f"{name}@example.org")
        return self._of(user.token, user.email)

    def _of(self, token, email):
        transport = self.studio.transport()
        client = StudioClient(
            "http://double.test", token or "none", transport=transport, sleep=self.studio.advance
        )
        return Person(client, token, email, transport)

    def stranger(self, token):
        """Return somebody with a token that is nobody's."""
        return self._of(token, "")

    @contextmanager
    def backend(self):
        """Run a live backend that answers; the block gets its address."""
        self.studio.backends["http://backend.test"] = answer_as_backend
        yield "http://backend.test"
        del self.studio.backends["http://backend.test"]


class ServerSide(Side):
    def __init__(self, server):
        self._url, self._token = server.status().url, server.credentials().token
        super().__init__("server")

    def _person(self, name):
        if name is None:
            return self._of(self._token, "annotate@localhost")
        client = join(SimpleNamespace(client=self.owner.client), name)
        key = client.request("GET", "api/current-user/token")["token"]
        client.close()
        return self._of(key, client.email)

    def _of(self, token, email):
        return Person(StudioClient(self._url, token or "none"), token, email)

    def stranger(self, token):
        return self._of(token, "")

    @contextmanager
    def backend(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Backend)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def answer_as_backend(path, body):
    """Return what a live backend of version `m9` says; it has nothing for texts with a `blind`."""
    if path != "/predict":
        return {"status": "UP", "model_version": "m9"}
    found = {"result": [region()], "score": 0.5, "model_version": "m9"}
    return {"results": [[] if "blind" in t["data"]["text"] else found for t in body["tasks"]]}


class _Backend(BaseHTTPRequestHandler):
    def _answer(self):
        sent = self.rfile.read(int(self.headers.get("content-length") or 0))
        content = json.dumps(answer_as_backend(self.path, json.loads(sent or "null"))).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *_):
        pass
