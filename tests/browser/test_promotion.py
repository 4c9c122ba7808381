"""A promotion while somebody has a task open on the page."""

import pytest
from page import CHROMIUM, logged_in

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


def test_a_task_that_is_open_during_a_promotion_can_be_submitted(site):
    """The page was opened before the sync; its submit succeeds and says which model was seen."""
    site.configure("split: {dev: 0.0, test: 0.0}\n")
    site.add_samples(3)
    pushed = site.push()
    task, *others = site.raw_tasks()
    (old,) = task["predictions"]
    newer = site.model("rules-000000000005")
    with logged_in(site.server) as page:
        page.goto(f"{site.client.url}/projects/{pushed.project_id}/data?task={task['id']}")
        page.locator(".htx-highlight").first.wait_for()
        result = site.sync(newer)
        assert (result.refresh.refreshed, result.refresh.switched) == (3, True)
        with page.expect_response(
            lambda r: "/annotations" in r.url and r.request.method == "POST"
        ) as response:
            page.get_by_role("button", name="Submit").click()
        assert response.value.status == 201
        page.goto(f"{site.client.url}/projects/{pushed.project_id}/data?task={others[0]['id']}")
        page.locator(".htx-highlight").first.wait_for()
        with page.expect_response(lambda r: "/annotations" in r.url and r.request.method == "POST"):
            page.get_by_role("button", name="Submit").click()
    site.pull()
    shown = {
        line.article.article_id: line.annotations[0].prediction_shown
        for line in site.held().values()
    }
    assert shown == {
        task["data"]["article_id"]: old["model_version"],
        others[0]["data"]["article_id"]: newer.version,
    }
    assert {p["model_version"] for p in site.client.task(task["id"])["predictions"]} == {
        old["model_version"],
        newer.version,
    }
