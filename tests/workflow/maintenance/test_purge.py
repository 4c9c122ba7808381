"""Purge: what goes, what is spared, and that a purge that breaks goes on."""

import pytest
from comparer import check_all, check_export, check_mirror
from double.fixtures import MODEL
from double.trials import break_each_request, prepare
from stories import all_versions, mark, task_of, write_stories

from annotate.errors import StudioError, UsageError
from annotate.workflow.maintenance.purge import apply_purge, plan_purge

pytestmark = pytest.mark.usefixtures("trivial_models")

NEWER = "rules-2"
EVERYTHING = {"predictions": True, "duplicates": True, "outdated": True}
DAY = 86_400


@pytest.fixture
def cluttered(studio, site, person):
    """Return a site with superseded predictions, a task that stands twice, and an old text."""
    return prepare(studio, site, _build, person)


def _build(studio, site, person):
    write_stories(site, range(5))
    site.push()
    twin = task_of(site, 0)
    site.client.import_tasks(twin["project"], [{"data": twin["data"]}])
    person("ada").annotate(task_of(site, 1)["id"], [mark()])
    site.sync(site.model(NEWER))
    write_stories(site, range(5), revised=[3])
    site.sync(site.model(NEWER))
    studio.advance(8 * DAY)


def _purge(site, **settings):
    plan = plan_purge(site, older_than_days=7, **(settings or EVERYTHING))
    return plan, apply_purge(site, plan)


def test_what_nobody_needs_goes(studio, cluttered):
    """Superseded predictions of open tasks, one of two equal tasks, the task of the old text."""
    old = cluttered.raw_tasks()[3]["id"]
    kept, surplus = (t["id"] for t in cluttered.raw_tasks() if t["data"]["article_id"] == "n0")
    plan = plan_purge(cluttered, older_than_days=7, **EVERYTHING)
    assert plan.model_versions == (MODEL,)
    assert (plan.duplicates, plan.outdated) == ((surplus,), (old,))
    assert set(plan.prediction_tasks) == {kept, task_of(cluttered, 4)["id"], old}
    assert plan.size == 5
    assert len(cluttered.raw_tasks()) == 7
    told = []
    done = apply_purge(cluttered, plan, on_task=told.append)
    assert (done.tasks, done.predictions, done.spared, sum(told)) == (2, 2, 0, 5)
    assert [all_versions(cluttered, i) for i in range(5)] == [
        [NEWER],
        [MODEL],
        [],
        [NEWER],
        [NEWER],
    ]
    assert cluttered.pull().plan.removed_annotations == 0
    check_all(studio, cluttered)
    plan, again = _purge(cluttered)
    assert (plan.size, again.tasks, again.predictions) == (0, 0, 0)


def test_nothing_goes_before_its_time(studio, cluttered):
    """Nor what was not named; the version that is shown never does."""
    assert plan_purge(cluttered, older_than_days=9, predictions=True).size == 0
    assert plan_purge(cluttered, older_than_days=0, predictions=True).model_versions == (MODEL,)
    plan = plan_purge(cluttered, older_than_days=0, duplicates=True)
    assert (plan.model_versions, plan.prediction_tasks, plan.outdated) == ((), (), ())
    cluttered.client.set_model_version(cluttered.project().project_id, MODEL)
    assert plan_purge(cluttered, older_than_days=0, predictions=True).model_versions == ()


def test_nothing_named_is_refused(site):
    """A purge without a word of what is no purge of all."""
    with pytest.raises(UsageError, match="nothing was named"):
        plan_purge(site, older_than_days=7)
    with pytest.raises(StudioError, match="no project is called"):
        plan_purge(site, older_than_days=7, duplicates=True)


def test_what_somebody_began_meanwhile_is_spared(studio, cluttered, person):
    """Each task is read again just before: annotated, skipped, begun or gone, it is left."""
    plan = plan_purge(cluttered, older_than_days=7, **EVERYTHING)
    ada = person("ada")
    ada.annotate(plan.duplicates[0], [mark()])
    ada.request("POST", f"api/tasks/{plan.outdated[0]}/drafts", json={"result": []})
    ada.annotate(task_of(cluttered, 4)["id"], [], cancelled=True)
    done = apply_purge(cluttered, plan)
    assert (done.tasks, done.predictions, done.spared) == (0, 1, 3)
    assert all_versions(cluttered, 4) == [MODEL, NEWER]
    cluttered.pull()
    check_export(studio, cluttered)
    check_mirror(studio, cluttered)


def test_of_equal_tasks_those_with_work_stay(studio, cluttered, person):
    """One always stays, where nobody has worked on any the first."""
    first, second = (t["id"] for t in cluttered.raw_tasks() if t["data"]["article_id"] == "n0")
    person("ada").annotate(second, [])
    plan, done = _purge(cluttered, duplicates=True)
    assert (plan.duplicates, done.tasks) == ((first,), 1)
    cluttered.pull()
    check_all(studio, cluttered)


def test_a_purge_that_breaks_goes_on_from_there(studio, cluttered):
    """At whichever request: nobody's work goes, and the next purge takes the rest."""

    def look():
        cluttered.pull()
        check_all(studio, cluttered)
        assert len(cluttered.raw_tasks()) == 5
        assert [all_versions(cluttered, i) for i in (0, 1, 4)] == [[NEWER], [MODEL], [NEWER]]

    break_each_request(studio, cluttered, lambda: _purge(cluttered), look)
