"""`annotate exports read` and `write` with other people's formats, as a user runs them."""

import json

import pytest

pytestmark = pytest.mark.slow  # every command is a process of its own

ANN = "T1\tSource 0 9\tVahl said\nT2\tClaim 15 33\tthe quay may close\n#1\tAnnotatorNotes T1\thm\n"


def _corpus(path):
    path.mkdir()
    (path / "quay.txt").write_text("Vahl said that the quay may close.")
    (path / "quay.ann").write_text(ANN)
    return path


def test_a_brat_corpus_is_read_and_written_as_docbin(run, workspace, tmp_path):
    """Dry run, reading and writing tell what they did and what was not represented."""
    corpus = _corpus(tmp_path / "corpus")
    root = workspace.root
    read = ("exports", "read", corpus, "--annotator", "me@x")
    dry = run(*read, "--dry-run", cwd=root)
    assert dry.returncode == 0, dry.stderr
    assert "would write a version with 1 articles" in dry.stdout
    assert "not represented: note 1" in dry.stdout
    told = json.loads(run(*read, "--json", cwd=root).stdout)
    assert (told["format"], told["articles"], told["annotations"]) == ("brat", 1, 1)
    assert told["spans"] == {"Claim": 1, "Source": 1}
    assert told["not_represented"] == {"note": 1}
    assert [loss["article_id"] for loss in told["losses"]] == ["quay"]
    out = tmp_path / "out.spacy"
    written = run("exports", "write", out, "--format", "docbin", cwd=root)
    assert "wrote 1 annotations of 1 articles" in written.stdout
    assert out.stat().st_size > 0
    again = run("exports", "write", corpus, "--format", "brat", "--json", cwd=root)
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_unknown_labels_and_mappings_are_one_line(run, workspace, tmp_path):
    """The error lists the labels and names the option; a mapping that is missing is named."""
    corpus = _corpus(tmp_path / "corpus")
    (corpus / "quay.ann").write_text("T1\tSpeaker 0 9\tVahl said\n")
    read = ("exports", "read", corpus, "--annotator", "me@x")
    failed = run(*read, cwd=workspace.root)
    assert failed.returncode == 3
    assert "unknown label 'Speaker'; found are Speaker 1" in failed.stderr
    assert "--mapping FILE.yaml" in failed.stderr
    missing = run(*read, "--mapping", "nosuch.yaml", cwd=workspace.root)
    assert (missing.returncode, missing.stdout) == (3, "")
    assert "nosuch.yaml: cannot be read" in missing.stderr
