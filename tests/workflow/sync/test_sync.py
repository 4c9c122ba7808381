"""A whole sync: broken at each of its requests, planned without a trace, done twice."""

from copy import deepcopy

import pytest
from comparer import check_all, check_tasks
from double.fixtures import MODEL
from double.trials import break_each_request, hurry, prepare
from stories import all_versions, mark, task_of, write_stories

from annotate.workflow.sync.sync import plan_sync

pytestmark = pytest.mark.usefixtures("trivial_models")

NEWER = "rules-2"


@pytest.fixture
def begun(studio, site, person):
    """Return a site with work on it, and with everything for a sync to do."""
    return prepare(studio, site, _build, person)


def _build(studio, site, person):
    hurry(studio, site)
    site.configure("annotators: {share: 0.5, each: 2}\n")
    write_stories(site, range(5))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    person("ben").annotate(task_of(site, 1)["id"], [], cancelled=True)
    write_stories(site, range(7), revised=[3])


def _sync(site, **settings):
    return site.sync(site.model(NEWER), **settings)


def test_a_sync_does_each_thing_once(begun):
    """Work comes home, new articles go out, predictions are refreshed, tasks shared; then nothing."""
    done = _sync(begun)
    assert done.pull.version.counts["annotations"] == 1
    assert (done.push.pushed, done.push.blind, done.push.revisions) == (3, 1, 1)
    assert (done.refresh.refreshed, done.refresh.left, done.refresh.switched) == (2, 0, True)
    assert (done.refresh.before, done.refresh.model_version) == (MODEL, NEWER)
    assert done.shared == 4
    again = _sync(begun)
    assert (again.pull.version, again.push.pushed, again.push.present) == (None, 0, 7)
    assert (again.refresh.refreshed, again.refresh.switched, again.shared) == (0, False, 0)
    assert again.pull.plan.read == 4  # the sharing has touched them


def test_a_plan_of_a_sync_writes_nothing(studio, begun):
    """Neither on the server nor in the exports; it says what the sync then does."""
    before = deepcopy(studio.state)
    articles = begun.articles().articles
    with begun.tried() as tried:
        plan = plan_sync(tried, articles, begun.model(NEWER))
    assert studio.state == before
    assert begun.versions.latest() is None
    assert (plan.pull.changed, len(plan.push.to_send), plan.lacking) == (2, 3, 2)
    assert plan.switch
    with begun.register() as register:
        assert sum(register.counts().values()) == 5


def test_a_sync_that_breaks_goes_on_from_there(studio, begun):
    """At whichever request it breaks: all work once, one task a revision, the new predictions."""

    def look():
        check_all(studio, begun)
        assert len(begun.raw_tasks()) == 8
        assert begun.project().model_version == NEWER
        assert [all_versions(begun, i) for i in (3, 4, 5, 6)] == [
            [NEWER],
            [MODEL, NEWER],
            [NEWER],
            [],
        ]
        assert all_versions(begun, 0) == [MODEL]
        assert {task["overlap"] for task in begun.raw_tasks()} == {1, 2}

    break_each_request(studio, begun, lambda: _sync(begun), look)


def test_a_first_sync_that_breaks_makes_one_project(studio, site):
    """Wherever it breaks but at the making itself, whose answer nobody else can give."""
    hurry(studio, site)
    write_stories(site, range(3))

    def look():
        check_tasks(studio, site)
        titles = [project.fields["title"] for project in studio.state.projects.values()]
        assert titles == [site.settings.project]
        assert len(site.raw_tasks()) == 3
        assert site.project().model_version == MODEL

    break_each_request(studio, site, site.sync, look)
