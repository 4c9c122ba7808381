"""Moving a project to another server: everything that is there, once, or an error."""

from contextlib import closing
from pathlib import Path

import pytest
from comparer import check_mirror, check_tasks
from double import DoubleStudio
from double.trials import break_each_request, hurry, prepare
from live import TriedSite
from stories import mark, task_of, write_stories

from annotate.errors import StudioError, UsageError
from annotate.studio.server import ServerStatus
from annotate.workflow.maintenance import migrate
from annotate.workflow.mirror.mirror import Mirror, open_mirror
from annotate.workflow.mirror.project import find_review
from annotate.workflow.people.review import apply_review, plan_review
from annotate.workflow.state.server import embedded_server
from annotate.workflow.state.switch import Switch, begin_switch, read_switch
from annotate.workspace import load_workspace

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def old(studio, site, person):
    """Return a site with work of two people in a version, open tasks, one of them queued."""
    return prepare(studio, site, _build, person)


def _build(studio, site, person):
    hurry(studio, site)
    write_stories(site, range(5))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    person("ben").annotate(task_of(site, 0)["id"], [mark(end=9)])
    person("ben").annotate(task_of(site, 2)["id"], [], cancelled=True)
    site.pull()
    task = task_of(site, 1)
    site.client.set_task(task["id"], data={**task["data"], "queue": "000001"})
    site.sync(site.model("rules-2"))


@pytest.fixture
def new_studio():
    """Return the server to which it moves."""
    studio = DoubleStudio()
    studio.commit_seconds = 8.0
    return studio


@pytest.fixture
def new(old, new_studio):
    """Return the same workspace with that server."""
    client = new_studio.client(identity="migrating")
    with closing(TriedSite(load_workspace(old.root, {}), client)) as site:
        yield site
        site.client.close()


def _move(old, new, steps=()):
    steps = list(steps)
    return migrate._move(old, new, old.project().project_id, steps.append)


def _tasks(site):
    """Return what of each task has to come along, by article."""
    return {
        task["data"]["article_id"]: (
            {k: v for k, v in task["data"].items() if k != "restored"},
            sorted((p["model_version"], str(p["result"])) for p in task["predictions"]),
        )
        for task in site.raw_tasks()
        if not task["annotations"]
    }


def test_work_and_open_tasks_are_there_afterwards(studio, old, new, new_studio):
    """With predictions, places and the version that is shown; the old server is only read."""
    content, open_ = old.held(), _tasks(old)
    studio.asked.clear()
    assert _move(old, new) == (2, 3)
    assert {method for method, _ in studio.asked} == {"GET"}
    assert _tasks(new) == open_
    assert new.project().model_version == "rules-2"
    assert new.pull(full=True).version is None
    assert new.held() == content
    check_mirror(new_studio, new)
    check_tasks(new_studio, new)
    done = new.sync(new.model("rules-2"))
    assert (done.push.pushed, done.push.present, done.refresh.refreshed) == (0, 5, 0)


def test_a_project_in_which_everything_is_done_moves_as_well(old, new, person):
    """No prediction comes along with finished work, so the new server has no version to show."""
    for i in range(5):
        person("ada").annotate(task_of(old, i)["id"], [mark()])
    old.pull()
    assert old.project().model_version == "rules-2"
    content = old.held()
    assert _move(old, new) == (5, 0)
    assert new.held() == content
    assert not new.project().model_version


def test_a_move_twice_moves_nothing_twice(old, new, new_studio):
    """What is there is passed over."""
    _move(old, new)
    before = len(new.raw_tasks())
    assert _move(old, new) == (2, 0)
    assert len(new.raw_tasks()) == before
    check_tasks(new_studio, new)


def test_a_server_with_other_tasks_is_refused(old, new):
    """Of the same title: nothing is written there."""
    project = new.client.create_project(
        old.settings.project, old.workspace.label_config(), None
    ).project_id
    new.client.import_tasks(project, [{"data": {"text": "Else."}}])
    with pytest.raises(UsageError, match="a restore needs an empty server"):
        _move(old, new)
    assert len(new.raw_tasks()) == 1


def test_work_that_is_not_the_same_there_stops_it(old, new, monkeypatch):
    """The old server goes on as before."""
    monkeypatch.setattr(
        migrate, "apply_restore", lambda *_: type("Restored", (), {"differences": 2})
    )
    with pytest.raises(StudioError, match="2 articles are not the same on the new server"):
        _move(old, new)
    assert len(old.raw_tasks()) == 5


def test_a_move_that_breaks_goes_on_from_there(studio, old, new, new_studio):
    """At whichever request to the new server but the making of its project."""
    new.client.create_project(old.settings.project, old.workspace.label_config(), None)
    open_ = _tasks(old)
    asked = len(studio.state.tasks)

    def look():
        assert _tasks(new) == open_
        assert new.pull().version is None
        check_mirror(new_studio, new)
        check_tasks(new_studio, new)
        assert len(studio.state.tasks) == asked

    break_each_request(new_studio, new, lambda: _move(old, new), look, identity="migrating")


def test_work_that_would_stay_behind_is_refused(old, person):
    """Tasks of others that people worked on, and other projects, unless they may."""
    migrate._refuse_what_stays(old)
    old.client.import_tasks(old.project().project_id, [{"data": {"text": "Else."}}])
    old.pull()
    migrate._refuse_what_stays(old)
    foreign = old.raw_tasks()[-1]["id"]
    person("ada").annotate(foreign, [mark(end=4)])
    old.pull()
    with pytest.raises(UsageError, match=f"1 tasks that annotate did not push.*task {foreign}"):
        migrate._refuse_what_stays(old)
    old.client.delete_task(foreign)
    old.pull()
    apply_review(old, plan_review(old))
    migrate._refuse_what_stays(old)
    review = find_review(old)
    (task,) = old.client.tasks(review.project_id)
    person("eve").annotate(task["id"], [mark()])
    with pytest.raises(UsageError, match=f"other projects.*{review.title}") as caught:
        migrate._refuse_what_stays(old)
    assert "annotate review pull" in caught.value.hint
    migrate._refuse_what_stays(old, leave_others=True)


@pytest.mark.parametrize("step", range(5))
def test_a_change_of_servers_that_is_killed_is_finished(old, new, monkeypatch, step):
    """Wherever it was killed: no third server is started, and the next run ends it."""
    new.push()
    state = old.workspace.state
    for name in ("studio", "studio-new"):
        (state / name).mkdir()
        (state / name / "data").write_text(name)
    started = []
    monkeypatch.setattr(
        migrate.EmbeddedServer,
        "start",
        lambda server, port: (
            started.append((server.directory / "data").read_text())
            or ServerStatus(state="running", url="http://here", pid=1, log=server.log)
        ),
    )
    begun = Switch(kept="studio-sqlite-1", annotated=2, open=3)
    begin_switch(old.workspace, begun)
    left = [step]

    def killed(real):
        def act(*arguments):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return real(*arguments)

        return act

    with old.left_alone(), new.left_alone(), monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed(Path.rename))
        patch.setattr(Mirror, "take_over", killed(Mirror.take_over))
        patch.setattr(migrate, "end_switch", killed(migrate.end_switch))
        if step < 4:
            with pytest.raises(KeyboardInterrupt):
                migrate._switch(old, begun)
            with pytest.raises(StudioError, match="interrupted") as caught:
                embedded_server(old.workspace)
            assert "annotate studio migrate" in caught.value.hint
            assert started == []
    with old.left_alone(), new.left_alone():
        done = migrate.migrate(old, None, on_step=lambda _: None) if step < 4 else None
        done = done or migrate._switch(old, begun)
    assert (done.annotated, done.open, done.url) == (2, 3, "http://here")
    assert started == ["studio-new"]
    assert (done.kept / "data").read_text() == "studio"
    assert read_switch(old.workspace) is None
    with open_mirror(state, "embedded") as mirror:
        assert mirror.progress.project() is not None
    with open_mirror(state, "migrating") as mirror:
        assert mirror.progress.project() is None
