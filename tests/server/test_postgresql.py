"""The embedded server on PostgreSQL, and the way there from SQLite."""

import os
import subprocess
import threading
import time
from pathlib import Path

import pytest
from live import seed_server
from postgres import PASSWORD

from annotate.errors import StudioError
from annotate.exports.store import ExportStore
from annotate.studio.client import StudioClient
from annotate.studio.simulated import annotate_from_gold
from annotate.workflow.state.server import connect, embedded_server

pytestmark = pytest.mark.server

SECONDS = float(os.environ.get("ANNOTATE_LOAD_SECONDS", "15"))
"""How long the annotators post; 60 in the long form."""
ANNOTATORS = 8


@pytest.mark.slow
def test_an_embedded_project_moves_to_postgresql(databases, live_server, site):
    """All work and all open tasks are there afterwards; the next sync finds nothing to do."""
    config = site.root / "annotate.yaml"
    lines = [li for li in config.read_text().splitlines() if not li.startswith("studio:")]
    config.write_text("\n".join([*lines, "studio: {port: 8700}\n"]))
    site.configure("")
    database = databases("moved")
    seed_server(live_server, site.workspace.state / "studio")
    del site.environment["LABEL_STUDIO_API_KEY"]
    try:
        site.cli("studio", "start")
        site.client.close()
        site.use(client=connect(site.workspace, environment={}))
        gold = site.add_samples(12)
        pushed = site.push()
        leave = [task["data"]["article_id"] for task in site.raw_tasks()[-4:]]
        annotate_from_gold(site.client, pushed.project_id, site.scheme, gold, leave_open=leave)
        site.environment["PGPASSWORD"] = PASSWORD
        site.environment["ANNOTATE_STUDIO_DATABASE"] = database.address
        config = site.workspace.label_config()
        other = site.client.create_project("Somebody else's", config, None).project_id
        (task,) = site.client.import_tasks(other, [{"data": {"text": "Else."}}])
        site.client.annotate(task, [])
        assert f'{other}: "Somebody else\'s"' in site.cli("studio", "migrate", code=2)
        moved = site.cli("studio", "migrate", "--leave-others", "--json")
        assert (moved["annotated"], moved["open"]) == (8, 4)
        assert (Path(moved["kept"]) / "data" / "label_studio.sqlite3").exists()
        server = embedded_server(site.workspace)
        assert server.database().address == database.address
        site.client.close()
        site.use(client=connect(site.workspace, environment={}))
        result = site.sync()
        assert (result.pull.version, result.push.pushed, result.refresh.refreshed) == (None, 0, 0)
        assert len(site.raw_tasks()) == 12
        assert site.pull(full=True).version is None
        assert {len(t["predictions"]) for t in site.raw_tasks() if not t["annotations"]} <= {0, 1}
        for path in site.workspace.state.rglob("*.json"):
            if PASSWORD in path.read_text():
                assert path.stat().st_mode & 0o077 == 0
        assert PASSWORD not in server.log.read_text()
        listed = subprocess.run(
            ["ps", "-ww", "-eo", "command"], capture_output=True, text=True, check=True
        )
        assert PASSWORD not in listed.stdout
    finally:
        embedded_server(site.workspace).stop()


def _post(url, token, project_id, end, posted, errors):
    client = StudioClient(url, token)
    try:
        while time.monotonic() < end:
            for task in client.tasks(project_id):
                if time.monotonic() >= end:
                    return
                try:
                    posted.append(client.annotate(task["id"], []))
                except StudioError as error:
                    errors.append(error)
    finally:
        client.close()


def _load(site):
    """Eight annotators post while syncs run and articles come; return what happened."""
    site.add_samples(40)
    project = site.push().project_id
    end = time.monotonic() + SECONDS
    posted, errors = [], []
    token = site.environment["LABEL_STUDIO_API_KEY"]
    threads = [
        threading.Thread(target=_post, args=(site.client.url, token, project, end, posted, errors))
        for _ in range(ANNOTATORS)
    ]
    for thread in threads:
        thread.start()
    syncs, failed = 0, []
    pause = threading.Event()
    while time.monotonic() < end:
        site.add(f"new-{syncs}.txt", f"Officials said bridge {syncs} may close.")
        try:
            site.sync()
        except StudioError as error:
            failed.append(error)
        syncs += 1
        pause.wait(min(5.0, SECONDS / 6))
    for thread in threads:
        thread.join()
    return posted, errors, syncs, failed


def _check_load(site, posted, syncs):
    """Zero lost, zero doubled."""
    result = site.sync()
    assert site.sync().pull.version is None
    held = [a.annotation_id for line in site.held().values() for a in line.annotations]
    assert sorted(held) == sorted(map(str, posted))
    tasks = site.raw_tasks()
    assert len(tasks) == len({task["data"]["article_id"] for task in tasks}) == 40 + syncs
    assert result.pull.plan.annotations == len(posted)
    assert site.pull(full=True).version is None
    assert ExportStore(site.workspace.exports).verify() == []


@pytest.mark.slow
def test_syncs_under_load_on_postgresql(site_on_postgresql):
    """Nobody's annotation is lost or doubled while eight people post, and no request fails."""
    posted, errors, syncs, failed = _load(site_on_postgresql)
    assert (errors, failed) == ([], [])
    assert len(posted) > ANNOTATORS
    _check_load(site_on_postgresql, posted, syncs)


@pytest.mark.slow
def test_syncs_under_load_on_sqlite(site):
    """The same on SQLite; where it holds an import back, the error names PostgreSQL."""
    posted, errors, syncs, failed = _load(site)
    assert errors == []
    for error in failed:
        assert "PostgreSQL" in error.hint
    _check_load(site, posted, syncs)
