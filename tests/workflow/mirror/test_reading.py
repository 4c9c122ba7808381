"""Reading what changed: which tasks are read whole, and what it does not trust."""

import sqlite3
from contextlib import closing

import pytest
from comparer import check_all, check_mirror
from double.trials import prepare
from stories import mark, task_of, write_stories

from annotate.errors import SchemeMismatchError, StudioAnswerError, StudioUnreachableError
from annotate.workflow.mirror import reading
from annotate.workflow.mirror.reading import read_server

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def pushed(studio, site):
    """Return a site with eight stories on the server, everything read."""
    return prepare(studio, site, _build)


def _build(studio, site):
    write_stories(site, range(8))
    site.push()
    site.pull()


def _read(site, **settings):
    return read_server(site, site.project(), **settings)


def test_only_what_changed_is_read(studio, pushed, person):
    """Nothing, then one task; `on_task` tells how far it is."""
    assert (_read(pushed).read, _read(pushed).swept) == (0, False)
    number = person("ada").annotate(task_of(pushed, 3)["id"], [])
    told = []
    found = _read(pushed, on_task=lambda *at: told.append(at))
    assert (found.read, found.swept, told) == (1, False, [(1, 1)])
    assert found.project.annotations == 1
    person("ada").set_annotation_result(number, [mark()])
    assert (_read(pushed).read, _read(pushed).read) == (1, 0)
    check_mirror(studio, pushed)


def test_what_was_just_pushed_is_not_read_whole(studio, site):
    """Stamps of untouched tasks are taken as they are."""
    write_stories(site, range(3))
    site.push()
    asked = len(studio.asked)
    assert _read(site).read == 0
    assert len(studio.asked) - asked <= 8
    check_mirror(studio, site)


def test_a_deletion_that_moves_no_stamp_is_found_by_the_numbers(studio, pushed):
    """Everything is listed then; the row and its line go."""
    studio.advance(1000)
    _read(pushed)
    pushed.client.delete_task(task_of(pushed, 0)["id"])
    found = _read(pushed)
    assert (found.read, found.swept) == (0, True)
    check_mirror(studio, pushed)


def test_what_came_late_is_found_on_a_busy_server(studio, pushed, person):
    """Its totals never agree; the count of what was stamped long ago tells."""
    project = f"/api/projects/{pushed.project().project_id}"
    task = [{"data": {"text": "Else."}}]
    studio.send_late("POST", f"{project}/import", json=task, seconds=1000)
    studio.advance(999)
    ada, number = person("ada"), task_of(pushed, 0)["id"]
    ada.annotate(number, [])
    _read(pushed)
    studio.advance(10)

    def decide(method, path):
        if path == f"{project}/":
            ada.annotate(number, [])

    studio.decide = decide
    found = _read(pushed)
    studio.decide = lambda method, path: None
    assert (found.swept, pushed.mirror.tasks.totals().tasks) == (True, 9)


def test_a_reading_that_broke_goes_on_from_there(studio, pushed, monkeypatch):
    """What was read is kept, a chunk at a time; the next reading reads the rest alone."""
    monkeypatch.setattr(reading, "_CHUNK", 2)
    pushed.forget_server()
    whole = []

    def decide(method, path):
        if path == "/api/tasks/":
            whole.append(path)
        return "drop before" if len(whole) > 3 else None

    studio.decide = decide
    with pytest.raises(StudioUnreachableError):
        _read(pushed)
    studio.decide = lambda method, path: None
    left = pushed.mirror.unread.count()
    assert 0 < left < 8
    assert _read(pushed).read == left
    check_mirror(studio, pushed)


def test_the_server_is_asked_between_transactions(studio, pushed):
    """However slow it answers, nobody who writes into the mirror waits for it."""
    held = []

    def decide(method, path):
        with closing(
            sqlite3.connect(pushed.workspace.state / "server.sqlite3", timeout=0)
        ) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                held.append(path)

    studio.decide = decide
    asked = len(studio.asked)
    _read(pushed, full=True)
    assert len(studio.asked) - asked > 3
    assert held == []


def test_a_version_that_was_lost_is_read_again(studio, pushed, person):
    """Where the exports are another history, tasks with work are read, and their lines are there."""
    person("ada").annotate(task_of(pushed, 0)["id"], [mark()])
    pushed.pull()
    for path in pushed.workspace.exports.rglob("*"):
        if path.is_file():
            path.unlink()
    assert _read(pushed).read == 1
    assert len(pushed.mirror.pending.keys()) == 1
    pushed.pull()
    check_all(studio, pushed)


def test_a_number_that_is_used_again_is_another_task(studio, pushed, person):
    """On SQLite: the row is of the article that has the number now."""
    person("ada").annotate(task_of(pushed, 7)["id"], [])
    pushed.pull()
    last = task_of(pushed, 7)
    pushed.client.delete_task(last["id"])
    data = task_of(pushed, 0)["data"]
    assert pushed.client.import_tasks(last["project"], [{"data": data}]) == [last["id"]]
    person("ada").annotate(last["id"], [mark()])
    found = pushed.pull()
    assert (found.plan.duplicates, found.plan.removed_articles) == (1, 1)
    assert [key[0] for key in pushed.held()] == ["n0"]
    check_mirror(studio, pushed)


def test_lists_that_are_shorter_than_they_say_are_an_error(studio, pushed, monkeypatch):
    """Whatever is missing is not taken to be gone."""
    import double.tasks_api

    page = double.tasks_api.page_of
    monkeypatch.setattr(double.tasks_api, "page_of", lambda tasks, params: page(tasks, params)[:-1])
    with pytest.raises(StudioAnswerError, match="the list of tasks ended at"):
        _read(pushed, full=True)
    monkeypatch.undo()
    assert pushed.mirror.tasks.totals().tasks == 8


def test_another_config_is_refused_before_anything_is_read(studio, pushed):
    """What cannot be held by ours would be lost."""
    config = pushed.workspace.label_config().replace('"Hedge"', '"Doubt"')
    pushed.client.set_label_config(
        pushed.project().project_id, config.replace("Claim,Hedge", "Claim")
    )
    project = pushed.project()
    asked = len(studio.asked)
    with pytest.raises(SchemeMismatchError):
        read_server(pushed, project)
    assert len(studio.asked) == asked
