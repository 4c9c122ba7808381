"""Ends of marks that are moved by a hand that does not hit them exactly."""

import pytest
from page import CHROMIUM, Labelling, logged_in

from annotate.records import Article, Prediction, Span
from annotate.studio.tasks import new_task

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

LONG = "internationalisation" * 2
WORDS = {letters: LONG[:letters] for letters in (1, 2, 5, 13, 40)}
LINE = "It went before {} after then it ended."
REACH = (-8, -4, 0, 4, 8)
"""Pixels beyond the end of a mark, inside it where they are negative."""
WRAPPED = "the crossing of the bay, which " + "had been thought to be safe, " * 4 + "was not"


def _pushed(site, text, *marks):
    """Push an article with sources as its marks, one article in the project; return them by id."""
    site.add("a.txt", "It is a stub.\n")
    project = site.push().project_id
    article = Article(article_id="drags", text=text)
    spans = tuple(
        Span(id=f"s{at}", start=start, end=end, label="Source")
        for at, (start, end) in enumerate(marks)
    )
    prediction = Prediction(
        article_id="drags",
        text_sha256=article.text_sha256,
        spans=spans,
        links=(),
        scores={span.id: 0.5 for span in spans},
        model_version=site.model().version,
    )
    task = new_task(article, prediction, site.scheme, group="drags", split="train").payload
    (number,) = site.client.import_tasks(project, [task])
    return project, number


def _looks(page, width, theme):
    page.set_viewport_size({"width": width, "height": 760})
    page.evaluate("(to) => localStorage.setItem('preferred-color-scheme', to)", theme)


@pytest.mark.parametrize(
    ("width", "theme"), [(1920, "Light"), (1280, "Dark")], ids=["wide-light", "narrow-dark"]
)
def test_an_end_can_be_moved_from_up_to_8_px_beside_it(site, width, theme):
    """One letter or forty: the end moves, the other stays, and no second mark is made."""
    lines = {letters: LINE.format(word) for letters, word in WORDS.items()}
    text = "\n\n".join(lines.values()) + "\n"
    marks = {letters: _at(text, lines[letters], WORDS[letters]) for letters in WORDS}
    project, number = _pushed(site, text, *marks.values())
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        _looks(page, width, theme)
        desk.open(number)
        desk.expect(text, len(marks))
        widths = {letters: desk.width(span) for letters, span in marks.items()}
        for letters, (start, end) in marks.items():
            went, then = start - len("went before "), end + len(" after then")
            for beyond in REACH:
                if -2 * beyond >= widths[letters]:
                    continue  # nearer to the other end
                desk.select((start, end))
                desk.move(-beyond, "left", (start, end), went)
                desk.expect_moved((start, end), (went, end), len(marks))
                desk.select((start, end))
                desk.move(beyond, "right", (start, end), then - 1)
                desk.expect_moved((start, end), (start, then), len(marks))


def test_both_ends_of_a_mark_over_several_lines_can_be_moved(site):
    """Its first line may begin to the right of where its last one ends."""
    text = f"It went before all that they had heard of when {WRAPPED} after then it ended.\n"
    start, end = _at(text, text, WRAPPED)
    project, number = _pushed(site, text, (start, end))
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        for width in (1920, 1280):
            _looks(page, width, "Light")
            desk.open(number)
            desk.expect(text, 1)
            when, then = start - len("when "), end + len(" after then")
            for beyond in (0, 6):
                desk.select((start, end))
                desk.move(-beyond, "left", (start, end), when)
                desk.expect_moved((start, end), (when, end), 1)
                desk.select((start, end))
                desk.move(beyond, "right", (start, end), then - 1)
                desk.expect_moved((start, end), (start, then), 1)


def _at(text, line, words):
    start = text.index(line) + line.index(words)
    return start, start + len(words)
