"""The order of work on a real server: what the labelling stream gives, and what it must not touch."""

import pytest
from people import next_task

from annotate.workflow.people.queue import apply_queue, plan_queue

pytestmark = pytest.mark.server


def _as_displayed(site, tab):
    """Return what the page sends for "Label Tasks As Displayed" in the tab of that title."""
    views = site.client.request(
        "GET", "api/dm/views/", params={"project": site.project().project_id}
    )
    data = next(view["data"] for view in views if view["data"]["title"] == tab)
    return {"ordering": data["ordering"], "filters": data["filters"]}


def test_the_stream_follows_the_queue_and_nothing_else_changes(site, person):
    """Begun and finished work, blind articles and the export stay; near-duplicates come last."""
    gold = site.add_samples(8)
    twice = next(iter(gold.values())).article.text
    site.add("twice.txt", twice + "\n\nThis report was updated.")
    site.push()
    tasks = {task["data"]["article_id"]: task for task in site.raw_tasks()}
    first, second, *_ = [t for t in tasks.values() if t["data"]["split"] != "test"]
    site.client.annotate(first["id"], [])
    site.client.request("POST", f"api/tasks/{second['id']}/drafts", json={"result": []})
    assert site.pull().version is not None
    dry = site.cli("queue", "--order", "random", "--seed", "3", "--dry-run", "--json")
    assert (dry["open"], dry["in_work"], dry["done"], dry["written"]) == (7, 1, 1, 0)
    assert not any("queue" in task["data"] for task in site.raw_tasks())
    done = site.cli("queue", "--order", "random", "--seed", "3", "--json")
    assert done["written"] == 7
    assert [t["article_id"] for t in done["tasks"]] == [t["article_id"] for t in dry["tasks"]]
    assert done["near_duplicates"] == 1
    assert done["tasks"][-1]["near_duplicate"]
    after = {task["data"]["article_id"]: task for task in site.raw_tasks()}
    for name, task in after.items():
        before = dict(tasks[name]["data"])
        assert {k: v for k, v in task["data"].items() if k not in ("queue", "lane")} == before
        assert len(task["predictions"]) == (0 if before["split"] == "test" else 1)
    assert len(after[first["data"]["article_id"]]["annotations"]) == 1
    assert "queue" not in after[second["data"]["article_id"]]["data"]
    assert site.pull().version is None
    again = site.cli("queue", "--order", "random", "--seed", "3", "--json")
    assert (again["changes"], again["written"]) == (0, 0)
    ada = person("ada")
    shown = _as_displayed(site, "Queue")
    given = []
    for _ in range(7):
        task = next_task(site, ada, shown)
        given.append(task["id"])
        ada.annotate(task["id"], [])
    assert given == [task["task_id"] for task in done["tasks"]]


def test_people_who_work_at_a_time_have_a_lane_each(site, person):
    """One tab gives two people the same task; a lane each does not, and no task is left out."""
    site.add_samples(6)
    site.push()
    ada, ben = person("ada"), person("ben")

    def plan(**settings):
        return plan_queue(site, order="oldest", **settings)

    apply_queue(site, plan())
    both = {next_task(site, who, _as_displayed(site, "Queue"))["id"] for who in (ada, ben)}
    assert len(both) == 1
    apply_queue(site, plan(lanes=2))
    given = []
    for who, tab in ((ada, "Queue 1"), (ben, "Queue 2")):
        for _ in range(3):
            task = next_task(site, who, _as_displayed(site, tab))
            given.append(task["id"])
            who.annotate(task["id"], [])
    assert sorted(given) == sorted(task["id"] for task in site.raw_tasks())
