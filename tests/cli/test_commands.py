"""The commands that need no server, run as a user runs them."""

import json

import pytest

from annotate.jsonl import article_line_to_json, dumps
from annotate.samples import sample_articles

pytestmark = pytest.mark.slow  # every command is a process of its own


def _write_gold(path, count):
    lines = sample_articles()[:count]
    path.write_text("".join(dumps(article_line_to_json(line)) + "\n" for line in lines))
    return path


def test_the_tour_without_a_server(run, tmp_path):
    """init, prelabel, evaluate, exports read/list/show/diff/verify, models list follow each other."""
    root = tmp_path / "tour"
    made = run("init", root)
    assert made.returncode == 0
    assert "annotate studio start" in made.stdout
    gold = _write_gold(tmp_path / "gold.jsonl", 4)
    result = run("prelabel", gold, "-o", "pre.jsonl", "--json", cwd=root)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["articles"] == 4
    assert told["model_version"].startswith("rules-")
    scored = json.loads(run("evaluate", "--gold", gold, "pre.jsonl", "--json", cwd=root).stdout)
    assert scored["articles"] == 4
    assert 0 < scored["macro_f1"]["exact"] <= 1
    table = run("evaluate", "--gold", gold, "--model", "rules", cwd=root)
    assert "macro exact F1" in table.stdout
    for count in (3, 4):
        read = run(
            "exports", "read", _write_gold(gold, count), "--annotator", "me@x", "--json", cwd=root
        )
        assert json.loads(read.stdout)["articles"] == (3 if count == 3 else 1)
    listed = json.loads(run("exports", "list", "--json", cwd=root).stdout)
    assert [version["number"] for version in listed["versions"]] == [1, 2]
    shown = json.loads(run("exports", "show", "1", "--json", cwd=root).stdout)
    assert len(shown["article_ids"]) == 3
    changed = json.loads(run("exports", "diff", "1", "2", "--json", cwd=root).stdout)
    assert [change["what"] for change in changed] == ["added"]
    assert changed[0]["links"].keys() <= {"attributed_to", "hedges"}
    assert changed[0]["inferred_links"] == {}
    assert "2 versions checked: whole" in run("exports", "verify", cwd=root).stdout
    plan = json.loads(run("retrain", "--dry-run", "--json", cwd=root).stdout)
    assert plan["train"] + plan["dev"] + plan["test"] + plan["left_out"] == 4
    models = json.loads(run("models", "list", "--json", cwd=root).stdout)
    assert [(m["name"].partition("-")[0], m["in_use"]) for m in models] == [
        ("rules", True),
        ("none", False),
    ]
    assert "in use" in run("models", "use", "rules", cwd=root).stdout
    for command in (
        ("exports", "list"),
        ("exports", "show"),
        ("exports", "diff", "1"),
        ("models", "list"),
        ("models", "show", "rules"),
    ):
        assert run(*command, cwd=root).returncode == 0


def test_the_repository_is_a_workspace(run):
    """The articles of the repository's own workspace are the packaged samples."""
    from annotate.samples import DIRECTORY
    from annotate.workflow.state.context import Context
    from annotate.workspace import load_workspace

    root = DIRECTORY.parents[2]
    read = Context(load_workspace(root, {})).articles()
    assert len(read.articles) == len(sample_articles())
    assert read.same_text == ()


def test_the_server_status_of_a_new_workspace(run, workspace):
    """A server that never ran is stopped: exit code 1, and JSON for scripts."""
    result = run("studio", "status", "--json", cwd=workspace.root)
    assert result.returncode == 1
    assert json.loads(result.stdout)["state"] == "stopped"
    assert "not running" in run("studio", "stop", cwd=workspace.root).stdout
    assert run("studio", "open", cwd=workspace.root).returncode == 7


def test_prelabel_needs_no_workspace(run, tmp_path):
    """The rules and the shipped labels are used, which is told; nothing else is written."""
    (tmp_path / "a.txt").write_text("Officials said that it may rain on Friday.")
    done = run("prelabel", "a.txt", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no workspace here" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "out.jsonl"]
    assert json.loads((tmp_path / "out.jsonl").read_text())["spans"]
    away = run("exports", "list", cwd=tmp_path)
    assert (away.returncode, "annotate init DIR" in away.stderr) == (2, True)
