"""Other scripts through the whole loop: marked on the page, pulled, learned, predicted."""

import pytest
from page import CHROMIUM, Labelling, logged_in

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

ARTICLES = {
    "he": ("ראש העיר אמרה כי הגשר בטוח לגמרי.", "ראש העיר אמרה", "הגשר בטוח לגמרי"),
    "zh": ("市长说这座桥非常安全。", "市长说", "这座桥非常安全"),
}


def _place(text, part):
    return text.index(part), text.index(part) + len(part)


@pytest.mark.parametrize("language", ARTICLES)
def test_a_team_works_in_another_script(site, language):
    """What is dragged over, right to left or without spaces, is what comes back and is learned."""
    text, source, claim = ARTICLES[language]
    site.configure(f"language: {language}\nsplit: {{dev: 0.0, test: 0.0}}\n")
    for number in range(3):
        site.add(f"{language}{number}.txt", f"{text}\n{number}\n")
    assert not site.model().predicts
    project = site.push().project_id
    assert not any(task["predictions"] for task in site.raw_tasks())
    with logged_in(site.server) as page:
        desk = Labelling(page, site.client.url, project)
        desk.start()
        for _ in range(3):
            desk.expect(text, 0)
            for key, part in (("1", claim), ("2", source)):
                desk.add(key, _place(text, part), leftwards=language == "he")
                desk.unselect()
            desk.press("Submit")
    site.pull()
    for line in site.held().values():
        (annotation,) = line.annotations
        marked = {(s.label, line.article.text[s.start : s.end]) for s in annotation.spans}
        assert marked == {("Claim", claim), ("Source", source)}
    site.cli("retrain")
    ((version, *_),) = [(m.version,) for m in site.models.store.models()]
    site.models.use(version)
    site.add(f"{language}9.txt", f"{text}\n9\n")
    site.sync()
    (new,) = (task for task in site.raw_tasks() if task["predictions"])
    assert {p["model_version"] for p in new["predictions"]} == {version}
