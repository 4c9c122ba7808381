"""A whole annotator's session on the real page, and what the export shows of it afterwards."""

import pytest
from page import CHROMIUM, Labelling, logged_in

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

ACCEPTED = (
    "Pier ‘may close’, board warns 👩‍👩‍👧‍👦\n\nThe memo said engineers believe the old pier could "
    "fail. Visitors are “reportedly” turning back, the board said.\n"
)
CHANGED = (
    "Ferry line in doubt 👩‍👩‍👧‍👦\n\nTwo board members told the Observer that the ferry may stop "
    "running in June 🌊. The memo said auditors believe the line’s losses might be larger. “No ship "
    "was sold,” Mayor Tilda Brannock insisted on Friday.\n\nResidents are reportedly preparing to "
    "charter boats. The harbour council 👩‍👩‍👧‍👦 meets on Thursday.\n"
)
SKIPPED = (
    "The dredger may sail tonight, a spokesperson for Halden Marine said. The firm declined to "
    "comment on the delay.\n"
)


class Work:
    """The spans and links of one article, as they were pushed and as they are expected back."""

    def __init__(self, task):
        (prediction,) = task["predictions"]
        self.text = task["data"]["text"]
        self.model_version = prediction["model_version"]
        self.spans, self.links = {}, set()
        for item in prediction["result"]:
            if item["type"] == "labels":
                value = item["value"]
                self.spans[item["id"]] = (value["start"], value["end"], value["labels"][0], {})
            elif item["type"] == "choices":
                self.spans[item["id"]][3][item["from_name"]] = tuple(item["value"]["choices"])
            else:
                self.links.add((item["from_id"], item["to_id"], item["labels"][0]))

    def at(self, words):
        start = self.text.index(words)
        return start, start + len(words)

    def id_of(self, label, words):
        (found,) = (i for i, s in self.spans.items() if s[:3] == (*self.at(words), label))
        return found

    def delete(self, span_id):
        del self.spans[span_id]
        self.links = {link for link in self.links if span_id not in link[:2]}

    def assert_is(self, annotation):
        assert {s.id: (s.start, s.end, s.label, s.attributes) for s in annotation.spans} == (
            self.spans
        )
        assert {(k.head_id, k.tail_id, k.label) for k in annotation.links} == self.links
        assert annotation.prediction_shown == self.model_version
        assert annotation.extra == ()


@pytest.fixture
def pushed(site):
    """Push the three articles, with Windows line ends; return the project and each one's work."""
    for name, text in (("a.txt", ACCEPTED), ("b.txt", CHANGED), ("c.txt", SKIPPED)):
        site.add(name, text.replace("\n", "\r\n"))
    site.configure("split: {dev: 0.0, test: 0.0}\n")
    project = site.push().project_id
    tasks = {task["data"]["article_id"].rpartition("/")[2]: task for task in site.raw_tasks()}
    return project, {name: Work(task) for name, task in tasks.items()}, tasks["a.txt"]["id"]


def test_the_export_shows_exactly_what_was_done_on_the_page(site, pushed):
    """One article is accepted, one changed in every way, one skipped, the first changed again."""
    project, works, accepted_id = pushed
    accepted, changed = works["a.txt"], works["b.txt"]
    assert (accepted.text, changed.text) == (ACCEPTED, CHANGED)
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        desk.start()
        desk.expect(ACCEPTED, len(accepted.spans))
        desk.press("Control+Enter")

        desk.expect(CHANGED, len(changed.spans))
        change_everything(desk, changed)
        sent = desk.press("Submit").request.post_data_json["result"]
        assert [i["labels"] for i in sent if i["type"] == "relation"][-1] == ["attributed_to"]
        origins = {i["origin"] for i in sent if i["type"] == "labels"}
        assert origins == {"prediction", "prediction-changed", "manual"}

        desk.expect(SKIPPED, len(works["c.txt"].spans))
        desk.press("Skip")

        site.pull()
        first = annotations(site)
        counts = {name: len(held) for name, held in first.items()}
        assert counts == {"a.txt": 1, "b.txt": 1, "c.txt": 0}
        accepted.assert_is(first["a.txt"][0])
        (added,) = {s.id for s in first["b.txt"][0].spans} - set(changed.spans)
        mayor = changed.id_of("Source", "Mayor Tilda Brannock insisted")
        changed.spans[added] = (*changed.at("The harbour council 👩‍👩‍👧‍👦 meets"), "Claim", {})
        changed.links.add((added, mayor, "attributed_to"))
        changed.assert_is(first["b.txt"][0])

        desk.open(accepted_id)
        desk.expect(ACCEPTED, len(accepted.spans))
        hedge = accepted.id_of("Hedge", "could")
        desk.select(accepted.at("could"))
        page.keyboard.press("Backspace")
        desk.mark(accepted.at("could")).wait_for(state="detached")
        desk.press("Update", method="PATCH")

    site.pull()
    second = annotations(site)
    accepted.delete(hedge)
    (updated,) = second["a.txt"]
    accepted.assert_is(updated)
    assert updated.updated_at > first["a.txt"][0].updated_at
    assert second["b.txt"] == first["b.txt"]
    assert site.pull().version is None


def annotations(site):
    """Return what the latest version holds, by file name."""
    return {
        line.article.article_id.rpartition("/")[2]: line.annotations
        for line in site.held().values()
    }


def change_everything(desk, work):
    """Delete, move, relabel, type, add and link; note in `work` what is expected of it."""
    page = desk.page
    desk.select(work.at("reportedly"))
    page.keyboard.press("Backspace")
    desk.mark(work.at("reportedly")).wait_for(state="detached")
    work.delete(work.id_of("Hedge", "reportedly"))

    ferry = work.at("the ferry may stop running in June 🌊")
    claim = work.id_of("Claim", "the ferry may stop running in June 🌊")
    shorter = work.at("the ferry may stop running in June")
    desk.select(ferry)
    desk.move_end(shorter[1])
    desk.unselect()
    work.spans[claim] = (*shorter, "Claim", {})

    memo = work.id_of("Source", "The memo said")
    assert work.spans[memo][3]
    desk.select(work.at("The memo said"))
    page.keyboard.press("1")
    page.locator('.htx-highlight.__active[data-label$=":Claim"]').wait_for()
    desk.unselect()
    work.spans[memo] = (*work.at("The memo said"), "Claim", {})

    auditors = work.id_of("Source", "auditors believe")
    assert work.spans[auditors][3] == {"source_type": ("unnamed",)}
    desk.select(work.at("auditors believe"))
    page.keyboard.press("e")
    page.locator("input[name=document]:checked").wait_for()
    desk.unselect()
    work.spans[auditors] = (*work.at("auditors believe"), "Source", {"source_type": ("document",)})

    council = work.at("The harbour council 👩‍👩‍👧‍👦 meets")
    desk.add("1", council)
    desk.unselect()
    desk.link(council, work.at("Mayor Tilda Brannock insisted"), "attributed_to")
