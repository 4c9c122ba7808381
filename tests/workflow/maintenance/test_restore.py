"""Restore: a version on an empty server, once, and on from wherever it broke."""

import pytest
from comparer import check_mirror, check_tasks
from double import DoubleStudio
from double.trials import break_each_request, hurry, prepare
from stories import mark, pick, relate, task_of, write_stories

from annotate.errors import StudioUnreachableError, UnknownExportError, UsageError
from annotate.workflow.maintenance import restore
from annotate.workflow.maintenance.restore import apply_restore, plan_restore

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def worked(studio, site, person):
    """Return a site with the work of two people in a version."""
    return prepare(studio, site, _build, person)


def _build(studio, site, person):
    hurry(studio, site)
    write_stories(site, range(5))
    site.push()
    result = [mark("Source", number="s"), pick(number="s"), mark("Rumour", number="u")]
    person("ada").annotate(task_of(site, 0)["id"], [*result, relate("s", "u")])
    person("ben").annotate(task_of(site, 0)["id"], [])
    person("ben").annotate(task_of(site, 2)["id"], [mark(end=9)])
    person("ben").annotate(task_of(site, 3)["id"], [], cancelled=True)
    site.pull()


@pytest.fixture
def empty(worked):
    """Return another double, on which ada alone has an account; the site works with it."""
    other = DoubleStudio()
    other.commit_seconds = 8.0
    other.join("ada@example.org")
    worked.client.close()
    worked.use(client=other.client(identity="other"))
    return other


def _restore(site, **settings):
    return apply_restore(site, plan_restore(site, **settings))


def _content(site):
    return {k: (v.annotations, v.skipped, v.split) for k, v in site.held().items()}


def test_a_pull_after_a_restore_finds_nothing_new(worked, empty):
    """Everybody's work is there, in their name; articles without work come with the next sync."""
    plan = plan_restore(worked)
    assert (plan.project, plan.articles, plan.annotations, plan.adopted) == (None, 3, 3, 0)
    ben = worked.people.pseudonym("ben@example.org")
    assert plan.absent == (ben,)
    assert empty.state.projects == {}
    content = _content(worked)
    told = []
    done = apply_restore(worked, plan, on_restored=told.append)
    assert (done.restored, done.present, done.differences, told) == (3, 0, 0, [3])
    assert worked.pull(full=True).version is None
    assert _content(worked) == content
    check_mirror(empty, worked)
    again = _restore(worked)
    assert (again.restored, again.present, again.project_id) == (0, 3, done.project_id)
    synced = worked.sync()
    assert (synced.push.pushed, synced.push.present, synced.pull.version) == (2, 3, None)
    check_tasks(empty, worked)


def test_work_that_is_changed_after_a_restore_keeps_its_id(worked, empty):
    """And what is made anew gets one that nobody had."""
    ids = {a.annotation_id for line in worked.held().values() for a in line.annotations}
    _restore(worked)
    first = task_of(worked, 2)
    worked.client.set_annotation_result(first["annotations"][0]["id"], [mark(end=20)])
    worked.client.annotate(task_of(worked, 0)["id"], [])
    assert worked.pull().plan.removed_annotations == 0
    now = {a.annotation_id for line in worked.held().values() for a in line.annotations}
    assert now > ids
    assert len(now) == 4


def test_an_older_version_can_be_restored(worked, empty):
    """Under its name; what came after it is what a pull would change."""
    second = worked.versions.latest()
    worked.client.close()
    with pytest.raises(UnknownExportError):
        worked.versions.find("0009")
    worked.use(client=empty.client(identity="other"))
    done = _restore(worked, export=second.name)
    assert (done.restored, done.differences) == (3, 0)


def test_a_project_with_other_tasks_is_left_alone(studio, worked):
    """A restore needs an empty server, or another title."""
    with pytest.raises(UsageError, match="5 tasks: a restore needs an empty server"):
        plan_restore(worked)
    assert len(studio.state.projects) == 1


def test_a_batch_without_an_answer_is_told_and_looked_for(worked, empty, monkeypatch):
    """The same command goes on: what came late is found and not sent again."""
    monkeypatch.setattr(restore, "BATCH", 1)
    sent = iter([None, "zombie"])
    empty.decide = lambda method, path: (
        next(sent, None) if method == "POST" and path.endswith("/import") else None
    )
    with pytest.raises(StudioUnreachableError) as found:
        _restore(worked)
    assert "goes on from there" in found.value.hint
    done = _restore(worked)
    assert (done.restored, done.present, done.differences) == (1, 2, 0)
    check_tasks(empty, worked)


def test_a_restore_that_breaks_goes_on_from_there(worked, empty):
    """At whichever request but the making of the project, of which a second one may come."""
    content = _content(worked)
    project = worked.client.create_project(
        worked.settings.project, worked.workspace.label_config(), None
    )

    def look():
        assert len(worked.raw_tasks()) == 3
        assert worked.project().project_id == project.project_id
        assert worked.pull().version is None
        assert _content(worked) == content
        check_tasks(empty, worked)

    break_each_request(empty, worked, lambda: _restore(worked), look, identity="other")
