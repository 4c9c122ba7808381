"""What stands where a command is to write is kept, unless it is as easily made anew."""

import json
import os
from pathlib import Path

import pytest

from annotate.errors import UsageError
from annotate.outputs import PAGE_MARK, is_page, is_prediction, require_free


@pytest.mark.parametrize(
    "begins", [b"hours of work", b"{}", b'[{"model_version": "m"}]', b"\xff", b"["]
)
@pytest.mark.parametrize("replaceable", [None, is_page, is_prediction])
def test_somebody_elses_file_is_not_replaced(workspace, tmp_path, begins, replaceable):
    """Whatever it holds: the command stops before its work, and names a way."""
    path = tmp_path / "out"
    path.write_bytes(begins)
    with pytest.raises(UsageError, match="is there already") as stopped:
        require_free(path, workspace, replaceable=replaceable)
    assert "--overwrite" in stopped.value.hint
    assert path.read_bytes() == begins
    require_free(path, workspace, replaceable=replaceable, overwrite=True)


def test_what_is_made_anew_as_easily_is_replaced(workspace, tmp_path):
    """Nothing, an empty file, a page of annotate's, a file of predictions; no directory."""
    path = tmp_path / "out"
    require_free(path, workspace)
    path.touch()
    require_free(path, workspace)
    path.write_bytes(b"<html><head>" + PAGE_MARK)
    require_free(path, workspace, replaceable=is_page)
    path.write_text(json.dumps({"article_id": "a", "model_version": "rules-1"}) + "\n{")
    require_free(path, workspace, replaceable=is_prediction)
    with pytest.raises(UsageError, match="is a directory"):
        require_free(tmp_path, workspace, overwrite=True)


def test_what_a_command_reads_it_does_not_replace(workspace, tmp_path):
    """Whatever the options, and by whatever name: work would be lost for a table of it."""
    read, other = tmp_path / "odd.jsonl", tmp_path / "other.jsonl"
    read.write_text("hours of work")
    other.write_text("a table")
    (tmp_path / "soft").symlink_to(read)
    (tmp_path / "hard").hardlink_to(read)
    for name in ("odd.jsonl", "soft", "hard"):
        with pytest.raises(UsageError, match="is read by this command") as stopped:
            require_free(tmp_path / name, workspace, overwrite=True, inputs=[read])
        assert "--overwrite" not in stopped.value.hint
    require_free(other, workspace, overwrite=True, inputs=[read, tmp_path / "none"])


def test_what_is_no_file_is_refused_unopened(workspace, tmp_path):
    """A pipe that nobody reads would keep the command waiting for ever, and a device holds nothing."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null")):
        for overwrite in (False, True):
            with pytest.raises(UsageError, match="no regular file") as stopped:
                require_free(path, workspace, overwrite=overwrite)
            assert "name a file" in stopped.value.hint


@pytest.mark.parametrize(
    "name",
    [
        "annotate.yaml",
        "label_configs/claims.xml",
        "label_configs/guidelines.md",
        ".annotate/register.sqlite3",
        ".annotate/new.html",
        "models/spans-1.json",
        "exports/test-project/versions/0001-abc.json",
        "link.html",
    ],
)
def test_no_output_replaces_a_file_of_the_workspace(workspace, name):
    """Whatever it says and whatever the option, also under another name; nor is one put beside."""
    (workspace.root / "link.html").symlink_to("annotate.yaml")
    with pytest.raises(UsageError, match=r"file of the workspace|nothing else is written") as found:
        require_free(workspace.root / name, workspace, replaceable=lambda _: True, overwrite=True)
    assert "--overwrite" not in found.value.hint


def test_an_article_is_replaced_by_no_output(workspace):
    """Nor is the metadata beside it; predictions that lie there are, and a new file may be made."""
    articles = workspace.root / "articles"
    articles.mkdir(exist_ok=True)
    for name in ("quay.txt", "quay.yaml"):
        (articles / name).write_text("Officials said so.")
        with pytest.raises(UsageError, match="is an article"):
            require_free(articles / name, workspace, overwrite=True)
    made = articles / "pre.jsonl"
    require_free(made, workspace)
    made.write_text(json.dumps({"article_id": "a", "model_version": "rules-1"}) + "\n")
    require_free(made, workspace, replaceable=is_prediction, overwrite=True)
