"""`annotate corrections` and `annotate ledger`, as a user runs them, in this process."""

import csv
import json
import sys

import pytest

from annotate.cli.main import main
from annotate.exports.lines import ExportedArticle
from annotate.records import Annotation, Article, Link, Prediction, Span

TEXT = "Officials said the bridge\x1b[31m may close.\n\nNobody knows."
SPANS = (
    Span(id="s", start=0, end=14, label="Source"),
    Span(id="c", start=15, end=40, label="Claim"),
)
LINK = Link(head_id="c", tail_id="s", label="attributed_to")


@pytest.fixture
def run(context, monkeypatch, capsys):
    """Return `run(*arguments)` in a workspace with one corrected article, whose id is a formula."""
    article = Article(article_id='=HYPERLINK("x")', text=TEXT, outlet="\x1b[2JPost")
    about = {"article_id": article.article_id, "text_sha256": article.text_sha256}
    moved = Span(id="c", start=15, end=50, label="Claim")
    annotation = Annotation(
        **about,
        spans=(SPANS[0], moved),
        labels=("Claim", "Source", "Hedge", "attributed_to"),
        annotator="ada",
        annotation_id="1",
        prediction_shown="old-1",
    )
    line = ExportedArticle(
        article=article,
        annotations=(annotation,),
        group=article.article_id,
        split="train",
        blind=False,
    )
    context.versions.write([line], about={})
    with context.seen() as seen:
        seen.put([Prediction(**about, spans=SPANS, links=(LINK,), model_version="old-1")])
    monkeypatch.setattr(
        "annotate.workflow.learning.audit.corrections._rules", lambda _: None
    )  # loading them takes a moment

    def call(*arguments, code=0):
        root = str(context.workspace.root)
        monkeypatch.setattr(sys, "argv", ["annotate", "-C", root, *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert (ended.value.code or 0) == code
        return capsys.readouterr()

    return call


def test_corrections_are_told_and_written(run, tmp_path):
    """Tables and examples without a character that steers a terminal, JSON, and a row a mark."""
    told = run("corrections")
    assert "\x1b" not in told.out + told.err
    assert "end moved right over" in told.out
    assert "link deleted" in told.out
    assert "predictions as people saw them: old-1 1" in told.err
    value = json.loads(run("corrections", "--json").out)
    assert value["all"]["predicted"] == 2
    assert value["all"]["reason"] == "only 1 article gives ground; an interval needs 5"
    assert set(value["by"]) == {"label", "model", "annotator", "score", "outlet", "rule"}
    out = tmp_path / "rows.csv"
    run("corrections", "--by", "outlet", "--output", out)
    with out.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["mark"], row["kind"]) for row in rows] == [
        ("span", "accepted"),
        ("span", "moved"),
        ("link", "deleted"),
    ]
    assert rows[0]["article_id"] == '\'=HYPERLINK("x")'
    assert (rows[1]["end_before"], rows[1]["end_after"], rows[1]["tokens_end"]) == ("40", "50", "2")
    again = run("corrections", "--output", out)  # its own file
    assert "wrote 3 rows" in again.err
    assert "3 cells like a formula" in again.err


def test_the_ledger_is_told_and_written(run, tmp_path):
    """The accounts come out even, JSON says the same, and every entry is a row."""
    told = run("ledger")
    assert "in + added = out + lost on every line" in told.out
    assert "does NOT come out even" not in told.out
    assert "across paragraphs" in told.out
    out = tmp_path / "rows.jsonl"
    value = json.loads(run("ledger", "--json", "-o", out).out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert value["balanced"]
    assert sum(entry["count"] for entry in value["entries"]) == len(rows) == 1
    assert (rows[0]["fate"], rows[0]["start"], rows[0]["annotator"]) == ("unreachable", 15, "ada")


@pytest.mark.parametrize("verb", ["corrections", "ledger"])
def test_nobodys_file_is_replaced(run, tmp_path, verb):
    """A file that the command has not written stays as it is, unless it is told otherwise."""
    mine = tmp_path / "mine.csv"
    mine.write_text("my notes\n")
    assert "is there already" in run(verb, "-o", mine, code=2).err
    assert mine.read_text() == "my notes\n"
    run(verb, "-o", mine, "--overwrite")
    assert mine.read_text() != "my notes\n"
