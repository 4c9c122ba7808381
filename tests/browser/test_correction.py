"""One real correction on the real page: log in, open a pre-labelled article, change it, submit."""

import os

import pytest
from page import CHROMIUM, logged_in

from annotate.samples import sample_articles

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


def test_one_correction_is_all_that_the_export_shows(site):
    """A region is deleted on the page; the export holds every other one unchanged."""
    gold = sample_articles()[0]
    site.add("story.txt", gold.article.text.replace("\n", "\r\n"))
    site.configure("split: {dev: 0.0, test: 0.0}\n")
    pushed = site.push()
    (task,) = site.client.tasks(pushed.project_id)
    (prediction,) = task["predictions"]
    regions = {i["id"]: i for i in prediction["result"] if i["type"] == "labels"}
    hedge = next(i for i in regions.values() if i["value"]["labels"] == ["Hedge"])

    with logged_in(site.server) as page:
        page.goto(f"{site.client.url}/projects/{pushed.project_id}/data?task={task['id']}")
        mark = page.locator('.htx-highlight[data-label$=":Hedge"]').filter(
            has_text=hedge["value"]["text"]
        )
        mark.first.wait_for()
        mark.first.click()
        if shot := os.environ.get("ANNOTATE_SCREENSHOT"):
            page.screenshot(path=shot)
        page.keyboard.press("Backspace")
        mark.first.wait_for(state="detached")
        with page.expect_response(lambda r: "/annotations" in r.url and r.request.method == "POST"):
            page.get_by_role("button", name="Submit").click()

    site.pull()
    (line,) = site.held().values()
    (annotation,) = line.annotations
    assert line.article.text == gold.article.text
    assert annotation.prediction_shown == prediction["model_version"]
    expected = {
        (i["id"], i["value"]["start"], i["value"]["end"], i["value"]["labels"][0])
        for i in regions.values()
        if i["id"] != hedge["id"]
    }
    assert {(s.id, s.start, s.end, s.label) for s in annotation.spans} == expected
    relations = {
        (i["from_id"], i["to_id"], i["labels"][0])
        for i in prediction["result"]
        if i["type"] == "relation" and hedge["id"] not in (i["from_id"], i["to_id"])
    }
    assert {(k.head_id, k.tail_id, k.label) for k in annotation.links} == relations
    choices = {
        (i["id"], tuple(i["value"]["choices"]))
        for i in prediction["result"]
        if i["type"] == "choices"
    }
    assert {
        (s.id, s.attributes["source_type"]) for s in annotation.spans if s.attributes
    } == choices
    assert annotation.extra == ()
    assert site.pull().version is None
