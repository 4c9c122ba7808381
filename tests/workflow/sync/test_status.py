"""Status: what it tells, with and without a server, and that it changes nothing."""

from contextlib import closing
from copy import deepcopy

import pytest
from comparer import check_all, check_told
from double.fixtures import MODEL
from stories import mark, task_of, write_stories

from annotate.errors import (
    AnnotateError,
    DamagedExportError,
    PullStoppedError,
    StudioNotSentError,
)
from annotate.workflow.state.context import Context
from annotate.workflow.sync import status
from annotate.workflow.sync.status import WorkStatus, read_status

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def ask(studio, site, monkeypatch):
    """Return a function that reads the status as a command does; `away` keeps the server away."""

    def ask(*, away=False):
        def connect(workspace, *, url=None):
            if away:
                raise StudioNotSentError("http://double.test: cannot be reached")
            return studio.client()

        monkeypatch.setattr(status, "connect", connect)
        with site.left_alone():
            files, copy = _files(site.root), deepcopy(studio.state)
            found = read_status(Context(site.workspace))
            assert _files(site.root) == files
            assert studio.state == copy
        return found

    return ask


def _files(root):
    return {
        path: path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_fresh_workspace_has_everything_before_it(site, ask):
    """No project, no version, no article at first; then what it would push."""
    found = ask()
    assert (len(found.read.hashes), len(found.plan.push.to_send)) == (0, 0)
    write_stories(site, range(3))
    found = ask()
    assert (len(found.read.hashes), len(found.plan.push.to_send)) == (3, 3)
    assert (found.plan.push.project, found.plan.pull, found.project_id) == (None, None, None)
    assert (found.model, found.shown, found.as_of) == (MODEL, None, None)
    assert (found.exports, found.versions, found.latest, found.well) == ("none yet", 0, None, True)


def test_the_work_is_told_as_it_is_now(studio, site, person, ask):
    """States of tasks, and what a sync would read, push and refresh; away from the server, as known."""
    write_stories(site, range(6))
    site.push()
    ada = person("ada")
    tasks = site.raw_tasks()
    ada.annotate(tasks[0]["id"], [mark()])
    ada.annotate(tasks[1]["id"], [], cancelled=True)
    ada.request("POST", f"api/tasks/{tasks[3]['id']}/drafts", json={"result": []})
    site.client.import_tasks(tasks[0]["project"], [{"data": {"text": "Else."}}])
    before = ask(away=True)
    assert (before.as_of, before.work.pushed, before.work.done) == ("never", 6, 0)
    assert ask().work.done == 1
    site.pull()
    ada.annotate(tasks[4]["id"], [])
    site.client.delete_task(task_of(site, 5)["id"])
    write_stories(site, range(8), revised=[1])
    found = ask()
    assert found.work == WorkStatus(
        pushed=5, blind=1, done=2, skipped=1, in_work=1, open=1, foreign=1, by_model={MODEL: 4}
    )
    plan = found.plan
    assert (plan.pull.changed, plan.lacking, plan.switch, plan.share) == (1, 0, False, 0)
    assert (len(plan.push.to_send), len(plan.push.revisions)) == (4, 1)
    assert (found.shown, found.project_id, found.reachable) == (MODEL, tasks[0]["project"], True)
    assert (found.versions, found.latest, found.exports) == (
        1,
        site.versions.latest().name,
        "whole",
    )
    alone = ask(away=True)
    assert (alone.work.done, alone.reachable, alone.well) == (1, False, False)
    assert (alone.plan, alone.as_of is None) == (None, False)
    assert alone.server == alone.stop.message == "http://double.test: cannot be reached"
    check_told(found, site.sync())
    after = ask().plan
    assert (after.pull.changed, len(after.push.to_send), after.lacking) == (0, 0, 0)
    assert (after.switch, after.share) == (False, 0)
    site.pull()
    check_all(studio, site)


def test_what_was_sent_and_not_answered_is_told(studio, site, ask):
    """As long as the next push would look for it."""
    write_stories(site, range(3))
    studio.decide = lambda method, path: (
        "interrupt before" if path.endswith("/import") and method == "POST" else None
    )
    with pytest.raises(KeyboardInterrupt):
        site.push()
    studio.decide = lambda method, path: None
    assert ask().plan.push.unanswered == 3
    studio.advance(10_000)
    site.push()
    assert ask().plan.push.unanswered == 0


def test_another_model_that_would_be_shown_is_told(site, ask):
    """A colleague's sync made the project show their model: the next sync here would turn it back."""
    write_stories(site, range(2))
    site.push()
    site.pull()
    site.sync(site.model("rules-2"))
    found = ask()
    assert (found.shown, found.model) == ("rules-2", MODEL)
    assert (found.plan.lacking, found.plan.switch) == (0, True)
    assert site.sync().refresh.before == "rules-2"
    assert not ask().plan.switch


def test_what_stops_a_sync_is_told_before_it(site, person, ask, monkeypatch):
    """Removals, another labelling config, a model that is gone, a mistyped directory: as sync says."""
    write_stories(site, range(4))
    site.push()
    ada = person("ada")
    made = [ada.annotate(task["id"], [mark()]) for task in site.raw_tasks()]
    site.pull()
    monkeypatch.setattr("annotate.workflow.sync.pull.MAX_REMOVED_ANNOTATIONS", 3)
    for number in made[:3]:
        ada.request("DELETE", f"api/annotations/{number}/")
    found = ask()
    assert isinstance(found.stop, PullStoppedError)
    assert not found.well
    with pytest.raises(PullStoppedError) as stopped:
        site.sync()
    assert (found.stop.message, found.stop.hint) == (stopped.value.message, stopped.value.hint)
    config = site.root / "annotate.yaml"
    whole = config.read_text()
    for former, wrong, said in (
        ('articles: ["articles"]', 'articles: ["nope"]', "nope"),
        ("studio: {", "studio: {project_id: 99, ", "project 99"),
    ):
        config.write_text(whole.replace(former, wrong))
        site.reload()
        found = ask()
        assert said in found.stop.message
        assert (found.plan, found.well, found.reachable) == (None, False, True)
        with pytest.raises(AnnotateError) as stopped:
            site.sync()
        assert stopped.value.message == found.stop.message
    config.write_text(whole)


def test_a_damaged_version_is_told(site, person, ask):
    """What is wrong with the newest version makes the status not well."""
    write_stories(site, range(2))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [])
    site.pull()
    (part,) = site.workspace.exports.rglob("*.jsonl")
    whole = part.read_bytes()
    part.write_bytes(whole.replace(b"a", b"b", 1))
    found = ask()
    assert "whole" not in found.exports
    assert not found.well
    part.write_bytes(whole)
    assert ask().exports == "whole"
    part.unlink()
    person("ada").annotate(task_of(site, 1)["id"], [])
    found = ask()
    assert "whole" not in found.exports
    assert isinstance(found.stop, DamagedExportError)
    assert not found.well


def test_a_server_that_breaks_is_told_and_nothing_changed(studio, site, ask):
    """Whatever is asked: the status says why, and raises nothing."""
    write_stories(site, range(2))
    site.push()
    studio.decide = lambda method, path: "502 before"
    found = ask()
    assert "the server failed (502)" in found.stop.message
    assert (found.plan, found.well) == (None, False)


def test_a_status_changes_nothing_and_a_sync_does_what_it_says(studio, site, person):
    """Every state of a small history: told, synced, compared."""
    ada = person("ada")
    steps = (
        lambda: write_stories(site, range(4)),
        lambda: ada.annotate(task_of(site, 0)["id"], [mark()]),
        lambda: write_stories(site, range(6), revised=[2]),
        lambda: site.client.delete_task(task_of(site, 3)["id"]),
        lambda: site.configure("annotators: {share: 1.0, each: 2}\n"),
        lambda: studio.advance(1000),
    )
    for step in steps:
        step()
        with closing(studio.client()) as client:
            told = read_status(site, client=client)
        assert told.stop is None
        check_told(told, site.sync())


def test_another_project_of_the_title_is_told(site, ask):
    """Nobody pulls what is done there."""
    write_stories(site, range(1))
    site.push()
    other = site.client.create_project(
        site.settings.project, site.workspace.label_config(), None
    ).project_id
    assert ask().twins == (other,)
