"""The queue: the order of open tasks, lanes, and what is left where it is."""

import json

import pytest
from comparer import check_all
from double.trials import break_each_request, prepare
from people import next_task
from stories import mark, story, task_of, write_stories

from annotate.errors import StudioError
from annotate.workflow.people import queue
from annotate.workflow.people.queue import TAB, apply_queue, plan_queue

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def pushed(studio, site):
    """Return a site with six stories on the server, the last nearly the first."""
    return prepare(studio, site, _build)


def _build(studio, site):
    write_stories(site, range(5))
    lines = (site.root / "articles" / "news.jsonl").read_text()
    twin = {"article_id": "twin", "text": f"{story(0)} It may."}
    (site.root / "articles" / "news.jsonl").write_text(f"{lines}{json.dumps(twin)}\n")
    site.push()


def _queue(site, **settings):
    plan = plan_queue(site, **{"order": "random", "seed": 3, **settings})
    return plan, apply_queue(site, plan)


def _places(site):
    return {task["data"]["article_id"]: task["data"].get("queue") for task in site.raw_tasks()}


def _tabs(site):
    views = site.client.request(
        "GET", "api/dm/views/", params={"project": site.project().project_id}
    )
    return {view["data"]["title"]: view["data"] for view in views}


def test_open_tasks_get_a_place_each(studio, pushed, person):
    """Near-duplicates come last; begun and finished ones keep theirs; twice does nothing."""
    ada = person("ada")
    ada.annotate(task_of(pushed, 1)["id"], [mark()])
    number = task_of(pushed, 2)["id"]
    ada.request("POST", f"api/tasks/{number}/drafts", json={"result": []})
    pushed.client.import_tasks(pushed.project().project_id, [{"data": {"text": "Else."}}])
    plan = plan_queue(pushed, order="random", seed=3)
    assert (len(plan.tasks), plan.in_work, plan.done, plan.repeats) == (4, 1, 1, 1)
    assert (plan.changes, plan.tabs) == (4, (TAB,))
    assert plan.tasks[-1].repeats
    assert plan.tasks[-1].article_id in ("n0", "twin")
    assert _tabs(pushed) == {}
    told = []
    assert apply_queue(pushed, plan, on_task=told.append) == 4
    assert told == [1] * 4
    held = {t["id"]: t["data"].get("queue") for t in pushed.raw_tasks()}
    assert {held[t.task_id] for t in plan.tasks} == {f"{i:06d}" for i in range(1, 5)}
    assert held[number] is None
    assert _tabs(pushed)[TAB]["ordering"] == ["tasks:data.queue"]
    again, written = _queue(pushed)
    assert (again.changes, written, len(_tabs(pushed))) == (0, 0, 1)


def test_the_queue_changes_nothing_that_people_did(studio, pushed, person):
    """Neither work nor predictions nor blindness; a pull writes no version because of it."""
    person("ada").annotate(task_of(pushed, 1)["id"], [mark()])
    pushed.pull()
    predictions = {t["id"]: len(t["predictions"]) for t in pushed.raw_tasks()}
    _queue(pushed)
    assert {t["id"]: len(t["predictions"]) for t in pushed.raw_tasks()} == predictions
    assert pushed.pull().version is None
    check_all(studio, pushed)


def test_the_stream_follows_the_queue(pushed, person):
    """As displayed in the tab, one after the other."""
    plan, _ = _queue(pushed)
    tab, ada = _tabs(pushed)[TAB], person("ada")
    given = []
    for _ in plan.tasks:
        shown = {"ordering": tab["ordering"], "filters": tab["filters"]}
        given.append(next_task(pushed, ada, shown)["id"])
        ada.annotate(given[-1], [])
    assert given == [task.task_id for task in plan.tasks]


def test_people_who_work_at_a_time_have_a_lane_each(pushed, person):
    """Each task stands in one lane, one for two people in two; a tab shows its lane alone."""
    pushed.client.set_task(task_of(pushed, 3)["id"], overlap=2)
    plan, _ = _queue(pushed, lanes=2)
    assert plan.tabs == (f"{TAB} 1", f"{TAB} 2")
    lanes = {task.article_id: task.lanes for task in plan.tasks}
    assert lanes.pop("n3") == (1, 2)
    assert {len(own) for own in lanes.values()} == {1}
    tabs = _tabs(pushed)
    for lane in (1, 2):
        (only,) = tabs[f"{TAB} {lane}"]["filters"]["items"]
        assert (only["operator"], only["value"]) == ("contains", f"({lane})")


def test_only_the_first_may_have_a_place(pushed, person):
    """All others lose theirs, are in no lane, and the stream gives them afterwards."""
    _queue(pushed, lanes=2)
    plan, written = _queue(pushed, first=2)
    assert [task.place for task in plan.tasks] == [1, 2, None, None, None, None]
    assert (written, {task.lanes for task in plan.tasks[2:]}) == (5, {()})  # the first kept its own
    held = {task["id"]: task["data"] for task in pushed.raw_tasks()}
    first, rest = plan.tasks[:2], plan.tasks[2:]
    assert [held[task.task_id]["queue"] for task in first] == ["000001", "000002"]
    assert not any({"queue", "lane"} & held[task.task_id].keys() for task in rest)
    assert _queue(pushed, first=2)[1] == 0
    tab, ada = _tabs(pushed)[TAB], person("ada")
    given = []
    for _ in plan.tasks:
        shown = {"ordering": tab["ordering"], "filters": tab["filters"]}
        given.append(next_task(pushed, ada, shown)["id"])
        ada.annotate(given[-1], [])
    assert given[:2] == [task.task_id for task in first]
    assert set(given[2:]) == {task.task_id for task in rest}


def test_a_diverse_order_of_many_is_diverse_at_its_beginning(pushed, monkeypatch):
    """The others are in it as well; how many were placed one by one is told."""
    whole = plan_queue(pushed, order="diverse")
    monkeypatch.setattr(queue, "FARTHEST", 2)
    plan = plan_queue(pushed, order="diverse")
    assert (whole.farthest, plan.farthest) == (6, 2)
    assert plan.tasks[:2] == whole.tasks[:2]
    assert {task.task_id for task in plan.tasks} == {task.task_id for task in whole.tasks}


def test_near_duplicates_may_stay_where_the_order_puts_them(pushed):
    """They are told all the same."""
    plan = plan_queue(pushed, order="oldest", with_duplicates=True)
    assert [task.article_id for task in plan.tasks if task.repeats] == [
        max(("n0", "twin"), key=[task.article_id for task in plan.tasks].index)
    ]
    diverse = plan_queue(pushed, order="diverse")
    assert len({task.place for task in diverse.tasks}) == 6


def test_what_somebody_began_meanwhile_is_left_as_it_is(pushed, person):
    """Each task is read again just before; one that is gone is passed over."""
    plan = plan_queue(pushed, order="random")
    person("ada").annotate(task_of(pushed, 1)["id"], [])
    pushed.client.delete_task(task_of(pushed, 3)["id"])
    assert apply_queue(pushed, plan) == 4
    assert _places(pushed)["n1"] is None


def test_without_a_project_there_is_no_queue(site):
    """Articles have to be pushed first."""
    with pytest.raises(StudioError, match="no project is called"):
        plan_queue(site, order="random")


def test_a_queue_that_breaks_goes_on_from_there(studio, pushed):
    """At whichever request: the same places, each once, and one tab."""
    _, written = _queue(pushed, seed=4)
    assert written == 6

    def look():
        assert sorted(_places(pushed).values()) == [f"{i:06d}" for i in range(1, 7)]
        assert len(_tabs(pushed)) == 1

    break_each_request(studio, pushed, lambda: _queue(pushed), look)
