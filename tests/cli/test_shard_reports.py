"""`annotate claims` and `annotate report` over shards, as a user runs them."""

import csv
import json
import sqlite3
from contextlib import closing

import pytest

from annotate.jsonl import dumps
from annotate.samples import sample_articles

pytestmark = pytest.mark.slow


@pytest.fixture
def archive(run, tmp_path):
    """Return a directory of shards: samples, and two of them once more in another outlet."""
    samples = list(sample_articles())[:12]
    lines = [
        {"article_id": f"{copy}{n}", "text": s.article.text, "outlet": outlet, "published": day}
        for copy, outlet, day in (("a", "Post", "2024-01-31"), ("b", "=Mail", "some day"))
        for n, s in enumerate(samples[: 12 if copy == "a" else 2])
    ]
    (tmp_path / "in.jsonl").write_text("".join(dumps(line) + "\n" for line in lines))
    made = run("prelabel", "in.jsonl", "--out", "shards", "--shards", "4")
    assert made.returncode == 0, made.stderr
    return "shards"


def test_claims_of_shards_are_files(run, archive, tmp_path):
    """The same rows in every format; what two articles say in the same words is one report."""
    files = [f"c.{end}" for end in ("csv", "jsonl", "sqlite", "parquet")]
    done = run("claims", archive, *(word for file in files for word in ("-o", file)), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["articles"], told["unreadable_dates"], told["missing_shards"]) == (14, 2, 0)
    assert told["written"] == files
    lines = [json.loads(line) for line in (tmp_path / "c.jsonl").read_text().splitlines()]
    assert len(lines) == told["claims"]
    assert {line["model_version"] for line in lines} == {told["model_version"]}
    wordings = [
        json.loads(line) for line in (tmp_path / "c.wordings.jsonl").read_text().splitlines()
    ]
    assert len(wordings) == told["wordings_of_several"] > 0
    assert all((row["articles"], row["reports"]) == (2, 1) for row in wordings)
    assert wordings[: len(told["told_most"])] == told["told_most"]
    with (tmp_path / "c.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["text"].lstrip("'") for row in rows] == [line["text"] for line in lines]
    assert {row["outlet"] for row in rows} == {"Post", "'=Mail"}
    with closing(sqlite3.connect(tmp_path / "c.sqlite")) as database:
        found = database.execute(
            "SELECT count(*) FROM claims JOIN wordings USING (wording)"
        ).fetchone()
    assert found == (sum(row["mentions"] for row in wordings),)
    assert "nobody has checked it" in run("claims", archive, "--no-groups").stdout


def test_a_report_of_shards_is_a_page_with_tables(run, archive, tmp_path):
    """By outlet and month; they add up to all."""
    done = run("report", "--in", archive, "-o", "r.html", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    page = (tmp_path / "r.html").read_text()
    assert "nobody has checked it" in page
    for name, names in (("mix", ["'=Mail", "Post"]), ("months", ["2024-01", "a date that cannot"])):
        with (tmp_path / "r-tables" / f"{name}.csv").open(newline="") as stream:
            _, whole, *parts = csv.reader(stream)
        assert [row[0][:18] for row in parts] == [name[:18] for name in names]
        for column, key in ((1, "articles"), (2, "words"), (3, "spans")):
            assert int(whole[column]) == sum(int(row[column]) for row in parts) == told[key]
    assert run("report", "--in", archive, "-o", "r.html").stdout.startswith("shards: ")


def test_what_is_missing_is_told(run, archive, tmp_path):
    """A shard whose file has gone is counted, and the exit code says that it is not all."""
    min(tmp_path.glob("shards/shard-*.jsonl")).unlink()
    for words in (("claims", archive), ("report", "--in", archive), ("search", "--in", archive)):
        done = run(*words)
        assert (done.returncode, "missing of shards: 1 shard" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("claims", "shards", "-o", "c.html"), "an HTML page: is not for shards"),
        (("claims", "shards", "--all-annotators"), "--all-annotators: is not for shards"),
        (("claims", "shards", "-o", "shards/c.csv"), "holds shards, and nothing else"),
        (("claims", "."), "no shards are here"),
        (("claims", "shards", "-o", "shards/deep/c.csv"), "holds shards, and nothing else"),
        (("claims", "shards", "--claim", "Nonsense"), "no such label"),
        (("report", "--in", "shards", "--bias"), "--bias: is about people's work"),
        (("report", "--in", "."), "no shards are here"),
        (("report", "--in", "shards", "--tables", "shards", "--overwrite"), "nothing else is"),
    ],
)
def test_the_ways_to_go_wrong_have_their_sentences(run, archive, words, said):
    """Each ends with 2 and names what is wrong."""
    done = run(*words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
