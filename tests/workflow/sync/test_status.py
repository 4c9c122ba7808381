"""Status: what it tells, with and without a server, and that it changes nothing."""

from copy import deepcopy

import pytest
from comparer import check_all
from double.fixtures import MODEL
from stories import mark, task_of, write_stories

from annotate.errors import StudioNotSentError
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
    """No project, no version, no article at first."""
    found = ask()
    assert (found.articles, found.project_id, found.next.new) == (0, None, 0)
    write_stories(site, range(3))
    found = ask()
    assert (found.articles, found.next.new, found.model, found.shown) == (3, 3, MODEL, None)
    assert (found.exports, found.versions, found.latest, found.well) == ("none yet", 0, None, True)


def test_the_work_is_told_as_last_read_and_what_came_since(studio, site, person, ask):
    """States of tasks, what a sync would read, push and refresh."""
    write_stories(site, range(6))
    site.push()
    ada = person("ada")
    tasks = site.raw_tasks()
    ada.annotate(tasks[0]["id"], [mark()])
    ada.annotate(tasks[1]["id"], [], cancelled=True)
    ada.request("POST", f"api/tasks/{tasks[3]['id']}/drafts", json={"result": []})
    site.client.import_tasks(tasks[0]["project"], [{"data": {"text": "Else."}}])
    site.pull()
    ada.annotate(tasks[4]["id"], [])
    site.client.delete_task(task_of(site, 5)["id"])
    write_stories(site, range(8), revised=[1])
    found = ask()
    assert found.work == WorkStatus(
        pushed=6, blind=1, done=1, skipped=1, in_work=1, open=3, foreign=1, by_model={MODEL: 5}
    )
    assert (found.next.changed, found.next.vanished, found.next.pending) == (1, 1, 0)
    assert (found.next.new, found.next.revisions) == (2, 1)
    assert (found.next.lacking, found.next.unanswered, found.next.switch) == (0, 0, False)
    assert (found.shown, found.project_id, found.reachable) == (MODEL, tasks[0]["project"], True)
    assert (found.versions, found.latest, found.exports) == (
        1,
        site.versions.latest().name,
        "whole",
    )
    alone = ask(away=True)
    assert (alone.work, alone.reachable, alone.well) == (found.work, False, False)
    assert alone.server == "http://double.test: cannot be reached"
    site.sync()
    after = ask().next
    assert (after.changed, after.vanished, after.new, after.revisions) == (0, 0, 0, 0)
    site.pull()
    check_all(studio, site)


def test_what_was_sent_and_not_answered_is_told(studio, site, ask):
    """Until the next push has looked for it."""
    write_stories(site, range(3))
    studio.decide = lambda method, path: (
        "interrupt after" if path.endswith("/import") and method == "POST" else None
    )
    with pytest.raises(KeyboardInterrupt):
        site.push()
    studio.decide = lambda method, path: None
    assert ask().next.unanswered == 3
    site.push()
    assert ask().next.unanswered == 0


def test_another_model_that_would_be_shown_is_told(site, ask):
    """A colleague's sync made the project show their model: the next sync here would turn it back."""
    write_stories(site, range(2))
    site.push()
    site.pull()
    site.sync(site.model("rules-2"))
    found = ask()
    assert (found.shown, found.model) == ("rules-2", MODEL)
    assert (found.next.lacking, found.next.switch) == (0, True)
    assert site.sync().refresh.before == "rules-2"
    assert not ask().next.switch


def test_a_damaged_version_is_told(site, person, ask):
    """What is wrong with the newest version makes the status not well."""
    write_stories(site, range(1))
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
    found = ask()
    assert "whole" not in found.exports
    assert not found.well


def test_a_server_that_breaks_is_told_and_nothing_changed(studio, site, ask):
    """Whatever is asked: the status says why, and raises nothing."""
    write_stories(site, range(2))
    site.push()
    studio.decide = lambda method, path: "502 before"
    found = ask()
    assert "the server failed (502)" in found.server
    assert not found.reachable
