"""Work that was left unsaved and taken up again: what was deleted before is known."""

import pytest
from page import CHROMIUM, Labelling, logged_in

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

TEXT = "Officials said the crane was sound. The union warned that the quay might sink.\n"


def test_a_link_that_was_deleted_before_a_reload_is_not_inferred(site):
    """The page forgets which prediction it has shown; the regions that it brought still tell."""
    from playwright.sync_api import expect

    site.configure("infer_links: true\nsplit: {dev: 0.0, test: 0.0}\n")
    site.add("crane.txt", TEXT)
    project = site.push().project_id
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        desk.start()
        desk.expect(TEXT, 5)
        page.locator("#Relations-draggable").click()
        relations = page.locator(".lsf-relations__item")
        expect(relations).to_have_count(3)
        relations.first.hover()
        relations.first.get_by_label("Delete Relation").click()
        expect(relations).to_have_count(2)
        start = TEXT.index("might")
        # A deleted link alone makes Label Studio save no draft.
        with page.expect_response(lambda r: "/drafts" in r.url and r.request.method == "POST"):
            desk.select((start, start + len("might")))
            page.keyboard.press("Backspace")
        page.reload()
        page.locator(".lsf-modal-ls__body").wait_for()
        desk.close_instructions()
        desk.expect(TEXT, 4)
        sent = desk.press("Submit").request.post_data_json
        assert sent.get("parent_prediction") is None
        assert [i["type"] for i in sent["result"]].count("relation") == 1
    done = site.pull()
    assert (done.plan.inferred, dict(done.plan.notes)) == (0, {})
    (line,) = site.held().values()
    assert [link.inferred for a in line.annotations for link in a.links] == [False]
