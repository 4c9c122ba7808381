"""The live backend on a real server: other people's tasks, promotion, kills, refusals."""

import json
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest

from annotate.exports.store import ExportStore
from annotate.pipeline.training.loop import rules_pipeline
from annotate.records import Article, text_hash
from annotate.samples import sample_articles
from annotate.workflow.state.register import would_be_blind

pytestmark = pytest.mark.server

TEXT = "Officials said the bridge may close on Friday, but the mayor denied it."


@dataclass
class Running:
    """A backend process, what it said when it was ready, and its log."""

    process: subprocess.Popen
    said: dict
    lines: list

    @property
    def url(self):
        return self.said["url"]

    def wait_for(self, words):
        """Read the log until a line holds the words."""
        for line in self.process.stderr:
            self.lines.append(line)
            if words in line:
                return line
        raise AssertionError(f"the backend ended without saying {words!r}: {self.lines}")

    def stop(self, sign=signal.SIGTERM):
        self.process.send_signal(sign)
        _, rest = self.process.communicate(timeout=30)
        self.lines += rest.splitlines()
        return self.process.returncode


@pytest.fixture
def start(site):
    """Return `start(*options)`: the backend of the site's workspace, ready to answer."""
    running = []

    def run(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "annotate", "serve", "--json", *map(str, options)],
            cwd=site.root,
            env=site.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        said = []
        for line in process.stdout:
            said.append(line)
            if line == "}\n":
                break
        assert said, process.stderr.read()
        running.append(Running(process, json.loads("".join(said)), []))
        return running[-1]

    yield run
    for backend in running:
        backend.process.kill()
        backend.process.communicate()


@pytest.fixture
def api(site):
    """Return `api(method, path, json)` as somebody else's program would use the server."""
    headers = {"Authorization": f"Token {site.environment['LABEL_STUDIO_API_KEY']}"}
    with httpx.Client(base_url=site.client.url, headers=headers, timeout=120) as client:

        def call(method, path, body=None):
            answer = client.request(method, path, json=body)
            assert answer.status_code < 400, answer.text
            return answer.json() if answer.content else None

        yield call


@pytest.fixture
def foreign(site, api):
    """Return `foreign(texts)`: a project of the workspace's name with nothing but texts in it."""

    def make(texts):
        title, config = site.workspace.settings.project, site.workspace.label_config()
        project = api("POST", "/api/projects/", {"title": title, "label_config": config})["id"]
        answer = api(
            "POST",
            f"/api/projects/{project}/import?return_task_ids=true",
            [{"text": text} for text in texts],
        )
        return project, answer["task_ids"]

    return make


def _auth(site):
    return ("annotate", (site.root / ".annotate" / "serve.password").read_text().strip())


def _retrieve(api, project):
    body = {"selectedItems": {"all": True, "excluded": []}}
    api("POST", f"/api/dm/actions?id=retrieve_tasks_predictions&project={project}", body)


def _predictions(api, project, count):
    query = f"/api/tasks/?project={project}&page_size={count}&fields=all"
    return {task["id"]: task["predictions"] for task in api("GET", query)["tasks"]}


def _texts(count):
    samples = [line.article.text for line in sample_articles()]
    return [
        f"Notice {n} of the harbour office.\n\n{samples[n % len(samples)]}" for n in range(count)
    ]


def _blind(site, text):
    article = Article(article_id=f"text:{text_hash(text)}", text=text)
    return would_be_blind(site.workspace, article)


def _request(site, texts):
    return {
        "tasks": [{"id": n, "data": {"text": text}} for n, text in enumerate(texts, start=1)],
        "label_config": site.workspace.label_config(),
        "project": "1.1",
        "params": {},
    }


def _open_text(site, words=TEXT):
    """Return a text that is not blind."""
    return next(t for n in range(100) if not _blind(site, t := f"Item {n}. {words}"))


def test_tasks_that_others_import_are_prelabelled(site, start, api, foreign):
    """200 bare tasks get predictions on opening and by the action, but for blind ones: nothing."""
    texts = _texts(200)
    project, ids = foreign(texts)
    backend = start("--connect", "--port", 0)
    blind = {task for task, text in zip(ids, texts, strict=True) if _blind(site, text)}
    assert 10 < len(blind) < 100
    seen = next(task for task in ids if task not in blind)
    (opened,) = api("GET", f"/api/tasks/{seen}")["predictions"]
    assert opened["model_version"] == backend.said["model_version"]
    text = texts[ids.index(seen)]
    for region in (item["value"] for item in opened["result"] if item["type"] == "labels"):
        assert text[region["start"] : region["end"]] == region["text"]
    _retrieve(api, project)
    found = _predictions(api, project, 200)
    assert {task for task, predictions in found.items() if not predictions} == blind
    assert {len(predictions) for task, predictions in found.items() if task not in blind} == {1}
    _retrieve(api, project)
    assert _predictions(api, project, 200) == found
    hidden = min(blind)
    assert api("GET", f"/api/tasks/{hidden}")["predictions"] == []


def test_our_own_blind_tasks_stay_blind(site, start, api):
    """A task that was pushed as a test article gets nothing, even under a text of another split."""
    project = api(
        "POST",
        "/api/projects/",
        {"title": site.workspace.settings.project, "label_config": site.workspace.label_config()},
    )["id"]
    text = _open_text(site)
    data = {"text": text, "article_id": "a", "text_sha256": text_hash(text)}
    answer = api(
        "POST",
        f"/api/projects/{project}/import?return_task_ids=true",
        [{**data, "split": "test"}, {**data, "split": "train"}],
    )
    start("--connect", "--port", 0)
    _retrieve(api, project)
    blind, seen = answer["task_ids"]
    found = _predictions(api, project, 10)
    assert not found[blind]
    assert len(found[seen]) == 1


def test_a_promotion_needs_no_restart(site, start, api, foreign, tmp_path):
    """After another model was put to use, tasks get its predictions beside the old ones."""
    project, (task,) = foreign([_open_text(site)])
    backend = start("--connect", "--port", 0)
    _retrieve(api, project)
    nlp = rules_pipeline(spans_key="sc")
    nlp.to_disk(tmp_path / "trained")
    store = site.models.store
    model = store.keep(tmp_path / "trained", name="spans", lineage={})
    store.use(model)
    backend.wait_for(f"predicting with {model.version}")
    _retrieve(api, project)
    versions = [p["model_version"] for p in _predictions(api, project, 1)[task]]
    assert sorted(versions) == sorted([backend.said["model_version"], model.version])


def test_a_kill_in_the_middle_loses_nothing(site, start, api, foreign):
    """SIGKILL while a batch is predicted, start again, ask again: every task has one prediction."""
    texts = _texts(400)
    project, ids = foreign(texts)
    backend = start("--connect", "--port", 0)
    port = backend.url.rsplit(":", 1)[1]
    asking = threading.Thread(target=_retrieve, args=(api, project))
    asking.start()
    with httpx.Client(base_url=backend.url, auth=_auth(site)) as client:
        while not client.get("/health").json()["answering"]:
            assert asking.is_alive()
    assert backend.stop(signal.SIGKILL) == -signal.SIGKILL
    asking.join()
    assert not any(_predictions(api, project, 400).values())
    start("--port", port)
    _retrieve(api, project)
    blind = {task for task, text in zip(ids, texts, strict=True) if _blind(site, text)}
    found = _predictions(api, project, 400)
    assert {task: len(p) for task, p in found.items()} == {t: int(t not in blind) for t in ids}


def test_refusals_are_answers(site, start):
    """A wrong password, nonsense, another config and texts that are too long get a sentence each."""
    backend = start("--port", 0)
    good = _request(site, [_open_text(site)])
    with httpx.Client(base_url=backend.url, auth=_auth(site), timeout=60) as client:

        def status(body, **settings):
            answer = client.post("/predict", content=body, **settings)
            if answer.status_code != 200:
                assert answer.json()["error"]
            return answer.status_code

        ok = json.dumps(good)
        assert status(ok) == 200
        assert status(ok, auth=("annotate", "wrong")) == 401
        assert status(ok, auth=None, headers={"Authorization": "Bearer x"}) == 401
        assert status(b"{nonsense") == 400
        assert status(json.dumps({**good, "tasks": "all"})) == 422
        narrow = good["label_config"].replace('value="Hedge"', 'value="Doubt"')
        assert status(json.dumps({**good, "label_config": narrow})) in (409, 422)
        megabyte = (_open_text(site) + "\n\n") * 20_000
        fitting = next(t for n in range(99) if not _blind(site, t := megabyte[: 1_000_000 - n]))
        answer = client.post("/predict", json=_request(site, [fitting]))
        assert answer.status_code == 200
        assert len(answer.json()["results"][0]["result"]) > 10_000
        assert status(json.dumps(_request(site, [megabyte]))) == 413
        assert status(b" " * (65 * 1024 * 1024)) == 413
        assert client.get("/health").json()["answering"] == 0
    assert backend.stop() == 0
    log = "\n".join(backend.lines)
    assert "401" in log
    assert _auth(site)[1] not in log
    assert "mayor denied" not in log


def test_sixteen_requests_at_once_are_answered(site, start):
    """Each of 16 requests at once gets its own article's spans, a small one before a large one."""
    backend = start("--port", 0)
    texts = [_open_text(site, f"{'Yes. ' * n}Officials said it may rain.") for n in range(16)]
    large = _request(site, _texts(600))
    with (
        httpx.Client(base_url=backend.url, auth=_auth(site), timeout=60) as client,
        ThreadPoolExecutor(17) as pool,
    ):
        slow = pool.submit(client.post, "/predict", json=large)
        while not client.get("/health").json()["answering"]:
            assert not slow.done()
        small = [pool.submit(client.post, "/predict", json=_request(site, [t])) for t in texts]
        for text, answer in zip(texts, small, strict=True):
            (result,) = answer.result().json()["results"]
            hedges = [r for r in result["result"] if r.get("value", {}).get("labels") == ["Hedge"]]
            assert [h["value"]["start"] for h in hedges] == [text.index("may")]
        assert not slow.done()
        assert len(slow.result().json()["results"]) == 600


def test_what_is_being_answered_at_sigterm_is_finished(site, start):
    """SIGTERM lets a request end and ends with code 0; no new one is taken."""
    backend = start("--port", 0)
    with (
        httpx.Client(base_url=backend.url, auth=_auth(site), timeout=60) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        asked = pool.submit(client.post, "/predict", json=_request(site, _texts(300)))
        while not client.get("/health").json()["answering"]:
            assert not asked.done()
        assert backend.stop() == 0
        assert len(asked.result().json()["results"]) == 300
        with pytest.raises(httpx.ConnectError):
            client.get("/health")


def test_too_long_a_request_is_told_so(site, start):
    """A request that takes longer than the limit is answered with 504, and the next one is served."""
    backend = start("--port", 0, "--timeout", 1)
    with httpx.Client(base_url=backend.url, auth=_auth(site), timeout=60) as client:
        answer = client.post("/predict", json=_request(site, _texts(3000)))
        assert answer.status_code == 504
        assert "fewer tasks" in answer.json()["error"]
        answer = client.post("/predict", json=_request(site, [_open_text(site)]))
        assert answer.status_code == 200


def test_connecting_again_doubles_nothing(site, start, api, foreign):
    """A dry run writes nothing; the second connection updates the registration of the first."""
    project, _ = foreign([TEXT])
    plan = subprocess.run(
        [sys.executable, "-m", "annotate", "serve", "--connect", "--dry-run", "--json"],
        cwd=site.root, env=site.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(plan.stdout)["updates"] is None
    assert api("GET", f"/api/ml?project={project}") == []
    first = start("--connect", "--port", 0)
    port = first.url.rsplit(":", 1)[1]
    assert first.stop() == 0
    again = start("--connect", "--port", port)
    (known,) = api("GET", f"/api/ml?project={project}")
    assert (
        known["id"] == first.said["connected"]["backend_id"] == again.said["connected"]["updates"]
    )
    assert known["readable_state"] == "Connected"
    assert known["model_version"] == again.said["model_version"]
    (hook,) = api("GET", f"/api/webhooks/?project={project}")
    assert (hook["is_active"], hook["send_payload"]) == (False, False)
    assert _auth(site)[1] not in json.dumps([known, hook])


def test_human_work_wakes_a_sync(site, start, api, monkeypatch):
    """A submitted annotation, told by webhook, is in a new export version without anybody's call."""
    site.add("bridge.txt", TEXT)
    subprocess.run(
        [sys.executable, "-m", "annotate", "push"],
        cwd=site.root, env=site.environment, capture_output=True, check=True,
    )  # fmt: skip
    backend = start("--connect", "--sync-on-webhook", "--port", 0)
    project = backend.said["connected"]["project_id"]
    (task,) = _predictions(api, project, 10)
    site.client.annotate(task, [])
    backend.wait_for("sync done")
    version = ExportStore(site.workspace.exports).manifests.latest()
    assert version is not None
    assert version.counts["annotations"] == 1
    assert sum("ANNOTATION_CREATED" in line for line in backend.lines) == 1
    log = site.root / ".annotate" / "serve-sync.log"
    assert log.stat().st_mode & 0o077 == 0
    backend_id = backend.said["connected"]["backend_id"]
    api("POST", f"/api/ml/{backend_id}/train", {})
    backend.wait_for("START_TRAINING")
