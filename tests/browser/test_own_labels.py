"""docs/own-labels.md, followed word by word: two labels of one's own, no model, 40 articles."""

import os
import random
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from live import seed_server
from page import CHROMIUM, Labelling, logged_in
from people import join

from annotate.jsonl import ArticleLine
from annotate.records import Span
from annotate.studio.simulated import annotate_from_gold
from annotate.studio.tasks import build_result
from annotate.workflow.mirror.project import find_project
from annotate.workflow.mirror.site import open_site
from annotate.workspace import load_workspace

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

PAGE = Path(__file__).parents[2] / "docs" / "own-labels.md"
CLAIMS = re.compile(r"\b(claims?|hedges?|sources?|cues?|attribut\w+)\b", re.IGNORECASE)
NAMES = [
    *("Ines Okafor", "Tom Hale", "Mara Lindqvist", "Jon Tiel", "Lena Ostrow", "Tilda Brannock"),
    *("Omar Reyes", "Greta Voss", "Paul Quine", "Ada Marsh", "Rui Costa", "Nell Farrow"),
]
THINGS = ["a new quay", "two ferries", "the old mill", "a school roof", "forty buses"]
PLACES = ["Corran", "Fenmark", "Sallow", "Meridian", "Northwick"]
GRANTS = (
    '<View><Text name="t" value="$text"/><Labels name="l" toName="t"><Label value="GIVER"/>'
    '<Label value="SUM"/></Labels><TextArea name="note" toName="t"/></View>'
)


def _stories():
    """Return 40 invented texts with the spans that people will mark."""
    chance = random.Random(7)  # noqa: S311 - no secret
    found = []
    for _ in range(40):
        text, spans = "", []
        for _ in range(chance.randint(2, 4)):
            amount = chance.choice(
                [f"${chance.randint(2, 900)},000", f"{chance.randint(2, 90)} million euros"]
            )
            for part, label in (
                (chance.choice(NAMES), "PERSON"),
                (
                    f" of {chance.choice(PLACES)} {chance.choice(['paid', 'gave', 'raised', 'lost'])} ",
                    None,
                ),
                (amount, "MONEY"),
                (
                    f" for {chance.choice(THINGS)} last {chance.choice(['week', 'month', 'year'])}. ",
                    None,
                ),
                (
                    chance.choice(
                        [f"Rain fell over {chance.choice(PLACES)}. ", "Nobody was hurt. "]
                    ),
                    None,
                ),
            ):
                if label:
                    spans.append((len(text), len(text) + len(part), label))
                text += part
        found.append((text.strip() + "\n", spans))
    return found


class Reader:
    """Somebody who does what the page says, section by section, and keeps what was said."""

    def __init__(self, home):
        self.home = self.directory = home
        self.said = []
        self.sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith(("ANNOTATE_", "LABEL_"))
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**inherited, "HOME": str(home), "PATH": path, "COLUMNS": "120"}

    def commands(self, section):
        (text,) = (part for part in self.sections if part.startswith(f"{section}\n"))
        blocks = re.findall(r"^```console\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
        return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]

    def follow(self, commands):
        for command in commands:
            if command.startswith("cd "):
                self.directory = self.directory / command.removeprefix("cd ")
                continue
            done = subprocess.run(  # noqa: S602 - the commands of our own page
                command, shell=True, cwd=self.directory, env=self.environment,
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            said = done.stdout + done.stderr
            assert done.returncode == 0, f"{command}\n{said}"
            self.said.append((command, said))

    def last(self, command):
        return next(said for asked, said in reversed(self.said) if asked.startswith(command))


@pytest.fixture
def reader(tmp_path):
    """Return the reader, in a home with 40 stories and a labelling config."""
    stories = tmp_path / "stories"
    stories.mkdir()
    for number, (text, _) in enumerate(_stories()):
        (stories / f"story-{number:02}.txt").write_text(text)
    (tmp_path / "grants.xml").write_text(GRANTS)
    reader = Reader(tmp_path)
    yield reader
    subprocess.run(
        [sys.executable, "-m", "annotate", "studio", "stop"],
        cwd=reader.directory, env=reader.environment, capture_output=True, check=False,
    )  # fmt: skip


def test_the_page_is_followed_from_start_to_end(reader, live_server):
    """Marks on the page, a verdict, predictions, scores; no output has a word about claims."""
    reader.follow(reader.commands("A workspace"))
    root = reader.directory
    seed_server(live_server, root / ".annotate" / "studio")
    reader.follow(reader.commands("The first articles"))
    assert "without predictions" in reader.last("annotate sync")
    assert "the rules know none of PERSON, MONEY" in reader.last("annotate status")

    workspace = load_workspace(root, {})
    with open_site(workspace) as site, closing(join(site, "ada")) as ada:
        project = find_project(site)
        gold = _gold(site)
        opened = [
            name for name in sorted(gold) if _task(site, project, name)["data"]["split"] == "train"
        ]
        with logged_in(_server(workspace)) as page:
            desk = Labelling(page, site.client.url, project.project_id)
            for name in opened[:2]:
                _mark_on_page(desk, gold[name], _task(site, project, name)["id"])
        annotate_from_gold(
            site.client, project.project_id, site.scheme, gold, leave_open=opened[-6:]
        )
        twice = gold[opened[2]]
        result = build_result(twice.article, twice.spans[1:], (), site.scheme, scores={})
        ada.annotate(_task(site, project, opened[2])["id"], result)
        texts = [project.label_config, project.title, str(workspace.guidelines())]

    sync, retrain, models, again = reader.commands("A model")
    reader.follow([sync, retrain])
    assert re.search(r"wrote version 0001-\w+: 34 articles, 35 annotations", reader.last(sync))
    assert "verdict: promoted early" in reader.last(retrain)
    assert "→" not in reader.last(retrain)
    reader.follow([models, again])
    assert "refreshed 6 untouched tasks" in reader.last(again)
    with open_site(workspace) as site:
        lines = {
            line.article.article_id: line
            for line in site.versions.load(site.versions.latest()).values()
        }
        for name in opened[:2]:
            (annotation,) = lines[name].annotations
            marked = {(s.start, s.end, s.label) for s in annotation.spans}
            assert marked == {(s.start, s.end, s.label) for s in gold[name].spans}
        assert {a.prediction_shown for line in lines.values() for a in line.annotations} == {None}
        assert [line.blind for line in lines.values()].count(True) == sum(
            line.split == "test" for line in lines.values()
        )

    reader.follow(reader.commands("How good it is"))
    assert "PERSON" in reader.last("annotate evaluate")
    assert "pushed 1 disputed articles" in reader.last("annotate review push")
    assert "left out: 25 annotations" in reader.last("annotate bias")
    reader.follow(reader.commands("Labels that you have already"))
    assert '<TextArea name="note"> is left out' in reader.last("annotate init ../grants")

    texts += [said for _, said in reader.said]
    files = [*root.glob("*.html"), *root.glob("label_configs/*"), root / "annotate.yaml"]
    texts += [path.read_text(encoding="utf-8") for path in files]
    assert len(files) == 5
    for text in texts:
        assert not CLAIMS.search(text), CLAIMS.search(text[:0] + text)


def _server(workspace):
    from annotate.workflow.state.server import embedded_server

    return embedded_server(workspace)


def _gold(site):
    """Return what there is to mark, by article."""
    by_text = dict(_stories())
    return {
        article.article_id: ArticleLine(
            article=article,
            spans=tuple(
                Span(id=f"s{number}", start=start, end=end, label=label)
                for number, (start, end, label) in enumerate(by_text[article.text])
            ),
        )
        for article in site.articles().articles
    }


def _task(site, project, name):
    tasks = site.client.tasks(project.project_id)
    return next(task for task in tasks if task["data"]["article_id"] == name)


def _mark_on_page(desk, line, task_id):
    """Mark an article from nothing, by keys and drags, and submit."""
    desk.open(task_id)
    desk.expect(line.article.text, 0)
    desk.ready()
    for span in line.spans:
        desk.add({"PERSON": "1", "MONEY": "2"}[span.label], (span.start, span.end))
        desk.unselect()
    desk.press("Submit")
