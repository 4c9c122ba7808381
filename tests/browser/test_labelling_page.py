"""The labelling page can be read and worked on: both themes, two widths, instructions."""

import os
from pathlib import Path

import pytest
from page import CHROMIUM, Labelling, assert_legible, logged_in, measured

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

SCREENSHOTS = os.environ.get("ANNOTATE_SCREENSHOTS")  # read before tests lose their variables
BYLINE = ("The Corran Observer", "2024-05-17", "https://observer.example/2024/05/17/ferry-line")
ARTICLE = """Ferry line ‘may stop’ before summer, board warns

The island’s only ferry may stop running in June, two board members told the Corran Observer on \
Friday. They said that engineers believe the hull could potentially fail a safety check, and that \
“no replacement has been found”.

According to a memo seen by the paper, the mainland port apparently turned down an offer of two \
older ships in March. The memo said auditors had concluded that the line’s operator suspects the \
losses may be larger than it has reported. Mayor Tilda Brannock insisted that the crossing was safe.

“We are not closing anything,” said Brannock, who has run the town since 2019. A spokesperson for \
the operator, Halden Marine, declined to comment on the memo. Documents reviewed by the Observer \
show that ticket sales fell by a fifth last winter, and it is thought that the council might step \
in with a loan.

The coastguard warned in April that the slipway could collapse in heavy weather. Residents are \
reportedly preparing to charter boats of their own. The council meets again on Thursday.
"""


def test_the_page_is_legible_and_its_bar_stands_still(site):
    """Contrast, instructions and a bar that neither jumps nor scrolls away, in both themes."""
    site.add("ferry.txt", ARTICLE + "\n" + ARTICLE)  # more than a screen
    site.add("ferry.yaml", "outlet: {}\npublished: {}\nurl: {}\n".format(*BYLINE))
    site.configure("split: {dev: 0.0, test: 0.0}\n")
    project = site.push().project_id
    (task,) = site.raw_tasks()
    regions = [i for i in task["predictions"][0]["result"] if i["type"] == "labels"]
    chosen = next(i["value"] for i in regions if i["value"]["labels"] == ["Source"])
    source = (chosen["start"], chosen["end"])
    from playwright.sync_api import expect

    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        bar = page.locator(".nv-bar")
        for width, theme in ((1920, "Light"), (1280, "Light"), (1280, "Dark")):
            page.set_viewport_size({"width": width, "height": 760})
            page.evaluate("(to) => localStorage.setItem('preferred-color-scheme', to)", theme)
            told = desk.start()
            desk.expect(ARTICLE, len(regions))
            page.locator(f'[data-color-scheme="{theme.lower()}"]').wait_for()
            assert "hard cases" in told
            assert page.locator(".nv-meta").inner_text() == " · ".join(BYLINE)
            assert page.locator(".nv-bar .lsf-label__hotkey").all_inner_texts() == ["1", "2", "3"]
            before, labels = bar.bounding_box(), page.locator(".nv-bar .lsf-labels").bounding_box()
            assert_legible(page)
            desk.select(source)
            assert_legible(page)
            hints = page.locator(".nv-bar .lsf-hint").all_inner_texts()
            assert hints == ["[q]", "[w]", "[e]", "[t]"]
            screenshot(page, theme)
            assert bar.bounding_box() == before
            assert page.locator(".nv-bar .lsf-labels").bounding_box() == labels
            page.locator(".lsf-richtext__line").last.scroll_into_view_if_needed()
            expect(page.locator(".lsf-richtext__line").first).not_to_be_in_viewport()
            expect(bar).to_be_in_viewport(ratio=1)


# Whether the links are drawn so; they are drawn again whenever the page is laid out.
LINKS = """(wanted) => {
  const found = ["path[stroke]", "text", "marker path"].map((of) =>
    document.querySelector(`svg.relations-overlay ${of}`));
  if (!found.every(Boolean)) return false;
  const [path, text, head] = found.map((element) => getComputedStyle(element));
  return +path.opacity === wanted.line && path.strokeDasharray === wanted.dashes &&
    +text.opacity === wanted.name && path.stroke === head.fill;
}"""
FAINT = {"line": 0.45, "dashes": "0px, 5px", "name": 0}
FULL = {"line": 0.6, "dashes": "none", "name": 1}


# How many spots of links run along the middle of a line of text, as a line that strikes it out does.
STRUCK = """() => {
  const root = document.querySelector(".lsf-htx-richtext");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const words = [];
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    words.push(...range.getClientRects());
  }
  let struck = 0;
  for (const path of document.querySelectorAll("svg.relations-overlay path[stroke]")) {
    const on = path.getScreenCTM();
    const at = (length) => path.getPointAtLength(length).matrixTransform(on);
    for (let length = 0; length + 2 < path.getTotalLength(); length += 4) {
      const [here, next] = [at(length), at(length + 2)];
      const along = Math.abs(next.y - here.y) < 0.5;
      struck += along && words.some((box) => here.x > box.left && here.x < box.right &&
        Math.abs(here.y - (box.top + box.bottom) / 2) < 5);
    }
  }
  return struck;
}"""


def test_links_look_like_no_deletions_until_they_are_asked_for(site):
    """Faint dots without names; whole lines with names while the list of relations is pointed at."""
    site.add("ferry.txt", ARTICLE)
    project = site.push().project_id
    (task,) = site.raw_tasks()
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        page.set_viewport_size({"width": 1280, "height": 760})
        for theme in ("Light", "Dark"):
            page.evaluate("(to) => localStorage.setItem('preferred-color-scheme', to)", theme)
            desk.open(task["id"])
            page.locator("svg.relations-overlay path[stroke]").first.wait_for()
            page.mouse.move(400, 600)
            page.wait_for_function(LINKS, arg=FAINT)
            assert page.evaluate(STRUCK) == 0
            page.locator("#Relations-draggable").hover()
            page.wait_for_function(LINKS, arg=FULL)
            page.locator("#Relations-draggable").click()
            page.mouse.move(400, 600)
            page.wait_for_function(LINKS, arg=FAINT)
            page.locator(".lsf-relations__view-control, .lsf-relations").first.hover()
            page.wait_for_function(LINKS, arg=FULL)
            page.locator("#Regions-draggable").click()


# Each line's height and the height that its style asks for, as soon as marks stand in marks.
LINES = """() => document.querySelector(".htx-highlight .htx-highlight") &&
  [...document.querySelectorAll(".lsf-richtext__line")].map((line) =>
    [line.getBoundingClientRect().height, parseFloat(getComputedStyle(line).lineHeight)])"""


def test_lines_are_32_px_high_whatever_is_marked(site):
    """Nested marks make no line higher, and their lines end above the text of the next one."""
    site.add("ferry.txt", ARTICLE)
    project = site.push().project_id
    (task,) = site.raw_tasks()
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        desk.open(task["id"])
        found = measured(page, LINES)
        assert {line for _, line in found} == {32}
        assert {height % 32 for height, _ in found if height > 16} == {0}, found


def test_a_regions_number_does_not_look_like_a_key(site):
    """It has a sign before it and no ground, in the list of regions, of relations and the details."""
    site.add("ferry.txt", ARTICLE)
    project = site.push().project_id
    (task,) = site.raw_tasks()
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        desk.open(task["id"])
        page.locator(".lsf-outliner-item__index").first.wait_for()
        page.locator(".htx-highlight").first.click()
        page.locator(".lsf-detailed-region__index").first.wait_for()
        page.locator("#Relations-draggable").click()
        page.locator(".lsf-relations__item .lsf-detailed-region__index").first.wait_for()
        page.locator("#Regions-draggable").click()
        for place in (".lsf-outliner-item__index", ".lsf-detailed-region__index"):
            shown = page.locator(place).first.evaluate(
                "(e) => [getComputedStyle(e, '::before').content, "
                "getComputedStyle(e).backgroundColor]"
            )
            assert shown == ['"#"', "rgba(0, 0, 0, 0)"]


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_instructions_open_once_and_fit_on_one_screen(site, theme):
    """On a person's first article they open, the rest behind links; later at the button alone."""
    for name in ("a", "b", "c"):
        site.add(f"{name}.txt", f"Pier {name} ‘may close’, the board warns.\n")
    site.configure("split: {dev: 0.0, test: 0.0}\n")
    project = site.push().project_id
    from playwright.sync_api import expect

    with logged_in(site.server) as page:
        page.set_viewport_size({"width": 1280, "height": 760})
        page.evaluate("(to) => localStorage.setItem('preferred-color-scheme', to)", theme)
        desk = Labelling(page, site.client.url, project)
        page.goto(f"{desk.project}?labeling=1")
        dialog, window = page.locator(".lsf-modal-ls__body"), page.locator(".lsf-modal-ls__content")
        dialog.wait_for()
        box = window.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 760
        folded = (dialog.get_by_text("drew applause"), dialog.get_by_text("wreckage"))
        for words in folded:
            expect(words).to_be_hidden()
        for link in dialog.locator("summary").all():
            link.click()
        for words in folded:
            expect(words).to_be_visible()
        desk.close_instructions()
        desk.press("Submit")
        expect(page.locator(".lsf-richtext__line").first).to_contain_text("Pier b")
        page.reload()
        expect(page.locator(".lsf-richtext__line").first).to_contain_text("Pier b")
        assert page.locator("[data-testid=prev-task]").is_enabled()
        expect(dialog).to_have_count(1)
        expect(dialog).to_be_hidden()
        assert page.evaluate("getComputedStyle(document.body).overflow") != "hidden"
        page.get_by_role("button", name="Instructions").click()
        expect(page.locator(".lsf-modal-ls__body:visible")).to_contain_text("who vouches for it")
        desk.close_instructions()
        desk.press("Submit")
        expect(page.locator(".lsf-richtext__line").first).to_contain_text("Pier c")


def screenshot(page, theme):
    """Renew the pictures of the documentation where ANNOTATE_SCREENSHOTS names a directory."""
    if directory := SCREENSHOTS:
        name = "labelling-page.png" if theme == "Light" else "labelling-page-dark.png"
        below_the_header = {"x": 0, "y": 48, "width": 1280, "height": 712}
        page.screenshot(path=Path(directory) / name, clip=below_the_header)
