"""Versions that were written in two copies of a repository, at the command line."""

import json
import shutil

import pytest
from gold import adopt_jsonl

from annotate.jsonl import dumps
from annotate.workflow.state.context import Context


def _adopt(workspace, name, annotator):
    path = workspace.root / "gold.jsonl"
    path.write_text(dumps({"article_id": name, "text": "It may rain.", "labels": ["Claim"]}) + "\n")
    adopt_jsonl(Context(workspace), path, annotator=annotator)


@pytest.mark.slow
def test_the_command_joins_and_names(run, workspace, tmp_path):
    """A dry run writes nothing; then the version stands, and there is nothing left to join."""
    _adopt(workspace, "a", "ines@example.org")
    shutil.copytree(workspace.root, tmp_path / "copy")
    _adopt(workspace, "b", "ines@example.org")
    _adopt(Context.at(tmp_path / "copy").workspace, "b", "else@example.org")
    shutil.copytree(tmp_path / "copy" / "exports", workspace.root / "exports", dirs_exist_ok=True)
    names = Context(workspace).versions.store.manifests.names()
    assert "exports merge joins them" in run("exports", "list", cwd=workspace.root).stderr
    listed = json.loads(run("exports", "list", "--json", cwd=workspace.root).stdout)
    assert [version["head"] for version in listed["versions"]] == [False, True, True]
    assert len(listed["other_heads"]) == 1
    tried = run("exports", "merge", "--dry-run", cwd=workspace.root)
    assert (tried.returncode, "would join" in tried.stdout) == (0, True)
    assert Context(workspace).versions.store.manifests.names() == names
    done = run("exports", "merge", cwd=workspace.root)
    assert "b: annotated on both sides" in done.stderr
    assert "wrote version 0003-" in done.stdout
    assert "nothing to join" in run("exports", "merge", cwd=workspace.root).stdout
    assert run("exports", "list", cwd=workspace.root).stderr == ""
