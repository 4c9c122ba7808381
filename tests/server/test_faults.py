"""What can go wrong between us and the server: nothing is lost, nothing is doubled."""

import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from live import seed_server, workspace_on
from proxy import FAULTS, faulty_proxy

from annotate.errors import PullStoppedError, StudioError, StudioUnreachableError
from annotate.exports.store import ExportStore
from annotate.studio.client import StudioClient
from annotate.workflow.state.lock import locked

pytestmark = pytest.mark.server

KILLS = int(os.environ.get("ANNOTATE_KILLS", "12"))
"""SIGKILLs a test; 50 in the long form."""

SEED = int(os.environ.get("ANNOTATE_SEED", "20240502"))


COMMIT_WAIT = "studio: {commit_wait: 2, url:"


def _behind_a_proxy(site):
    site.configure("split: {dev: 0.0, test: 0.3}\n")
    config = site.root / "annotate.yaml"
    config.write_text(config.read_text().replace("studio: {url:", COMMIT_WAIT))
    site.configure("")
    with faulty_proxy(site.client.url) as proxy:
        site.proxy = proxy
        site.direct = site.client
        token = site.environment["LABEL_STUDIO_API_KEY"]
        site.use(client=StudioClient(proxy.url, token))
        yield site
        site.client.close()
        site.use(client=site.direct)


@pytest.fixture
def proxied(site):
    """Return the site behind a proxy; what the tests do as annotators goes past it."""
    yield from _behind_a_proxy(site)


@pytest.fixture
def either_proxied(either_site):
    """Return a site behind a proxy, once on each database."""
    yield from _behind_a_proxy(either_site)


def _articles(site, count, *, first=0):
    lines = [
        json.dumps(
            {"article_id": f"a{i}", "text": f"Mayor {i} said the bridge may close on day {i}."}
        )
        for i in range(first, first + count)
    ]
    with (site.root / "articles" / "all.jsonl").open("a") as stream:
        stream.write("\n".join(lines) + "\n")


def _import(method, path):
    return method == "POST" and re.search(r"/import$", path)


def _check(site, articles):
    """One live task an article, every annotation of the server in the export, all verified."""
    tasks = site.raw_tasks()
    assert sorted(task["data"]["article_id"] for task in tasks) == sorted(
        f"a{i}" for i in range(articles)
    )
    for task in tasks:
        blind = task["data"]["split"] == "test"
        assert len(task["predictions"]) == (0 if blind else 1), task["id"]
    there = {
        str(a["id"]): len(a["result"])
        for task in tasks
        for a in task["annotations"]
        if not a["was_cancelled"]
    }
    held = {
        a.annotation_id: len(a.spans) for line in site.held().values() for a in line.annotations
    }
    assert held == there
    assert ExportStore(site.workspace.exports).verify() == []


def _annotate_some(site, client, rng, share=0.2):
    """Somebody works: submits, edits, deletes and skips at random."""
    for task in client.tasks(site.project().project_id):
        chance = rng.random()
        done = [a for a in task["annotations"] if not a["was_cancelled"]]
        if chance > share:
            continue
        if done and chance < share / 4:
            client.request("DELETE", f"api/annotations/{done[0]['id']}/")
        elif done:
            client.request("PATCH", f"api/annotations/{done[0]['id']}/", json={"result": _span()})
        else:
            client.annotate(task["id"], _span(), cancelled=chance < share / 4)


def _span():
    value = {"start": 0, "end": 5, "text": "Mayor", "labels": ["Source"]}
    return [{"id": "x", "from_name": "label", "to_name": "text", "type": "labels", "value": value}]


@pytest.mark.parametrize("fault", FAULTS)
def test_an_import_that_goes_wrong_is_neither_lost_nor_doubled(proxied, fault):
    """Whatever becomes of the answer to an import, every article becomes one task."""
    _articles(proxied, 20)
    proxied.push()
    _articles(proxied, 20, first=20)
    imports = []

    def once(method, path):
        if _import(method, path):
            imports.append(path)
            return fault if len(imports) == 1 else None
        return None

    proxied.proxy.decide = once
    result = proxied.push()
    assert result.pushed + result.found == 20
    assert result.found == (
        20 if fault in ("drop after", "500 after", "502 after", "truncate") else 0
    )
    assert len(proxied.proxy.happened) == 1
    _check(proxied, 40)
    assert len(imports) == (1 if result.found or fault == "slow" else 2)


def test_an_import_that_is_never_answered_is_not_sent_a_third_time(proxied):
    """The run ends with an error that says what to do, and the next one goes on from there."""
    _articles(proxied, 5)
    proxied.push()
    _articles(proxied, 10, first=5)
    proxied.proxy.decide = lambda method, path: "drop before" if _import(method, path) else None
    with pytest.raises(StudioUnreachableError, match="10 articles were sent and not answered"):
        proxied.push()
    assert len(proxied.proxy.happened) == 2
    proxied.proxy.decide = lambda method, path: None
    assert proxied.push().pushed == 10
    _check(proxied, 15)


@pytest.mark.parametrize("fault", ["drop before", "drop after"])
def test_predictions_without_an_answer_are_neither_lost_nor_doubled(proxied, fault):
    """Open tasks get the new model's predictions once; until then annotators see the old ones."""
    _articles(proxied, 12)
    pushed = proxied.push()
    newer = proxied.model("rules-000000000007")
    lost = []

    def once(method, path):
        if path.endswith("/import/predictions"):
            lost.append(path)
            return fault if len(lost) == 1 else None
        return None

    proxied.proxy.decide = once
    first = proxied.sync(newer).refresh
    assert (first.refreshed, first.left, first.switched) == (0, 12 - pushed.blind, False)
    assert proxied.project().model_version == pushed.model_version
    deadline = time.monotonic() + 60
    while not proxied.sync(newer).refresh.switched:
        assert time.monotonic() < deadline
    assert len(lost) == (2 if fault == "drop before" else 1)
    for task in proxied.raw_tasks():
        versions = sorted(prediction["model_version"] for prediction in task["predictions"])
        blind = task["data"]["split"] == "test"
        assert versions == ([] if blind else sorted([pushed.model_version, newer.version]))


def test_reading_goes_on_through_a_network_that_fails_at_random(either_proxied):
    """A third of all requests goes wrong; syncing until it ends well gives the right version."""
    proxied = either_proxied
    rng = random.Random(SEED)  # noqa: S311
    decide = random.Random(SEED + 1)  # noqa: S311
    _articles(proxied, 30)
    proxied.push()
    total = 30
    for _ in range(3):
        _articles(proxied, 5, first=total)
        total += 5
        _annotate_some(proxied, proxied.direct, rng)
        proxied.proxy.decide = lambda method, path: (
            decide.choice(FAULTS) if decide.random() < 0.3 else None
        )
        for _ in range(30):
            try:
                proxied.sync(accept_removals=True)
            except StudioError:
                continue
            break
        else:
            pytest.fail("it never ended well")
        proxied.proxy.decide = lambda method, path: None
        proxied.sync(accept_removals=True)
        _check(proxied, total)
    assert Counter(fault for fault, _, _ in proxied.proxy.happened).keys() >= {"drop after"}
    before = {version.id for version in ExportStore(proxied.workspace.exports).versions()}
    assert proxied.pull(full=True).version is None
    assert {v.id for v in ExportStore(proxied.workspace.exports).versions()} == before


def _sync_once(site):
    """Run one sync in this (forked) process, with connections of its own."""
    token = site.environment["LABEL_STUDIO_API_KEY"]
    site.use(client=StudioClient(site.client.url, token))
    with locked(site.workspace):
        site.sync(accept_removals=True)
    os._exit(0)


def test_sigkill_at_any_point_of_a_sync(either_site):
    """The client is killed at random moments; running it again converges."""
    site = either_site
    rng = random.Random(SEED)  # noqa: S311
    site.configure("split: {dev: 0.0, test: 0.3}\n")
    config = site.root / "annotate.yaml"
    config.write_text(config.read_text().replace("studio: {url:", COMMIT_WAIT))
    site.configure("")
    _articles(site, 20)
    site.sync()
    fork = multiprocessing.get_context("fork")
    total, killed, longest = 20, 0, 2.0
    while killed < KILLS:
        _articles(site, 3, first=total)
        total += 3
        _annotate_some(site, site.client, rng, share=0.1)
        child = fork.Process(target=_sync_once, args=(site,))
        with site.left_alone():
            child.start()
            child.join(timeout=rng.uniform(0, longest))
            if child.exitcode is None:
                child.kill()
                killed += 1
            else:
                longest *= 0.8
            child.join()
        assert child.exitcode in (0, -signal.SIGKILL)
    site.sync(accept_removals=True)
    _check(site, total)
    assert site.sync().pull.version is None
    assert site.pull(full=True).version is None


def test_a_clock_that_was_ahead_hides_nothing(proxied):
    """After the server's clock is set back, edits with older stamps are found all the same."""
    _articles(proxied, 8)
    proxied.push()
    first, *_ = proxied.raw_tasks()
    annotation = proxied.direct.annotate(first["id"], [])
    proxied.proxy.clock_shift = timedelta(hours=1)
    assert proxied.pull().version is not None
    proxied.direct.request("PATCH", f"api/annotations/{annotation}/", json={"result": _span()})
    proxied.proxy.clock_shift = timedelta(0)
    result = proxied.pull()
    assert (result.plan.clock_ran_back, result.plan.swept) == (True, True)
    assert result.version is not None
    _check(proxied, 8)


def _push_telling(site, pushed):
    site.use(client=StudioClient(site.client.url, site.environment["LABEL_STUDIO_API_KEY"]))
    with locked(site.workspace):
        site.push(on_pushed=lambda _: pushed.set())


@pytest.fixture
def own_site(live_server, tmp_path, monkeypatch):
    """Return a workspace on a server that the test may kill and whose data it may change."""
    server = seed_server(live_server, tmp_path / "own")
    server.start(port=8500)
    try:
        yield from workspace_on(server, tmp_path, monkeypatch, "own server")
    finally:
        server.stop()


@pytest.mark.slow
def test_a_server_that_dies_or_is_put_back(own_site, tmp_path):
    """Killed in the middle, it converges; an older copy of its data stops the pull."""
    site, server = own_site, own_site.server
    site.configure("split: {dev: 0.0, test: 0.3}\n")
    _articles(site, 1000)
    pid, port = server.status().pid, int(server.status().url.rsplit(":", 1)[1])
    fork = multiprocessing.get_context("fork")
    pushed = fork.Event()
    child = fork.Process(target=_push_telling, args=(site, pushed))
    with site.left_alone():
        child.start()
        assert pushed.wait(timeout=120)
        os.killpg(pid, signal.SIGKILL)
        child.join()
    assert child.exitcode == 1
    server.start(port=port)
    assert server.status().url.endswith(f":{port}")
    config = site.root / "annotate.yaml"
    config.write_text(config.read_text().replace("studio: {url:", COMMIT_WAIT))
    site.configure("")
    assert 0 < site.project().tasks < 1000
    site.sync()
    _check(site, 1000)

    first, second, third, *_ = site.raw_tasks()
    site.client.annotate(first["id"], [])
    assert site.sync().pull.version is not None
    server.stop()
    data, copy = server.directory / "data", tmp_path / "copy"
    shutil.copytree(data, copy)
    server.start(port=port)
    site.client.annotate(second["id"], _span())
    edited = site.client.annotate(third["id"], [])
    site.client.request("PATCH", f"api/annotations/{edited}/", json={"result": _span()})
    assert site.sync().pull.version.counts["annotations"] == 3
    server.stop()
    shutil.rmtree(data)
    shutil.copytree(copy, data)
    server.start(port=port)
    with pytest.raises(PullStoppedError, match="2 annotations|an older copy"):
        site.sync()
    assert len(site.held()) == 3
    accepted = site.pull(full=True, accept_removals=True)
    assert accepted.version.counts["annotations"] == 1
