"""What a reviewer decided comes home, and what is half decided waits."""

import pytest
from comparer import check_export
from disputes import ONE, TWO, decide, draft_of, ground_truth, pull, push, review_tasks
from stories import mark, relate, task_of, write_stories

from annotate.workflow.people.decisions import plan_decisions

pytestmark = pytest.mark.usefixtures("trivial_models")


def test_half_decided_work_is_told_and_waits(studio, disputed, person):
    """By article and mark; what the version holds stays, until a mind is made up."""
    push(disputed)
    eve, task = person("eve"), review_tasks(disputed)["n1"]["id"]
    number = eve.annotate(task, draft_of(disputed, "n1"))
    before = disputed.held()
    plan, version = pull(disputed)
    assert (plan.decided, plan.open, version) == (0, 2, None)
    (waiting,) = plan.undecided
    assert [(m.kind, m.start, m.end, m.reason) for m in waiting.marks] == [
        ("Source", 8, 12, "disputed")
    ]
    assert waiting.marks[0].words == "said"
    assert disputed.held() == before
    eve.set_annotation_result(number, decide(draft_of(disputed, "n1"), {"Source?": "drop"}))
    plan, _ = pull(disputed)
    assert (plan.decided, plan.undecided) == (1, ())
    assert [span.label for span in ground_truth(disputed).spans] == ["Claim"]
    decided = ground_truth(disputed)
    eve.set_annotation_result(number, draft_of(disputed, "n1"))
    plan, version = pull(disputed)
    assert (plan.decided, len(plan.undecided), plan.withdrawn, version) == (0, 1, 0, None)
    assert ground_truth(disputed) == decided


def test_the_last_whole_decision_counts_and_newer_half_ones_are_told(disputed, person):
    """A second reviewer who has begun takes nothing away."""
    push(disputed)
    task, draft = review_tasks(disputed)["n1"]["id"], draft_of(disputed, "n1")
    person("eve").annotate(task, decide(draft, {"Source?": "Source"}))
    person("dan").annotate(task, draft)
    plan, version = pull(disputed)
    assert (plan.decided, plan.open, len(plan.undecided)) == (1, 1, 1)
    assert version is not None
    assert [span.label for span in ground_truth(disputed).spans] == ["Claim", "Source"]


def test_work_that_is_not_submitted_is_counted(studio, disputed, person):
    """A draft is no decision; the article is left as it is by the next push."""
    push(disputed)
    task = review_tasks(disputed)["n1"]["id"]
    person("eve").request(
        "POST", f"api/tasks/{task}/drafts", json={"result": draft_of(disputed, "n1")}
    )
    plan, version = pull(disputed)
    assert (plan.decided, plan.open, plan.begun, version) == (0, 2, 1, None)


def test_a_task_that_was_changed_on_the_server_is_told(disputed, person):
    """What the version holds of its article stays."""
    push(disputed)
    task = review_tasks(disputed)["n1"]
    person("eve").annotate(task["id"], draft_of(disputed, "n1"))
    disputed.client.set_task(task["id"], data={**task["data"], "text": "Another one."})
    plan, version = pull(disputed)
    assert (len(plan.unreadable), plan.open, version) == (1, 1, None)
    assert f"task {task['id']}" in plan.unreadable[0]


def test_links_are_inferred_in_decisions_as_in_everybodys_work(studio, site, person):
    """But not where a reviewer has dropped one."""
    site.configure("infer_links: true\n")
    write_stories(site, range(2))
    site.push()
    both = [mark("Source", start=0, end=12, number="s"), mark(start=13, end=40, number="c")]
    link = relate("c", "s", "attributed_to")
    for number, theirs in ((0, [both[0]]), (1, [*both, link])):
        person("ada").annotate(task_of(site, number)["id"], both)
        person("ben").annotate(task_of(site, number)["id"], theirs)
    site.pull()
    plan, _ = push(site)
    assert plan.marks == 2
    keep = {"Claim?": "Claim", "→ attributed_to?": "drop"}
    for name in ("n0", "n1"):
        person("eve").annotate(
            review_tasks(site)[name]["id"], decide(draft_of(site, name), keep),
            parent_prediction=review_tasks(site)[name]["predictions"][0]["id"],
        )  # fmt: skip
    plan, _ = pull(site)
    assert (plan.decided, plan.inferred) == (2, 1)
    assert [(k.label, k.inferred) for k in ground_truth(site, 0).links] == [("attributed_to", True)]
    assert ground_truth(site, 1).links == ()
    assert pull(site)[1] is None


def test_a_decision_becomes_ground_truth_and_stays(studio, disputed, person):
    """Beside what it decides about, through every pull; a later one replaces it."""
    push(disputed)
    plan, version = pull(disputed)
    assert (plan.decided, plan.open, plan.changes, version) == (0, 2, (), None)
    eve, task = person("eve"), review_tasks(disputed)["n1"]["id"]
    decision = eve.annotate(task, [ONE, TWO])
    plan, version = pull(disputed)
    assert (plan.decided, plan.open, plan.withdrawn, plan.unknown) == (1, 1, 0, 0)
    assert version.counts["annotations"] == 8
    assert pull(disputed)[1] is None
    truth = ground_truth(disputed)
    assert (len(truth.spans), truth.annotator) == (2, disputed.people.pseudonym(eve.email))
    assert truth.prediction_shown is None
    assert disputed.pull().version is None
    assert disputed.pull(full=True).version is None
    disputed.client.annotate(task_of(disputed, 1)["id"], [])
    disputed.pull()
    assert ground_truth(disputed) == truth
    check_export(studio, disputed)
    assert push(disputed)[0].decided == 1
    eve.set_annotation_result(decision, [TWO])
    pull(disputed)
    assert len(ground_truth(disputed).spans) == 1
    person("dan").annotate(task, [])
    pull(disputed)
    assert ground_truth(disputed).spans == ()


def test_a_decision_that_is_withdrawn_leaves_the_next_version(disputed, person):
    """What the annotators did stays."""
    push(disputed)
    decision = person("eve").annotate(review_tasks(disputed)["n1"]["id"], [])
    pull(disputed)
    disputed.client.request("DELETE", f"api/annotations/{decision}/")
    plan, version = pull(disputed)
    assert (plan.decided, plan.withdrawn, version.counts["annotations"]) == (0, 1, 7)
    assert ground_truth(disputed) is None
    assert plan_decisions(disputed).withdrawn == 0


def test_a_decision_about_what_no_version_holds_is_counted(disputed, person):
    """The article's tasks were deleted meanwhile."""
    push(disputed)
    person("eve").annotate(review_tasks(disputed)["n1"]["id"], [])
    disputed.client.delete_task(task_of(disputed, 1)["id"])
    disputed.pull(accept_removals=True)
    plan, version = pull(disputed)
    assert (plan.decided, plan.unknown, version) == (1, 1, None)
