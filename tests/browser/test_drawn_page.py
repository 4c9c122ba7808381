"""A labelling page that was drawn for labels of one's own, on the real page."""

import pytest
from page import CHROMIUM, Labelling, assert_legible, logged_in

from annotate.records import Article, Prediction, Span
from annotate.studio.tasks import new_task
from annotate.workflow.state.init import init_workspace

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

TEXT = "The mayor paid two million euros for a quay that nobody in the town had asked for at all.\n"


@pytest.fixture
def pushed(site):
    """Return the project of twelve labels, and two tasks: without marks, and with all of them."""
    labels = [f"LABEL {number}" for number in range(1, 13)]
    config = site.root / "annotate.yaml"
    studio = config.read_text().partition("\nstudio: ")[2]
    config.unlink()
    title = site.settings.project
    init_workspace(
        site.root, project=title, label_config=",".join(labels), extra=f"studio: {studio}"
    )
    site.reload()
    site.add("quay.txt", TEXT)
    project = site.push().project_id
    (bare,) = site.raw_tasks()
    article = Article(article_id="marks", text=TEXT)
    ends = [(at, at + len(word)) for word in TEXT.split()[:12] for at in [TEXT.index(f"{word} ")]]
    spans = tuple(
        Span(id=f"s{number}", start=start, end=end, label=label)
        for number, ((start, end), label) in enumerate(zip(ends, labels, strict=True))
    )
    prediction = Prediction(
        article_id="marks", text_sha256=article.text_sha256, spans=spans, model_version="m-1"
    )
    task = new_task(article, prediction, site.scheme, group="marks", split="train").payload
    (marked,) = site.client.import_tasks(project, [task])
    return project, bare["id"], marked


def test_twelve_labels_can_be_read_and_marked_by_their_keys(site, pushed):
    """Contrast in both themes, a line of its own under each mark, keys beyond the digits."""
    project, bare, marked = pushed
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        page.set_viewport_size({"width": 1280, "height": 760})
        for theme in ("Light", "Dark"):
            page.evaluate("(to) => localStorage.setItem('preferred-color-scheme', to)", theme)
            desk.open(marked)
            desk.expect(TEXT, 12)
            page.locator(f'[data-color-scheme="{theme.lower()}"]').wait_for()
            assert_legible(page)
            lines = page.locator(".htx-highlight[data-start]").evaluate_all(
                "marks => marks.map(m => getComputedStyle(m)).map("
                "s => `${s.borderBottomStyle} ${s.borderBottomColor}`)"
            )
            assert len(set(lines)) == 12
        desk.open(bare)
        desk.expect(TEXT, 0)
        desk.ready()
        for key, (start, end) in {"1": (4, 9), "0": (15, 18), "w": (39, 43)}.items():
            desk.add(key, (start, end))
            desk.unselect()
        sent = desk.press("Submit").request.post_data_json["result"]
        assert [item["value"]["labels"] for item in sent] == [
            ["LABEL 1"],
            ["LABEL 10"],
            ["LABEL 12"],
        ]
