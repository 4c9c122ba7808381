"""`annotate choose` as a user runs it."""

import json

import pytest

from annotate.jsonl import dumps
from annotate.samples import sample_articles

pytestmark = pytest.mark.slow


@pytest.fixture
def archive(run, tmp_path):
    """Return a directory of shards: the samples, and two of them once more under other ids."""
    lines = [
        {"article_id": f"{copy}{n}", "text": sample.article.text, "outlet": "ABC"[n % 3]}
        for copy in ("a", "b")
        for n, sample in enumerate(list(sample_articles())[: 30 if copy == "a" else 2])
    ]
    (tmp_path / "in.jsonl").write_text("".join(dumps(line) + "\n" for line in lines))
    made = run("prelabel", "in.jsonl", "--out", "shards", "--shards", "4")
    assert made.returncode == 0, made.stderr
    return "shards"


def test_articles_are_chosen(run, archive, tmp_path):
    """By each strategy: so many lines, near-duplicates once, and what was passed over is told."""
    chosen = {}
    for strategy in ("random", "diverse", "by-claim-density", "outlet-balanced"):
        file = tmp_path / f"{strategy}.jsonl"
        done = run("choose", archive, "--n", "6", f"--{strategy}", "-o", file.name, "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert (told["strategy"], told["chosen"], told["articles"]) == (strategy, 6, 32)
        assert told["near_duplicates"] >= 2
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert len({line["article_id"] for line in lines}) == 6
        assert all(line["model_version"].startswith("rules-") for line in lines)
        assert sum(told["outlets"].values()) == 6
        chosen[strategy] = [line["article_id"] for line in lines]
    assert len({tuple(sorted(ids)) for ids in chosen.values()}) > 1
    assert set(told["outlets"].values()) == {2}
    again = run("choose", archive, "--n", "6", "-o", "again.jsonl", "--overwrite")
    assert again.stdout.startswith("wrote 6 articles of 32 (random) to again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "random.jsonl").read_bytes()


def test_the_ways_to_go_wrong_have_their_sentences(run, archive, tmp_path):
    """And what there is to choose is told where it is less than was asked for."""
    more = run("choose", archive, "--n", "500", "--dry-run")
    assert more.returncode == 0
    assert "would choose" in more.stdout
    assert "500 were asked for, and there are no more" in more.stderr
    for arguments, said in (
        ((archive, "--n", "5"), "name the file to write"),
        ((archive, "--n", "5", "--random", "--diverse", "-o", "x"), "name one of them"),
        ((".", "--n", "5", "-o", "x"), "no shards are here"),
        ((archive, "--n", "5", "--by-claim-density", "--claim", "X", "-o", "x"), "no label X"),
        ((archive, "--n", "5", "-o", "x.csv"), "would hold JSON lines"),
        ((archive, "--n", "5", "-o", "shards/x.jsonl"), "holds shards"),
        ((archive, "--n", "5", "-o", "in.jsonl"), "is there already"),
    ):
        refused = run("choose", *arguments)
        assert refused.returncode == 2, refused.stderr
        assert said in refused.stderr
    assert not (tmp_path / "x").exists()
