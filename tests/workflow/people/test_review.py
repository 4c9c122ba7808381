"""Review: disputed articles go out, decisions come home, and both stay."""

import pytest
from comparer import check_export
from double.trials import break_each_request, prepare
from stories import mark, task_of, write_stories

from annotate.errors import SchemeMismatchError, StudioError, UnknownExportError
from annotate.workflow.mirror.project import find_review, review_title
from annotate.workflow.people.decisions import apply_decisions, plan_decisions
from annotate.workflow.people.review import (
    AGREED,
    apply_review,
    plan_review,
)

pytestmark = pytest.mark.usefixtures("trivial_models")

ONE, TWO = mark(number="a"), mark("Source", start=8, end=12, number="b")


@pytest.fixture
def disputed(studio, site, person):
    """Return a site on which two agree on n0, differ on n1 and n2; n3 is one person's."""
    return prepare(studio, site, _build, person)


def _build(studio, site, person):
    write_stories(site, range(5))
    site.push()
    ada, ben = person("ada"), person("ben")
    for who, results in ((ada, ([ONE], [ONE], [TWO], [ONE])), (ben, ([ONE], [ONE, TWO], []))):
        for number, result in enumerate(results):
            who.annotate(task_of(site, number)["id"], result)
    site.pull()


def _push(site):
    plan = plan_review(site)
    return plan, apply_review(site, plan)


def _pull(site):
    plan = plan_decisions(site)
    return plan, apply_decisions(site, plan)


def _tasks(site):
    project = find_review(site).project_id
    return {task["data"]["article_id"]: task for task in site.client.tasks(project)}


def test_what_is_disputed_goes_out_once(studio, disputed):
    """With what all agree on and each person's version; the second push sends nothing."""
    plan = plan_review(disputed)
    assert (plan.project, plan.export) == (None, disputed.versions.latest().name)
    assert [line.article.article_id for line in plan.to_send] == ["n1", "n2"]
    assert (plan.present, plan.decided, plan.undisputed) == (0, 0, 1)
    assert len(studio.state.projects) == 1
    told = []
    done = apply_review(disputed, plan, on_article=told.append)
    assert (done.sent, done.changed, told) == (2, 0, [2])
    names = {a.annotator for a in next(iter(disputed.held().values())).annotations}
    shown = {p["model_version"]: len(p["result"]) for p in _tasks(disputed)["n1"]["predictions"]}
    assert set(shown) == {AGREED, *names}
    assert (shown[AGREED], sorted(shown.values())) == (1, [1, 1, 2])
    assert find_review(disputed).model_version == AGREED
    plan, again = _push(disputed)
    assert (again.sent, again.changed, plan.present) == (0, 0, 2)
    assert len(_tasks(disputed)) == 2


def test_where_nothing_is_disputed_no_project_is_made(studio, site, person):
    """And without a version there is nothing to review."""
    with pytest.raises(UnknownExportError):
        plan_review(site)
    write_stories(site, range(2))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [ONE])
    site.pull()
    _, done = _push(site)
    assert (done.project_id, done.sent, len(studio.state.projects)) == (None, 0, 1)


def test_a_changed_mind_changes_the_open_review_task(disputed, person):
    """In place: no prediction goes; one that is begun or decided is left as it is."""
    _push(disputed)
    before = {p["id"] for task in _tasks(disputed).values() for p in task["predictions"]}
    for number in (1, 2):
        work = task_of(disputed, number)["annotations"]
        disputed.client.set_annotation_result(
            work[-1]["id"], [TWO, mark("Hedge", start=20, end=24)]
        )
    person("eve").annotate(_tasks(disputed)["n2"]["id"], [TWO])
    disputed.pull()
    plan, done = _push(disputed)
    assert (done.sent, done.changed, plan.present) == (0, 1, 2)
    after = {p["id"] for task in _tasks(disputed).values() for p in task["predictions"]}
    assert after == before
    shown = {p["model_version"]: len(p["result"]) for p in _tasks(disputed)["n1"]["predictions"]}
    assert shown[AGREED] == 0
    assert _push(disputed)[1].changed == 0


def test_a_decision_becomes_ground_truth_and_stays(studio, disputed, person):
    """Beside what it decides about, through every pull; a later one replaces it."""
    _push(disputed)
    plan, version = _pull(disputed)
    assert (plan.decided, plan.open, plan.changes, version) == (0, 2, (), None)
    eve, task = person("eve"), _tasks(disputed)["n1"]["id"]
    decision = eve.annotate(task, [ONE, TWO])
    plan, version = _pull(disputed)
    assert (plan.decided, plan.open, plan.withdrawn, plan.unknown) == (1, 1, 0, 0)
    assert version.counts["annotations"] == 8
    assert _pull(disputed)[1] is None
    truth = _truth(disputed)
    assert (len(truth.spans), truth.annotator) == (2, disputed.people.pseudonym(eve.email))
    assert truth.prediction_shown is None
    assert disputed.pull().version is None
    assert disputed.pull(full=True).version is None
    disputed.client.annotate(task_of(disputed, 1)["id"], [])
    disputed.pull()
    assert _truth(disputed) == truth
    check_export(studio, disputed)
    assert _push(disputed)[0].decided == 1
    eve.set_annotation_result(decision, [TWO])
    _pull(disputed)
    assert len(_truth(disputed).spans) == 1
    person("dan").annotate(task, [])
    _pull(disputed)
    assert _truth(disputed).spans == ()


def test_a_decision_that_is_withdrawn_leaves_the_next_version(disputed, person):
    """What the annotators did stays."""
    _push(disputed)
    decision = person("eve").annotate(_tasks(disputed)["n1"]["id"], [])
    _pull(disputed)
    disputed.client.request("DELETE", f"api/annotations/{decision}/")
    plan, version = _pull(disputed)
    assert (plan.decided, plan.withdrawn, version.counts["annotations"]) == (0, 1, 7)
    assert _truth(disputed) is None
    assert plan_decisions(disputed).withdrawn == 0


def test_a_decision_about_what_no_version_holds_is_counted(disputed, person):
    """The article's tasks were deleted meanwhile."""
    _push(disputed)
    person("eve").annotate(_tasks(disputed)["n1"]["id"], [])
    disputed.client.delete_task(task_of(disputed, 1)["id"])
    disputed.pull(accept_removals=True)
    plan, version = _pull(disputed)
    assert (plan.decided, plan.unknown, version) == (1, 1, None)


def test_projects_that_cannot_be_used_are_refused(disputed):
    """None yet, another config, two of the title."""
    with pytest.raises(StudioError, match="annotate review|no project is called") as found:
        plan_decisions(disputed)
    assert "annotate review push" in found.value.hint
    _push(disputed)
    config = disputed.workspace.label_config()
    other = config.replace('"Hedge"', '"Doubt"').replace("Claim,Hedge", "Claim")
    disputed.client.set_label_config(find_review(disputed).project_id, other)
    for plan in (plan_review, plan_decisions):
        with pytest.raises(SchemeMismatchError):
            plan(disputed)
    disputed.client.create_project(review_title(disputed), config, None)
    with pytest.raises(StudioError, match="2 projects are called"):
        plan_review(disputed)


def test_a_review_push_that_breaks_goes_on_from_there(studio, disputed):
    """At whichever request; two tasks of one article are possible, and no article is missing."""
    _push(disputed)
    work = task_of(disputed, 1)["annotations"][-1]["id"]
    disputed.client.set_annotation_result(work, [mark("Hedge", start=20, end=24)])
    disputed.client.set_annotation_result(task_of(disputed, 0)["annotations"][-1]["id"], [])
    disputed.pull()

    def look():
        tasks = list(disputed.client.tasks(find_review(disputed).project_id))
        assert {task["data"]["article_id"] for task in tasks} == {"n0", "n1", "n2"}
        plan = plan_review(disputed)
        assert (plan.to_send, dict(plan.to_change)) == ((), {})

    break_each_request(studio, disputed, lambda: _push(disputed), look)


def _truth(site):
    line = site.held()[("n1", task_of(site, 1)["data"]["text_sha256"])]
    return next((a for a in line.annotations if a.ground_truth), None)
