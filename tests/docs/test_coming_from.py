"""The pages for those who come from elsewhere: their commands are run on files of those programs."""

import json
import re
import shlex
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli.main import app
from annotate.exports.formats.cas_files import cas_files
from annotate.jsonl import ArticleLine
from annotate.records import Article, Link, Span

DOCS = Path(__file__).parents[2] / "docs"
TEXT = "Vahl 😀 said the quay may close."

# Written by doccano 1.8.4, from an import of the same marks: with relations, and without.
DOCCANO = (
    '{"id":6,"text":"Vahl 😀 said the quay may close.","article_id":"quay","outlet":"Gazette",'
    '"entities":[{"id":46,"label":"Source","start_offset":0,"end_offset":11},{"id":47,"label":'
    '"Claim","start_offset":12,"end_offset":30},{"id":48,"label":"Hedge","start_offset":21,'
    '"end_offset":24}],"relations":[{"id":26,"from_id":47,"to_id":46,"type":"attributed_to"},'
    '{"id":27,"from_id":48,"to_id":47,"type":"hedges"}],"Comments":[]}\n'
)
DOCCANO_PLAIN = (
    '{"id":5,"text":"Vahl 😀 said the quay may close.","article_id":"quay","label":[[0,11,"Source"],'
    '[12,30,"Claim"],[21,24,"Hedge"]],"Comments":[]}\n'
)

PRODIGY = {  # as the documentation of db-out and of spans.manual describes a task
    "text": TEXT,
    "_input_hash": -1430411,
    "_task_hash": 80213,
    "_is_binary": False,
    "tokens": [
        {"text": "Vahl", "start": 0, "end": 4, "id": 0, "ws": True},
        {"text": "😀", "start": 5, "end": 6, "id": 1, "ws": True},
    ],
    "_view_id": "spans_manual",
    "spans": [
        {"start": 0, "end": 11, "token_start": 0, "token_end": 2, "label": "Source"},
        {"start": 12, "end": 30, "token_start": 3, "token_end": 6, "label": "Claim"},
        {"start": 21, "end": 24, "token_start": 5, "token_end": 5, "label": "Hedge"},
    ],
    "relations": [
        {
            "head": 6,
            "child": 2,
            "head_span": {"start": 12, "end": 30, "label": "Claim"},
            "child_span": {"start": 0, "end": 11, "label": "Source"},
            "label": "attributed_to",
        }
    ],
    "answer": "accept",
    "_timestamp": 1700000000,
    "_annotator_id": "claims-ines",
    "_session_id": "claims-ines",
}

BRAT = (
    "T1\tSource 0 11\tVahl 😀 said\nT2\tClaim 12 30\tthe quay may close\nT3\tHedge 21 24\tmay\n"
    "R1\tattributed_to Arg1:T2 Arg2:T1\nR2\thedges Arg1:T3 Arg2:T2\n#1\tAnnotatorNotes T1\tsure?\n"
)


def _prodigy(tmp_path):
    rejected = {**PRODIGY, "answer": "reject", "_task_hash": 1}
    lines = [json.dumps(PRODIGY), json.dumps(rejected)]
    (tmp_path / "claims.jsonl").write_text("\n".join(lines) + "\n")


def _doccano(tmp_path):
    (tmp_path / "admin.jsonl").write_text(DOCCANO, encoding="utf-8")


def _inception(tmp_path):
    spans = (
        Span(id="s", start=0, end=11, label="Source"),
        Span(id="c", start=12, end=30, label="Claim"),
        Span(id="h", start=21, end=24, label="Hedge"),
    )
    links = (Link(head_id="c", tail_id="s", label="attributed_to"),)
    line = ArticleLine(article=Article(article_id="quay.txt", text=TEXT), spans=spans, links=links)
    ((_, cas),), _ = cas_files([(None, line)])
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive:
        archive.writestr("exportedproject1.json", "{}")
        archive.writestr("annotation/quay.txt/ines.json", cas)
        archive.writestr("annotation/quay.txt/INITIAL_CAS.json", cas)


def _brat(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "quay.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "corpus" / "quay.ann").write_text(BRAT, encoding="utf-8")


def _commands(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [shlex.split(line) for line in lines if not line.startswith("prodigy")]


@pytest.mark.parametrize(
    ("page", "make", "lost"),
    [
        ("from-prodigy.md", _prodigy, "rejected"),
        ("from-doccano.md", _doccano, None),
        ("from-inception.md", _inception, None),
        ("from-brat.md", _brat, "note"),
    ],
)
def test_the_page_is_followed(tmp_path, monkeypatch, page, make, lost):
    """Its commands, one after the other, bring the work along; what is lost is told."""
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    runner, said = CliRunner(), []
    for words in _commands(page):
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
        elif words[0] == "annotate" and words[1] != "retrain":
            done = runner.invoke(app, words[1:])
            assert done.exit_code == 0, (words, done.output)
            said.append(done.output)
        else:
            assert words[0] in {"pip", "annotate"}
    told = " ".join(" ".join(said).split())
    assert "wrote version 0001-" in told
    assert "Claim 1, Hedge 1, Source 1; links: attributed_to 1" in told
    assert lost is None or f"{lost} 1" in told
    (brought,) = Path("articles").glob("from-*.jsonl")
    assert json.loads(brought.read_text())["text"] == TEXT


def test_doccanos_other_form_is_read_too(tmp_path):
    """Projects without relations are exported with lists under `label`."""
    from annotate.exports.formats.doccano import read_doccano

    path = tmp_path / "admin.jsonl"
    path.write_text(DOCCANO_PLAIN, encoding="utf-8")
    reading = read_doccano(path)
    ((_, line),) = reading.items
    assert [(line.article.text[s.start : s.end], s.label) for s in line.spans] == [
        ("Vahl 😀 said", "Source"),
        ("the quay may close", "Claim"),
        ("may", "Hedge"),
    ]
    assert reading.losses == ()


def test_the_examples_of_mappings_can_be_read(tmp_path):
    """Every YAML block of the pages is a mapping."""
    from annotate.exports.formats.mapping import load_mapping

    found = 0
    for page in DOCS.glob("from-*.md"):
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```yaml\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
            path = tmp_path / "m.yaml"
            path.write_text(block)
            assert load_mapping(path).labels
            found += 1
    assert found == 2
