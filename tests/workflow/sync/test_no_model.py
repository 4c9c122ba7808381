"""No model in use: tasks without predictions, which are not blind, until there is a model."""

import pytest
from comparer import check_all
from double.fixtures import MODEL
from stories import all_versions, mark, task_of, write_stories

from annotate.workflow.sync.sync import plan_sync

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def bare(site):
    """Return a site with five stories on the server, pushed while no model was in use."""
    write_stories(site, range(5))
    site.models.store.use(site.models.choose("none"))
    return site


def test_tasks_come_without_predictions_and_say_so(studio, bare):
    """Nothing is shown; test articles alone are blind, and a second sync has nothing to refresh."""
    done = bare.push()
    assert (done.pushed, done.blind, done.spans, done.shown, done.hidden) == (5, 1, 0, None, False)
    assert [all_versions(bare, i) for i in range(5)] == [[]] * 5
    said = [task["data"].get("prelabelled", True) for task in bare.raw_tasks()]
    assert said == [False, False, True, False, False]
    articles = bare.articles().articles
    plan = plan_sync(bare, articles, bare.model())
    assert (plan.lacking, plan.doubtful, plan.switch) == (0, 0, False)
    again = bare.sync()
    assert (again.push.pushed, again.refresh.refreshed, again.refresh.left) == (0, 0, 0)
    assert bare.project().model_version is None
    check_all(studio, bare)


def test_work_on_them_was_shown_nothing(bare, person):
    """The version says so, and nobody takes it for work whose prediction was deleted."""
    bare.configure("infer_links: true\n")
    bare.push()
    person("ada").annotate(task_of(bare, 0)["id"], [mark()])
    person("ada").annotate(task_of(bare, 2)["id"], [mark()])
    done = bare.pull()
    lines = {line.article.article_id: line for line in bare.held().values()}
    assert [lines[name].blind for name in ("n0", "n2")] == [False, True]
    assert [lines[name].annotations[0].prediction_shown for name in ("n0", "n2")] == [None, None]
    assert not any("prediction that was shown is gone" in note for note in done.plan.notes)


def test_a_model_that_comes_into_use_brings_predictions_to_open_tasks(studio, bare, person):
    """Not to what was annotated or is blind; and giving the model up again takes nothing away."""
    bare.push()
    person("ada").annotate(task_of(bare, 0)["id"], [mark()])
    bare.models.store.use(bare.models.store.rules())
    done = bare.sync()
    assert (done.refresh.refreshed, done.refresh.switched, done.refresh.before) == (3, True, None)
    assert [all_versions(bare, i) for i in range(5)] == [[], [MODEL], [], [MODEL], [MODEL]]
    bare.models.store.use(bare.models.choose("none"))
    write_stories(bare, range(7))
    later = bare.sync()
    assert (later.push.pushed, later.push.shown, later.push.hidden) == (2, MODEL, False)
    assert (later.refresh.refreshed, later.refresh.left, later.refresh.switched) == (0, 0, False)
    assert bare.project().model_version == MODEL
    check_all(studio, bare)
