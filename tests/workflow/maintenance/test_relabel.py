"""Renaming a label: everywhere, once, and on from wherever it broke."""

import pytest
from comparer import check_mirror
from double.trials import break_each_request, prepare
from stories import mark, pick, relate, task_of, write_stories

from annotate.errors import SchemeMismatchError, UsageError
from annotate.workflow.maintenance.labels_check import check_labels
from annotate.workflow.maintenance.relabel import apply_rename, plan_rename
from annotate.workflow.mirror.project import find_review
from annotate.workflow.people.decisions import apply_decisions, plan_decisions
from annotate.workflow.people.review import apply_review, plan_review
from annotate.workflow.state.context import Context

pytestmark = pytest.mark.usefixtures("trivial_models")

WORK = [
    mark("Source", number="s"),
    pick(number="s"),
    mark("Hedge", start=8, end=12, number="h"),
    mark("Claim", start=8, end=20, number="c"),
    relate("c", "s", "attributed_to"),
    relate("h", "c"),
]


@pytest.fixture
def worked(studio, site, person):
    """Return a site with a version in which two people marked hedges, and more since."""
    return prepare(studio, site, _build, person)


def _build(studio, site, person):
    write_stories(site, range(4))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], WORK)
    person("ben").annotate(task_of(site, 1)["id"], WORK)
    site.pull()
    person("ada").annotate(task_of(site, 1)["id"], WORK[:1])
    person("eve").annotate(task_of(site, 2)["id"], WORK[2:3], cancelled=True)


def _rename(site, old="Hedge", new="Doubt"):
    return apply_rename(site, plan_rename(site, old, new))


def _spans(version):
    return version.counts["spans"]


def _labels_on_server(site):
    return {
        item["value"]["labels"][0]
        for task in site.raw_tasks()
        for work in (*task["annotations"], *task["predictions"])
        for item in work["result"]
        if item["type"] == "labels"
    }


def _look(studio, site):
    site.reload()
    site.pull()
    assert _labels_on_server(site) == {"Claim", "Source", "Doubt"}
    assert site.scheme.span_labels == ("Claim", "Source", "Doubt")
    assert check_labels(site) == []
    assert _spans(site.versions.latest()) == {"Claim": 2, "Source": 3, "Doubt": 2}
    assert site.versions.latest().counts["links"] == {"attributed_to": 2, "hedges": 2}
    assert site.versions.store.verify() == []
    check_mirror(studio, site)


def test_a_label_has_its_new_name_in_an_open_review(studio, worked, person):
    """What was sent for review and what was decided there: both go on under the new name."""
    person("ben").annotate(task_of(worked, 0)["id"], WORK[2:3])
    worked.pull()
    apply_review(worked, plan_review(worked))
    review = find_review(worked).project_id
    tasks = {task["data"]["article_id"]: task for task in worked.client.tasks(review)}
    assert set(tasks) == {"n0", "n1"}
    person("eve").annotate(tasks["n0"]["id"], WORK[2:3])
    plan = plan_rename(worked, "Hedge", "Doubt")
    assert (plan.review.project_id, plan.in_review) == (review, 2)
    apply_rename(worked, plan)
    decided = apply_decisions(worked, plan_decisions(worked))
    lines = {line.article.article_id: line for line in worked.versions.load(decided).values()}
    (truth,) = (a for a in lines["n0"].annotations if a.ground_truth)
    assert [span.label for span in truth.spans] == ["Doubt"]
    again = plan_review(worked)
    assert (again.to_send, again.decided, again.present) == ((), 1, 1)
    predicted = {
        item["value"]["labels"][0]
        for task in worked.client.tasks(review)
        for work in task["predictions"]
        for item in work["result"]
        if item["type"] == "labels"
    }
    assert predicted == {"Claim?", "Source?", "Doubt?", "Doubt"}


def test_a_label_has_its_new_name_everywhere(studio, worked):
    """All work comes home first; older versions stay as they are."""
    plan = plan_rename(worked, "Hedge", "Doubt")
    assert (plan.on_server, plan.in_export) == (3, 2)
    assert "Doubt" not in worked.workspace.label_config()
    first = worked.versions.latest()
    done = apply_rename(worked, plan)
    assert (done.tasks, done.lines) == (3, 2)
    assert _spans(done.version)["Doubt"] == 2
    assert _spans(first) == {"Claim": 2, "Hedge": 2, "Source": 2}
    assert any(
        span.label == "Hedge"
        for line in worked.versions.load(first).values()
        for annotation in line.annotations
        for span in annotation.spans
    )
    assert worked.pull().version is None
    _look(studio, worked)
    assert worked.pull(full=True).version is None


def test_predictions_are_renamed_too(studio, worked):
    """Those that annotators see, and those they began with."""
    done = _rename(worked, "Claim", "Statement")
    worked.reload()
    assert done.tasks == 3
    assert "Claim" not in _labels_on_server(worked)
    assert "Statement" in _labels_on_server(worked)
    assert {len(task["predictions"]) for task in worked.raw_tasks()} == {0, 1}


def test_a_second_rename_is_a_usage_error(worked):
    """The old label is none any more; nothing is written."""
    _rename(worked)
    worked.reload()
    latest = worked.versions.latest()
    with pytest.raises(UsageError, match="'Hedge' is not a label of the config"):
        plan_rename(worked, "Hedge", "Doubt")
    assert worked.versions.latest() == latest


def test_names_that_make_no_sense_are_refused(site):
    """Before anything is asked of the server."""
    for old, new, told in (
        ("Rumour", "Doubt", "'Rumour' is not a label"),
        ("Hedge", "Claim", "a label already"),
        ("Hedge", " Doubt", "spaces around it"),
        ("Hedge", "", "empty"),
        ("Hedge", "D" * 101, "too long"),
    ):
        with pytest.raises(UsageError, match=told):
            plan_rename(site, old, new)


def test_unsaved_drafts_stop_it(worked, person):
    """They would keep the old name; their number is told."""
    number = task_of(worked, 3)["id"]
    person("eve").request("POST", f"api/tasks/{number}/drafts", json={"result": WORK})
    with pytest.raises(UsageError, match="1 tasks of project 1 .* have unsaved drafts"):
        plan_rename(worked, "Hedge", "Doubt")


def test_another_config_on_the_server_stops_it(worked):
    """Neither ours nor the renamed one: somebody has changed it by hand."""
    config = worked.workspace.label_config().replace('"Source"', '"Witness"')
    worked.client.set_label_config(worked.project().project_id, config)
    with pytest.raises(SchemeMismatchError, match="has another labelling config"):
        plan_rename(worked, "Hedge", "Doubt")


def test_without_a_server_exports_and_workspace_are_renamed(studio, worked):
    """A context without a site asks no server."""
    studio.asked.clear()
    context = Context(worked.workspace)
    plan = plan_rename(context, "Hedge", "Doubt")
    assert (plan.project, plan.on_server, plan.in_export) == (None, 0, 2)
    done = apply_rename(context, plan)
    assert (done.tasks, done.lines, studio.asked) == (0, 2, [])
    assert _spans(done.version) == {"Claim": 2, "Doubt": 2, "Source": 2}


def test_a_label_that_people_go_on_drawing_is_renamed_again(studio, worked, person):
    """While both names are there somebody submits the old one: another round takes it."""
    ada, number = person("ada"), task_of(worked, 0)["id"]
    rounds = []

    def decide(method, path):
        if method == "PATCH" and path.startswith("/api/annotations/") and not rounds:
            rounds.append(path)
            ada.annotate(number, WORK)

    plan = plan_rename(worked, "Hedge", "Doubt")
    studio.decide = decide
    done = apply_rename(worked, plan)
    assert (done.tasks, len(rounds)) == (4, 1)
    worked.reload()
    assert _spans(done.version)["Doubt"] == 3
    assert check_labels(worked) == []


def test_a_rename_that_breaks_goes_on_from_there(studio, worked):
    """At whichever request of the server's part: the same command does the rest."""

    def rename():
        worked.reload()
        if "Hedge" in worked.scheme.span_labels:
            _rename(worked)

    break_each_request(studio, worked, rename, lambda: _look(studio, worked))
