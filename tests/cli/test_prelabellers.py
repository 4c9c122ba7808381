"""Pre-labellers from elsewhere on the command line."""

import json

import pytest
from foreign_pipelines import ruler

from annotate.jsonl import article_line_to_json, dumps
from annotate.samples import sample_articles

pytestmark = pytest.mark.slow  # every command is a process of its own


def test_a_pipeline_is_added_used_and_set_beside_others(run, tmp_path):
    """Adding, listing, using and predicting, and one table of evaluate for three pre-labellers."""
    root = tmp_path / "ws"
    run("init", root)
    lines = sample_articles()[:4]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(dumps(article_line_to_json(line)) + "\n" for line in lines))
    (root / "articles" / "news.jsonl").write_text(gold.read_text())
    patterns = [{"label": "DOUBT", "pattern": [{"LOWER": {"IN": ["may", "might", "could"]}}]}]
    ruler(patterns=patterns).to_disk(tmp_path / "doubts")
    refused = run("models", "add", tmp_path / "doubts", cwd=root)
    assert refused.returncode == 4
    assert "ents: DOUBT" in refused.stderr
    assert "--labels FROM=TO" in refused.stderr
    bad = run("models", "add", tmp_path / "doubts", "--labels", "DOUBT", cwd=root)
    assert (bad.returncode, "expected FROM=TO" in bad.stderr) == (2, True)
    mapped = ("models", "add", tmp_path / "doubts", "--labels", "DOUBT=Hedge")
    tried = run(*mapped, "--dry-run", cwd=root)
    assert "would add it as doubts-" in tried.stdout
    assert list((root / "models").glob("doubts*")) == []
    added = json.loads(run(*mapped, "--json", cwd=root).stdout)
    assert added["fitting"]["Hedge"] > 0
    version = added["version"]
    assert version in run("models", "list", cwd=root).stdout
    assert "DOUBT" in run("models", "show", version, cwd=root).stdout
    assert run("models", "use", version, cwd=root).returncode == 0
    made = run("prelabel", gold, "-o", "pre.jsonl", "--processes", "2", "--json", cwd=root)
    assert json.loads(made.stdout)["spans"] == {"Hedge": added["fitting"]["Hedge"]}
    asked = ("evaluate", "--gold", gold, "--model", "rules", "--model", version, "pre.jsonl")
    table = run(*asked, cwd=root)
    assert table.returncode == 0, table.stderr
    assert "the gate" in table.stdout
    assert "fewer than the 30" in table.stdout
    names = [
        each["name"] for each in json.loads(run(*asked, "--json", cwd=root).stdout)["compared"]
    ]
    assert names[1:] == [version, "pre.jsonl"]
    paged = run(*asked, "--html", "page.html", cwd=root)
    assert (paged.returncode, "--html shows one" in paged.stderr) == (2, True)
