"""The real page in Chromium, as somebody who is logged in."""

import shutil
from contextlib import contextmanager

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A spot within the character at a code-point offset; a line break of the text is a <br>.
SPOT = """([offset, part]) => {
  const root = document.querySelector(".lsf-htx-richtext");
  if (!root) return null;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let seen = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeName === "BR") seen += 1;
    if (node.nodeType !== Node.TEXT_NODE) continue;
    const letters = [...node.data];
    if (offset < seen + letters.length) {
      const range = document.createRange();
      const before = letters.slice(0, offset - seen).join("").length;
      range.setStart(node, before);
      range.setEnd(node, before + letters[offset - seen].length);
      const box = range.getBoundingClientRect();
      return [box.left + part * box.width, (box.top + box.bottom) / 2];
    }
    seen += letters.length;
  }
}"""

# Where a mark begins and ends: the left edge of its first line, the right edge of its last.
ENDS = """([start, end]) => {
  const mark = document.querySelector(`.htx-highlight[data-start="${start}"][data-end="${end}"]`);
  if (!mark) return null;
  const boxes = [...mark.getClientRects()];
  const [first, last] = [boxes[0], boxes[boxes.length - 1]];
  return {
    left: [first.left, (first.top + first.bottom) / 2],
    right: [last.right, (last.top + last.bottom) / 2],
  };
}"""


# The lowest contrast (WCAG 2.2, 1.4.3 and 1.4.11) of the texts on our part of the page, and of the
# lines under the marks, each against all that is painted below it.
CONTRAST = """() => {
  const colour = (css) => {
    const found = css.match(/rgba?\\(([^)]+)\\)/);
    return found && found[1].split(/[, /]+/).map(Number);
  };
  const paint = (top, below) => {
    const alpha = top[3] ?? 1;
    return below.map((value, i) => top[i] * alpha + value * (1 - alpha));
  };
  const ground = (element) => {
    const below = element.parentElement ? ground(element.parentElement) : [255, 255, 255];
    const style = getComputedStyle(element);
    const filled = paint(colour(style.backgroundColor), below);
    const veil = colour(style.backgroundImage);
    return veil ? paint(veil, filled) : filled;
  };
  const luminance = (rgb) => rgb
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (css, below) => {
    const [high, low] = [paint(colour(css), below), below].map(luminance).sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const lowest = {};
  const note = (name, value) => (lowest[name] = Math.min(value, lowest[name] ?? 21));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("style")) continue;
    if (!element.closest(".nv, .lsf-labels-list") || !element.getClientRects().length) continue;
    note("text", ratio(getComputedStyle(element).color, ground(element)));
  }
  for (const mark of document.querySelectorAll(".htx-highlight"))
    note("line", ratio(getComputedStyle(mark).borderBottomColor, ground(mark)));
  return "line" in lowest && "text" in lowest && lowest;
}"""

# Whether nothing on the page is on its way from one style to another.
STILL = """document.getAnimations().every(
  (moving) => !(moving instanceof CSSTransition) || moving.playState !== "running")"""


def measured(page, script, arg=None):
    """Return what a function finds on the page as soon as it finds something.

    Label Studio draws an article more than once: between two drawings nothing stands there. And
    while a colour or a place is on its way to another, it is neither of the two.
    """
    return page.wait_for_function(f"(arg) => {STILL} && ({script})(arg)", arg=arg).json_value()


def assert_legible(page):
    """Hold texts and lines on our part of the page to the contrast that WCAG asks for."""
    lowest = measured(page, CONTRAST)
    assert lowest["text"] >= 4.5, lowest
    assert lowest["line"] >= 3, lowest


@contextmanager
def logged_in(server):
    """Open a page of a user who is logged in."""
    from playwright.sync_api import sync_playwright

    login = server.credentials()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 950})
        page.goto(f"{server.status().url}/user/login/")
        page.fill("input[name=email]", login.username)
        page.fill("input[name=password]", login.password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/user/login" not in url)
        yield page
        browser.close()


class Labelling:
    """What an annotator does on the labelling page; offsets are code points, half-open."""

    def __init__(self, page, url, project_id):
        self.page = page
        self.project = f"{url}/projects/{project_id}/data"

    def start(self):
        """Label the tasks one after the other, from the first; return the instructions' text."""
        self.page.goto(f"{self.project}?labeling=1")
        dialog = self.page.locator(".lsf-modal-ls__body")
        dialog.wait_for()
        text = dialog.inner_text()
        self.close_instructions()
        return text

    def close_instructions(self):
        """Close the dialog that is seen."""
        self.page.locator("[aria-label='Close modal']:visible").click()
        self.page.locator(".lsf-modal-ls__body:visible").wait_for(state="detached")

    def open(self, task_id):
        """Open one task from the list."""
        self.page.goto(f"{self.project}?task={task_id}")

    def expect(self, text, spans):
        """Wait until that text is on the page, with that many marks."""
        from playwright.sync_api import expect

        line = self.page.locator(".lsf-richtext__line").first
        expect(line).to_have_text(text.splitlines()[0])
        expect(self.page.locator(".htx-highlight[data-start]")).to_have_count(spans)

    def ready(self):
        """Wait until an article without marks can be worked on: the page may be drawn before."""
        self._button("Submit").click(trial=True)

    def mark(self, span):
        """Return the mark that begins and ends where the span does."""
        start, end = span
        return self.page.locator(f'.htx-highlight[data-start="{start}"][data-end="{end}"]')

    def width(self, span):
        """Return how wide the mark is, in pixels, once it is drawn."""
        return measured(
            self.page,
            """([start, end]) => document.querySelector(
                `.htx-highlight[data-start="${start}"][data-end="${end}"]`
            )?.getBoundingClientRect().width""",
            list(span),
        )

    def select(self, span, at=None):
        """Click a mark, on its first character or `at` another one."""
        self.mark(span).wait_for()
        self.page.mouse.click(*self.spot(span[0] if at is None else at))
        self.page.locator(f'.htx-highlight.__active[data-start="{span[0]}"]').wait_for()

    def unselect(self):
        """Let go of the selected mark."""
        self.page.keyboard.press("u")
        self.page.locator(".htx-highlight.__active").wait_for(state="detached")

    def add(self, key, span, *, leftwards=False):
        """Choose a label by its key and drag from the first character to the last."""
        self.page.keyboard.press(key)
        self.page.locator(".lsf-label_selected").wait_for()
        begin, end = (0.7, 0.3) if leftwards else (0.3, 0.7)
        self._drag(self.spot(span[0], begin), self.spot(span[1] - 1, end))
        self.mark(span).wait_for()

    def move_end(self, end):
        """Drag the handle at the end of the selected mark to another last character."""
        box = self.page.locator(".htx-highlight.__active area.__resize_right").bounding_box()
        handle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self._drag(handle, self.spot(end - 1, 0.7))
        self.page.locator(f'.htx-highlight.__active[data-end="{end}"]').wait_for()

    def move(self, beside, side, span, to):
        """Drag the selected mark's left or right end to the character at `to`.

        The drag begins `beside` pixels to the right of the end, to the left where it is negative.
        """
        box = measured(self.page, ENDS, list(span))[side]
        within = 0.5 if side == "left" else -0.5  # on the edge itself, but inside
        self._drag(
            (box[0] + (beside or within), box[1]), self.spot(to, 0.3 if side == "left" else 0.7)
        )

    def expect_moved(self, former, now, marks):
        """Wait until a mark has other ends and none was added; take it back."""
        from playwright.sync_api import expect

        self.mark(now).wait_for()
        expect(self.page.locator(".htx-highlight[data-start]")).to_have_count(marks)
        self.unselect()
        self.page.keyboard.press("Control+z")
        self.mark(former).wait_for()
        expect(self.page.locator(".htx-highlight.__active")).to_have_count(0)
        expect(self.page.locator(".htx-highlight[data-start]")).to_have_count(marks)

    def link(self, head, tail, label):
        """Link two marks by the key for it, and choose the link's label in the panel."""
        self.select(head)
        self.page.keyboard.press("Alt+r")
        self.page.mouse.click(*self.spot(tail[0]))
        self.page.locator("#Relations-draggable").click()
        relation = self.page.locator(".lsf-relations__item").last
        relation.hover()
        relation.get_by_label("Show Relation Labels").click()
        self.page.locator(".lsf-relation-meta button").click()
        self.page.get_by_role("option", name=label).click()

    def press(self, button, method="POST"):
        """Press Submit, Skip or Update, or the keys for it, and return the server's answer."""
        with self.page.expect_response(
            lambda r: "/annotations" in r.url and r.request.method == method
        ) as answer:
            if "+" in button:
                self.page.keyboard.press(button)
            else:
                self._button(button).click()
        assert answer.value.ok, answer.value.text()
        return answer.value

    def spot(self, offset, part=0.3):
        """Return where the character at an offset stands on the screen.

        `part` of its width from the left: Chromium selects nothing where a drag begins exactly in
        the middle of a character.
        """
        return measured(self.page, SPOT, [offset, part])

    def _button(self, name):
        return self.page.locator("button[data-testid^=bottombar]", has_text=name)

    def _drag(self, start, end):
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=8)
        self.page.mouse.up()
