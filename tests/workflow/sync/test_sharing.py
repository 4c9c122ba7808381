"""Sharing: which tasks several people get."""

import pytest
from double.trials import break_each_request, prepare
from stories import task_of, write_stories

from annotate.workflow.sync.sharing import count_to_share, share_tasks, unshared_tasks

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def shared(studio, site):
    """Return a site with five stories on the server, of which three are for two people."""
    return prepare(studio, site, _build)


def _build(studio, site):
    site.configure("annotators: {share: 0.5, each: 2}\n")
    write_stories(site, range(6))
    site.push()


def _people(site):
    return [task["overlap"] for task in site.raw_tasks()]


def test_a_share_goes_to_several_people_once(shared, person):
    """What is finished or for more people stays; foreign tasks too; twice does nothing."""
    project = shared.project().project_id
    person("ada").annotate(task_of(shared, 4)["id"], [])
    shared.client.set_task(task_of(shared, 5)["id"], overlap=3)
    shared.client.import_tasks(project, [{"data": {"text": "Else."}}])
    told = []
    assert list(unshared_tasks(shared, project).values()) == [2]
    assert share_tasks(shared, project, on_task=told.append) == 1
    assert (_people(shared), told) == ([1, 1, 2, 1, 1, 3, 1], [1])
    assert share_tasks(shared, project) == 0


def test_a_plan_counts_what_would_be_shared(site):
    """New articles and those that are on the server; without a share nothing is asked."""
    write_stories(site, range(5))
    assert count_to_share(site, site.plan_push()) == 0
    site.push()
    assert unshared_tasks(site, site.project().project_id) == {}
    site.configure("annotators: {share: 0.5, each: 2}\n")
    write_stories(site, range(6))
    assert count_to_share(site, site.plan_push()) == 3
    assert set(_people(site)) == {1}


def test_sharing_that_breaks_goes_on_from_there(studio, shared):
    """At whichever request; nobody's task is given to fewer people."""
    project = shared.project().project_id
    break_each_request(
        studio,
        shared,
        lambda: share_tasks(shared, project),
        lambda: _people(shared) == [1, 1, 2, 1, 2, 2] or pytest.fail(str(_people(shared))),
    )
