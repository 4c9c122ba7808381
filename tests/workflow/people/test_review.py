"""Review: disputed articles go out, decisions come home, and both stay."""

import pytest
from disputes import (
    ONE,
    TWO,
    decide,
    draft_of,
    ground_truth,
    id_of,
    labels_of,
    pull,
    push,
    review_tasks,
)
from double.trials import break_each_request
from hypothesis import HealthCheck, given, settings
from stories import mark, pick, relate, task_of, write_stories
from strategies import shared_articles

from annotate.errors import SchemeMismatchError, StudioError, UnknownExportError
from annotate.exports.lines import ExportedArticle
from annotate.studio.results import read_result
from annotate.studio.review_config import review_labels
from annotate.studio.review_results import all_kept, settle
from annotate.studio.review_tasks import ALL_MARKS
from annotate.workflow.mirror.project import find_review, review_title
from annotate.workflow.people import review
from annotate.workflow.people.decisions import plan_decisions
from annotate.workflow.people.review import apply_review, plan_review

pytestmark = pytest.mark.usefixtures("trivial_models")


def test_what_is_disputed_goes_out_once(studio, disputed):
    """All marks in one prediction, which the stream shows; the second push sends nothing."""
    plan = plan_review(disputed)
    assert (plan.project, plan.export) == (None, disputed.versions.latest().name)
    assert [line.article.article_id for line in plan.to_send] == ["n1", "n2"]
    assert (plan.present, plan.decided, plan.undisputed, plan.marks) == (0, 0, 1, 2)
    assert len(studio.state.projects) == 1
    told = []
    done = apply_review(disputed, plan, on_article=told.append)
    assert (done.sent, done.changed, told) == (2, 0, [2])
    assert labels_of(draft_of(disputed, "n1")) == ["Source?", "Claim"]
    assert labels_of(draft_of(disputed, "n2")) == ["Source?"]
    ada, ben = (disputed.people.pseudonym(f"{name}@example.org") for name in ("ada", "ben"))
    notes = {
        name: [i["value"]["text"] for i in draft_of(disputed, name) if i["type"] == "textarea"]
        for name in ("n1", "n2")
    }
    assert notes == {"n1": [[f"{ben} · not {ada}"]], "n2": [[f"{ada} · not {ben}"]]}
    assert find_review(disputed).model_version == ALL_MARKS
    plan, again = push(disputed)
    assert (again.sent, again.changed, plan.present, plan.label_config) == (0, 0, 2, None)
    assert len(review_tasks(disputed)) == 2


def test_a_disputed_choice_and_a_disputed_link_are_flagged(studio, site, person):
    """Who chose what is said; a link that one of two lacks is a region where it begins."""
    write_stories(site, range(1))
    site.push()
    spans = [mark(number="c"), mark("Source", start=8, end=12, number="s")]
    for name, option, links in (
        ("ada", "named", [relate("c", "s", "attributed_to")]),
        ("ben", "unnamed", []),
    ):
        person(name).annotate(task_of(site, 0)["id"], [*spans, pick(option, number="s"), *links])
    site.pull()
    plan, _ = push(site)
    ada, ben = (site.people.pseudonym(f"{name}@example.org") for name in ("ada", "ben"))
    said = sorted([(ada, "named"), (ben, "unnamed")])
    shown = draft_of(site, "n0")
    assert plan.marks == 2
    assert labels_of(shown) == ["Claim", "→ attributed_to?", "Source?"]
    assert [i["value"]["text"][0] for i in shown if i["type"] == "textarea"] == [
        f"→ said · {ada} · not {ben}",
        f"source_type: {', '.join(f'{kind} ({who})' for who, kind in said)}",
    ]
    eve, task = person("eve"), review_tasks(site)["n0"]["id"]
    half = decide(shown, {"Source?": "Source", "→ attributed_to?": "→ attributed_to"})
    number = eve.annotate(task, half)
    plan, version = pull(site)
    assert (plan.decided, plan.open, version) == (0, 1, None)
    (waiting,) = plan.undecided
    assert waiting.article_id == "n0"
    assert waiting.address.endswith(f"?task={task}")
    assert [m.kind for m in waiting.marks] == ["source_type of Source"]
    chosen = {**pick("unnamed", number="s"), "id": id_of(shown, "Source?")}
    eve.set_annotation_result(number, [*half, chosen])
    plan, version = pull(site)
    assert (plan.decided, plan.undecided) == (1, ())
    truth = ground_truth(site, 0)
    assert [s.attributes for s in truth.spans] == [{}, {"source_type": ("unnamed",)}]
    assert [(link.label, link.inferred) for link in truth.links] == [("attributed_to", False)]
    assert truth.extra == ()


def test_the_page_of_an_earlier_review_is_brought_up_to_date(disputed, person):
    """With the labelling config of the annotators, tasks that nobody touched show all marks."""
    push(disputed)
    project = find_review(disputed).project_id
    tasks = review_tasks(disputed)
    for number, task in enumerate(tasks.values()):
        (prediction,) = task["predictions"]
        disputed.client.request("DELETE", f"api/predictions/{prediction['id']}/")
        body = {"task": task["id"], "model_version": "agreed", "result": [ONE][:number]}
        disputed.client.import_predictions(project, [body])
        disputed.client.set_task(task["id"], data={**task["data"], "review": "0"})
    disputed.client.set_label_config(project, disputed.workspace.label_config())
    disputed.client.set_model_version(project, "agreed")
    person("eve").annotate(tasks["n2"]["id"], [TWO])
    plan, done = push(disputed)
    assert (plan.label_config is not None, done.sent, done.changed) == (True, 0, 1)
    shown = {p["model_version"]: p["result"] for p in review_tasks(disputed)["n1"]["predictions"]}
    assert shown["agreed"] == []
    assert labels_of(shown[ALL_MARKS]) == ["Source?", "Claim"]
    assert find_review(disputed).model_version == ALL_MARKS
    assert push(disputed)[0].label_config is None
    assert pull(disputed)[0].decided == 1


def test_a_page_that_would_lose_work_is_not_set(disputed, monkeypatch):
    """The server says so before anything is changed."""
    push(disputed)
    project = find_review(disputed).project_id
    disputed.client.set_label_config(project, disputed.workspace.label_config())
    monkeypatch.setattr(type(disputed.client), "refuse_label_config", lambda *_: "work is lost")
    with pytest.raises(SchemeMismatchError, match="work is lost") as caught:
        push(disputed)
    assert "annotate review pull" in caught.value.hint


def test_where_nothing_is_disputed_no_project_is_made(studio, site, person):
    """And without a version there is nothing to review."""
    with pytest.raises(UnknownExportError):
        plan_review(site)
    write_stories(site, range(2))
    site.push()
    person("ada").annotate(task_of(site, 0)["id"], [ONE])
    site.pull()
    _, done = push(site)
    assert (done.project_id, done.sent, len(studio.state.projects)) == (None, 0, 1)


def test_a_changed_mind_changes_the_open_review_task(disputed, person):
    """In place: no prediction goes; one that is begun or decided is left as it is."""
    push(disputed)
    before = {p["id"] for task in review_tasks(disputed).values() for p in task["predictions"]}
    for number in (1, 2):
        work = task_of(disputed, number)["annotations"]
        disputed.client.set_annotation_result(
            work[-1]["id"], [TWO, mark("Hedge", start=20, end=24)]
        )
    person("eve").annotate(review_tasks(disputed)["n2"]["id"], [TWO])
    disputed.pull()
    plan, done = push(disputed)
    assert (done.sent, done.changed, plan.present) == (0, 1, 2)
    after = {p["id"] for task in review_tasks(disputed).values() for p in task["predictions"]}
    assert after == before
    assert labels_of(draft_of(disputed, "n1")) == ["Claim?", "Source?", "Hedge?"]
    assert push(disputed)[1].changed == 0


def _later_mark(site):
    """Let an annotator of n1 mark what the reviewer was not shown."""
    work = task_of(site, 1)["annotations"][-1]["id"]
    site.client.set_annotation_result(work, [ONE, TWO, mark("Hedge", start=20, end=24)])
    site.pull()


def test_marks_that_came_after_a_decision_are_told_until_it_is_made_anew(disputed, person):
    """Deleted, pulled or not, the next push replaces the marks on the task."""
    push(disputed)
    task = review_tasks(disputed)["n1"]["id"]
    decision = person("eve").annotate(task, [ONE])
    pull(disputed)
    disputed.pull()
    assert push(disputed)[0].outdated == ()
    _later_mark(disputed)
    plan, done = push(disputed)
    (told,) = plan.outdated
    assert (plan.decided, done.changed) == (1, 0)
    assert (told.article_id, told.marks) == ("n1", 1)
    assert told.address.endswith(f"?task={task}")
    disputed.client.request("DELETE", f"api/annotations/{decision}/")
    plan, done = push(disputed)
    assert (plan.outdated, plan.decided, done.changed) == ((), 0, 1)
    assert labels_of(draft_of(disputed, "n1")) == ["Source?", "Hedge?", "Claim"]
    assert pull(disputed)[0].withdrawn == 1
    person("eve").annotate(task, [ONE])
    assert pull(disputed)[0].decided == 1
    assert push(disputed)[0].outdated == ()


@pytest.mark.parametrize("label", ["Hedge", "drop"])
def test_a_decision_that_judges_what_came_later_is_no_longer_told(disputed, person, label):
    """The reviewer draws the mark, or puts the label that drops over its words."""
    push(disputed)
    eve = person("eve")
    decision = eve.annotate(review_tasks(disputed)["n1"]["id"], [ONE])
    pull(disputed)
    _later_mark(disputed)
    assert len(push(disputed)[0].outdated) == 1
    eve.set_annotation_result(decision, [ONE, mark(label, start=20, end=24, number="h")])
    assert push(disputed)[0].outdated == ()
    plan, _ = pull(disputed)
    assert (plan.decided, plan.undecided) == (1, ())


def test_a_third_annotators_links_and_choices_are_marks_too(site, person):
    """At spans that the decision kept; a third one who agrees brings nothing new."""
    write_stories(site, range(1))
    site.push()
    spans = [mark(number="c"), mark("Source", start=8, end=12, number="s")]
    for name, option, more in (
        ("ada", "named", []),
        ("ben", "named", [mark("Hedge", start=20, end=24)]),
    ):
        work = [*spans, pick(option, number="s"), *more]
        person(name).annotate(task_of(site, 0)["id"], work)
    site.pull()
    push(site)
    kept = decide(draft_of(site, "n0"), {"Hedge?": "drop"})
    person("eve").annotate(review_tasks(site)["n0"]["id"], kept)
    pull(site)
    dan = person("dan")
    third = dan.annotate(task_of(site, 0)["id"], [*spans, pick("named", number="s")])
    site.pull()
    assert push(site)[0].outdated == ()
    link = relate("c", "s", "attributed_to")
    dan.set_annotation_result(third, [*spans, pick("unnamed", number="s"), link])
    site.pull()
    (told,) = push(site)[0].outdated
    assert (told.article_id, told.marks) == ("n0", 2)


def test_decisions_whose_task_is_gone_stay_are_told_and_can_be_opened_anew(disputed, person):
    """Push and pull count alike; reopened, what is not decided anew is withdrawn."""
    push(disputed)
    for name in ("n1", "n2"):
        person("eve").annotate(review_tasks(disputed)[name]["id"], [TWO])
    pull(disputed)
    for name in ("n1", "n2"):
        disputed.client.delete_task(review_tasks(disputed)[name]["id"])
    plan, version = pull(disputed)
    assert (plan.decided, plan.open, plan.taskless, version) == (2, 0, ("n1", "n2"), None)
    plan, done = push(disputed)
    assert (plan.decided, plan.taskless, done.sent) == (2, ("n1", "n2"), 0)
    plan = plan_review(disputed, reopen=True)
    assert (plan.decided, plan.taskless) == (0, ())
    assert apply_review(disputed, plan).sent == 2
    assert plan_review(disputed, reopen=True).to_send == ()
    assert ground_truth(disputed) is not None
    person("eve").annotate(review_tasks(disputed)["n1"]["id"], [ONE])
    plan, _ = pull(disputed)
    assert (plan.decided, plan.withdrawn, plan.taskless) == (1, 1, ())
    assert [span.label for span in ground_truth(disputed).spans] == ["Claim"]


def test_projects_that_cannot_be_used_are_refused(disputed):
    """None yet, another config, two of the title."""
    with pytest.raises(StudioError, match="annotate review|no project is called") as found:
        plan_decisions(disputed)
    assert "annotate review push" in found.value.hint
    push(disputed)
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
    push(disputed)
    work = task_of(disputed, 1)["annotations"][-1]["id"]
    disputed.client.set_annotation_result(work, [mark("Hedge", start=20, end=24)])
    disputed.client.set_annotation_result(task_of(disputed, 0)["annotations"][-1]["id"], [])
    disputed.pull()

    def look():
        tasks = list(disputed.client.tasks(find_review(disputed).project_id))
        assert {task["data"]["article_id"] for task in tasks} == {"n0", "n1", "n2"}
        plan = plan_review(disputed)
        assert (plan.to_send, dict(plan.to_change)) == ((), {})

    break_each_request(studio, disputed, lambda: push(disputed), look)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shared_articles())
def test_who_keeps_everything_gets_the_union(scheme, shared):
    """Agreed marks alike; nothing is undecided but choices that all made otherwise."""
    article, annotations = shared
    line = ExportedArticle(
        article=article, annotations=annotations, group="g", split="train", blind=False
    )
    union = review._union(line)
    (prediction,) = review._task(line, scheme).payload["predictions"]
    kept = all_kept(prediction["result"], scheme, review_labels(scheme))
    spans, links, extra, _ = read_result(kept, article, scheme)
    assert {span.id: span for span in spans} == {m.span.id: m.span for m in union.spans}
    assert set(links) == {mark.link for mark in union.links}
    assert extra == ()
    settled = settle(prediction["result"], scheme, review_labels(scheme))
    agreed, _, _, _ = read_result(settled.result, article, scheme)
    assert {s.id for s in agreed} == {m.span.id for m in union.spans if not m.disputed}
    whole = settle(kept, scheme, review_labels(scheme), shown=prediction["result"])
    assert len(whole.undecided) == sum(len(mark.to_choose) for mark in union.spans)
    flags = [i for i in prediction["result"] if i["type"] == "textarea"]
    assert len(flags) == union.disputed
