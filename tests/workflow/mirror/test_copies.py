"""A JSON export that is imported again into its project: nobody's work counts twice."""

import pytest
from stories import mark, task_of, write_stories

from annotate.workflow.mirror.composing import COPIED

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def doubled(site, person):
    """Return a site with ada's work on an article, pulled, and then imported again."""
    write_stories(site, range(2))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [mark()])
    site.pull()
    import_again(site, task_of(site, 0))
    return site


def import_again(site, task):
    """Import a task with its annotations as Label Studio's own export has them."""
    work = [
        {
            "id": annotation["id"],
            "result": annotation["result"],
            "ground_truth": False,
            "completed_by": {"email": "ada@example.org"},
        }
        for annotation in task["annotations"]
    ]
    site.client.import_tasks(task["project"], [{"data": task["data"], "annotations": work}])


def _annotations(site):
    return [len(line.annotations) for line in site.held().values()]


def test_work_that_was_imported_again_counts_once(doubled):
    """The pull says how many copies there are, and the version stays as it was."""
    done = doubled.pull()
    assert done.plan.notes == {COPIED: 1}
    assert done.plan.duplicates == 1
    assert _annotations(doubled) == [1]
    import_again(doubled, doubled.raw_tasks()[-1])
    assert doubled.pull(full=True).plan.notes == {COPIED: 2}
    assert _annotations(doubled) == [1]


def test_a_copy_that_somebody_went_on_with_is_work_of_its_own(doubled, person):
    """As soon as it says something else, both are kept."""
    copy = doubled.raw_tasks()[-1]["annotations"][0]["id"]
    person("ada").request(
        "PATCH", f"api/annotations/{copy}/", json={"result": [mark(start=8, end=12)]}
    )
    assert doubled.pull().plan.notes == {}
    assert _annotations(doubled) == [2]


def test_a_copy_stands_in_for_an_original_that_is_gone(doubled):
    """When the first task is deleted the copy is the work."""
    doubled.pull()
    doubled.client.delete_task(doubled.raw_tasks()[0]["id"])
    doubled.pull(accept_removals=True)
    assert _annotations(doubled) == [1]
