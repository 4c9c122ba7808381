"""A reviewer decides by keys, from Label Studio's stream: what is disputed is seen at once."""

import os
from pathlib import Path

import pytest
from page import CHROMIUM, Labelling, assert_legible, logged_in
from people import join

from annotate.records import Link, Span
from annotate.studio.tasks import build_result
from annotate.workflow.people.decisions import apply_decisions, plan_decisions
from annotate.workflow.people.review import apply_review, plan_review

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

SCREENSHOTS = os.environ.get("ANNOTATE_SCREENSHOTS")  # read before tests lose their variables
TEXT = "Officials said the crane was sound. The union warned that the quay might sink.\n"
CLAIM, LONG, SOURCE, UNION, HEDGE = (15, 34), (58, 77), (0, 14), (36, 52), (67, 72)


def _span(number, place, label, **choices):
    chosen = {name: (value,) for name, value in choices.items()}
    return Span(id=number, start=place[0], end=place[1], label=label, attributes=chosen)


def _work(kind, *, second):
    """Return what somebody marked: the second annotator has a link and a hedge less."""
    spans = [
        _span("c", CLAIM, "Claim"),
        _span("s", SOURCE, "Source", source_type=kind),
        _span("u", UNION, "Source", source_type="document"),
        _span("l", LONG, "Claim"),
    ]
    links = [Link(head_id="l", tail_id="u", label="attributed_to")]
    if not second:
        spans.append(_span("h", HEDGE, "Hedge"))
        links.append(Link(head_id="c", tail_id="s", label="attributed_to"))
    return spans, links


@pytest.fixture
def reviewed(site):
    """Return a site with two articles on which two annotators differ alike, and the project."""
    site.configure("split: {dev: 0.0, test: 0.0}\n")
    for name in ("first.txt", "second.txt"):
        site.add(name, TEXT if name == "first.txt" else f"{TEXT}More.\n")
    site.push()
    people = [join(site, name) for name in ("ada", "ben")]
    articles = {article.article_id: article for article in site.articles().articles}
    for task in site.raw_tasks():
        article = articles[task["data"]["article_id"]]
        for second, who in enumerate(people):
            spans, links = _work("unnamed" if second else "named", second=bool(second))
            who.annotate(task["id"], build_result(article, spans, links, site.scheme, scores={}))
    site.pull()
    plan = plan_review(site)
    assert (len(plan.to_send), plan.marks) == (2, 6)
    yield site, apply_review(site, plan).project_id
    for who in people:
        who.close()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_disputes_are_seen_and_decided_by_keys_from_the_stream(reviewed, theme):
    """Dashes, a sign and who made it; a key decides each, half work is told, Update ends it."""
    from playwright.sync_api import expect

    site, project = reviewed
    with logged_in(site.server) as page:
        page.set_viewport_size({"width": 1280, "height": 760})
        page.evaluate("(to) => localStorage.setItem('preferred-color-scheme', to)", theme)
        desk = Labelling(page, site.client.url, project)
        assert "disputed" in desk.start()
        desk.mark(HEDGE).wait_for()
        regions = page.locator(".lsf-outliner-item__title")
        expect(regions).to_have_count(6)
        order = [text.split("\n")[0] for text in regions.all_inner_texts()]
        assert order == ["Source?", "Claim", "→ attributed_to?", "Hedge?", "Source", "Claim"]
        notes = page.locator(".lsf-outliner-item__ocr textarea:visible")
        ada, ben = sorted(site.held().popitem()[1].annotations, key=lambda a: len(a.spans))[::-1]
        expect(notes).to_have_count(3)
        assert notes.evaluate_all("found => found.map((e) => e.value)") == [
            f"source_type: named ({ada.annotator}), unnamed ({ben.annotator})"
            if ada.annotator < ben.annotator
            else f"source_type: unnamed ({ben.annotator}), named ({ada.annotator})",
            f"→ Officials said · {ada.annotator} · not {ben.annotator}",
            f"{ada.annotator} · not {ben.annotator}",
        ]
        buttons = page.locator(".nv-bar .lsf-label:visible").all_inner_texts()
        assert [text.split()[-1] for text in buttons] == ["1", "2", "3", "4", "5", "x"]
        assert _sign(page, HEDGE) == '"?"'
        assert_legible(page)

        keys = page.keyboard
        keys.press("Alt+.")
        expect(page.locator(".nv-bar .lsf-choice:visible")).to_have_count(4)
        assert_legible(page)
        if SCREENSHOTS and theme == "Light":  # the picture of the documentation
            below_the_header = {"x": 0, "y": 48, "width": 1280, "height": 712}
            page.screenshot(path=Path(SCREENSHOTS) / "review-page.png", clip=below_the_header)
        keys.press("w")
        keys.press("2")
        expect(regions.nth(0)).to_contain_text("Source")
        expect(regions.nth(0)).not_to_contain_text("?")
        page.mouse.click(*desk.spot(CLAIM[0] + 6))  # the mark, not the link that begins there
        expect(page.locator(".lsf-detailed-region__head")).to_contain_text("Claim")
        keys.press("Alt+.")
        expect(page.locator(".lsf-detailed-region__head")).to_contain_text("→ attributed_to?")
        keys.press("4")
        expect(regions.nth(2)).not_to_contain_text("?")
        assert_legible(page)
        desk.press("Control+Enter")
        expect(page.locator(".lsf-richtext__line").nth(1)).to_have_text("More.")

        plan = plan_decisions(site)
        assert (plan.decided, plan.changes, len(plan.undecided)) == (0, (), 1)
        (waiting,) = plan.undecided
        assert [(m.kind, m.words) for m in waiting.marks] == [("Hedge", "might")]

        page.goto(waiting.address)
        expect(regions.nth(3)).to_contain_text("Hedge?")
        desk.select(HEDGE)
        keys.press("x")
        expect(regions.nth(3)).to_contain_text("drop")
        assert _sign(page, HEDGE) == "none"
        assert_legible(page)
        desk.press("Control+Enter", method="PATCH")
    plan = plan_decisions(site)
    assert (plan.decided, plan.undecided) == (1, ())
    assert apply_decisions(site, plan) is not None
    (truth,) = (a for line in site.held().values() for a in line.annotations if a.ground_truth)
    assert [(s.start, s.end, s.label) for s in truth.spans] == [
        (*SOURCE, "Source"), (*CLAIM, "Claim"), (*UNION, "Source"), (*LONG, "Claim"),
    ]  # fmt: skip
    kinds = {(s.start, s.end): s.attributes.get("source_type") for s in truth.spans}
    assert (kinds[SOURCE], kinds[UNION]) == (("unnamed",), ("document",))
    assert len(truth.links) == 2
    assert truth.extra == ()


def test_work_that_was_left_is_there_again(reviewed):
    """A reviewer who goes away with half of it decided finds it so, and the rest still disputed."""
    from playwright.sync_api import expect

    site, project = reviewed
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        desk.start()
        desk.mark(HEDGE).wait_for()
        regions = page.locator(".lsf-outliner-item__title")
        with page.expect_response(lambda r: "/drafts" in r.url and r.request.method == "POST"):
            desk.select(HEDGE)
            page.keyboard.press("x")
            expect(regions.nth(3)).to_contain_text("drop")
        assert plan_decisions(site).begun == 1
        page.reload()
        page.locator(".lsf-modal-ls__body").wait_for()
        desk.close_instructions()
        expect(regions).to_have_count(6)
        names = [text.split("\n")[0] for text in regions.all_inner_texts()]
        assert sorted(names) == [
            "Claim", "Claim", "Source", "Source?", "drop", "→ attributed_to?",
        ]  # fmt: skip
        assert plan_review(site).to_change == {}


def _sign(page, place):
    """Return what stands behind a mark."""
    (mark,) = page.locator(f'.htx-highlight[data-start="{place[0]}"][data-end="{place[1]}"]').all()
    return mark.evaluate(
        "(e) => getComputedStyle(e, '::after').display === 'none' ? 'none' "
        ": getComputedStyle(e, '::after').content"
    )
