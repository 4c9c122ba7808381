"""The documentation says what the code does."""

import importlib.util
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel
from quay import gold_line

from annotate.articles.file_readers import read_file
from annotate.jsonl import article_line_from_json
from annotate.labels import parse_label_config
from annotate.pipeline.rules.lexicon_files import parse_lexicon
from annotate.prelabellers.settings import SECTIONS
from annotate.settings import Settings
from annotate.workflow.state.init import label_config_template
from annotate.workspace import load_workspace

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(DOCS.glob("*.md")),
    ROOT / "annotate" / "samples" / "README.md",
    ROOT / "benchmarks" / "sample_corpus" / "README.md",
    ROOT / "exports" / "README.md",
]
OFFLINE = ("init", "prelabel", "evaluate", "exports", "models", "show", "claims")
NOT_OURS = ("cd", "cp", "python", "python3", "rm", "git")


@pytest.fixture(scope="session")
def make_cli():
    """The script that writes docs/cli.md."""
    spec = importlib.util.spec_from_file_location("make_cli", DOCS / "make_cli.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def make_architecture():
    """The script that draws the house."""
    spec = importlib.util.spec_from_file_location(
        "make_architecture", DOCS / "make_architecture.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def command_names(make_cli):
    """Full names of all commands, groups left out."""
    root = make_cli.typer.main.get_command(make_cli.app)
    return {name for name, command in make_cli.walk(root) if not hasattr(command, "commands")}


def blocks(path, language):
    """Return the fenced blocks of a language."""
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def console_commands(path):
    return [
        line.removeprefix("$ ")
        for block in blocks(path, "console")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]


def prose(path):
    """Return a page without its fenced blocks."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(path):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def setting_names(model, prefix=""):
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from setting_names(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_the_command_line_page_is_up_to_date(make_cli, capsys):
    """docs/cli.md is what the commands say; otherwise `make docs` is due."""
    assert make_cli.main(["--check"]) == 0, capsys.readouterr().err


def test_the_picture_of_the_house_is_up_to_date(make_architecture, capsys):
    """docs/layers.svg and the tables of rooms are what contracts and imports say."""
    assert make_architecture.main(["--check"]) == 0, capsys.readouterr().err


def test_the_house_stays_small(make_architecture):
    """At most ten rooms, four floors and sixteen arrows between the rooms of workflow."""
    floors = make_architecture.floors("The floors of workflow")
    assert len(floors) <= 4
    assert sum(map(len, floors)) <= 10
    assert len(make_architecture.arrows()) <= 16


def test_a_picture_that_is_not_is_noticed(make_architecture, tmp_path, monkeypatch, capsys):
    """--check says which file and what to do."""
    other = tmp_path / "layers.svg"
    other.write_text("something else")
    monkeypatch.setattr(make_architecture, "PICTURE", other)
    assert make_architecture.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err


def test_a_stale_command_line_page_is_noticed(make_cli, tmp_path, monkeypatch, capsys):
    """`--check` ends with 1 where the page differs, and writes nothing."""
    stale = tmp_path / "cli.md"
    stale.write_text("old\n")
    monkeypatch.setattr(make_cli, "TARGET", stale)
    assert make_cli.main(["--check"]) == 1
    assert stale.read_text() == "old\n"
    assert "make docs" in capsys.readouterr().err


def test_every_command_is_documented(command_names):
    """Every command has a section of its own in docs/cli.md."""
    sections = set(re.findall(r"^## (.+)$", (DOCS / "cli.md").read_text(), flags=re.MULTILINE))
    assert command_names <= sections


def test_every_setting_is_described():
    """Every key of annotate.yaml has a row in a table of docs/workspace.md."""
    rows = set(re.findall(r"^\| `([\w.]+)` \|", (DOCS / "workspace.md").read_text(), re.MULTILINE))
    missing = set(setting_names(Settings)) - rows
    for section in SECTIONS.values():
        missing |= set(setting_names(section, "prelabeller.")) - rows
    assert not missing


def test_the_prelabellers_that_are_shown_can_be_named(tmp_path):
    """The sections of annotate.yaml on the page of language models are read as they stand."""
    shown = blocks(DOCS / "language-model.md", "yaml")
    kinds = []
    for block in shown:
        (tmp_path / "annotate.yaml").write_text(block)
        kinds.append(load_workspace(tmp_path, {}).settings.prelabeller.kind)
    assert kinds == ["openai", "openai", "doubts"]


def test_the_defaults_of_a_language_model_are_those_that_are_described():
    """The table's third column is what the settings say."""
    for section in SECTIONS.values():
        for name, field in section.model_fields.items():
            (row,) = re.findall(
                rf"^\| `prelabeller\.{name}` \| [^|]+ \| ([^|]+) \|",
                (DOCS / "workspace.md").read_text(),
                re.MULTILINE,
            )
            said = None if row == "–" else yaml.safe_load(row.strip("`"))
            assert said == (None if field.is_required() else field.default), name


def test_the_defaults_that_are_shown_are_the_defaults():
    """The first YAML block of docs/workspace.md holds every key, each with its default."""
    shown = yaml.safe_load(blocks(DOCS / "workspace.md", "yaml")[0])
    assert Settings.model_validate(shown) == Settings()
    assert shown == Settings().model_dump(mode="json")


def test_the_lexicons_that_are_shown_can_be_read():
    """Every example of a lexicon in docs/workspace.md is a valid lexicon file."""
    examples = [b for b in blocks(DOCS / "workspace.md", "yaml") if b.startswith("extends:")]
    assert examples
    for example in examples:
        parse_lexicon(example, file="docs/workspace.md")


def test_the_marked_article_and_the_line_that_are_shown_can_be_read(tmp_path):
    """The examples in docs/formats.md are read as what the page says they are."""
    (line,) = (json.loads(block) for block in blocks(DOCS / "formats.md", "json"))
    read = article_line_from_json(line)
    scheme = parse_label_config(label_config_template("claims.xml"))
    assert read.labels == scheme.all_names
    assert {span.label for span in read.spans} == set(scheme.span_labels)
    marked = next(block for block in blocks(DOCS / "formats.md", "text") if "{C1" in block)
    (tmp_path / "quay.marked").write_text(marked)
    (article,) = read_file(tmp_path / "quay.marked", root=tmp_path)
    assert [(s.start, s.end, s.label) for s in article.spans] == [
        (s.start, s.end, s.label) for s in read.spans
    ]
    assert len(article.links) == len(read.links)


@pytest.mark.slow
def test_the_readme_works(tmp_path):
    """The README's commands that need no server run one after the other, each with success."""
    directory = tmp_path
    ran = set()
    for command in console_commands(ROOT / "README.md"):
        words = shlex.split(command)
        if words[0] != "annotate" or words[1] not in OFFLINE:
            continue
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=directory,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        ran.add(words[1])
        if words[1] == "init":
            directory = tmp_path / words[2]
            story = directory / "articles" / "quay.txt"
            story.write_text("The quay is unsafe, a memo said.\n")
            (directory / "gold.jsonl").write_text(gold_line(story) + "\n")
    assert ran == set(OFFLINE)
    assert list((directory / "exports").rglob("0001-*.json"))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_that_are_shown_exist(page, command_names):
    """Every console line names a command of annotate, a target of the Makefile, or a common tool."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for line in console_commands(page):
        for command in line.split(" && "):
            words = shlex.split(command)
            program = words[0].removeprefix(".venv/bin/")
            if program == "annotate":
                names = [word for word in words[1:] if not word.startswith("-")]
                if words[1] == "-C":
                    names = names[1:]
                assert {f"annotate {names[0]}", f"annotate {' '.join(names[:2])}"} & command_names
            elif program == "make":
                assert words[1] in targets, command
            else:
                assert program in (*NOT_OURS, "pip", "prodigy", "ray"), command


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """A relative link leads to a file that exists and, where it names one, to a heading."""
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link
