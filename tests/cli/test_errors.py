"""Bad input: one clear line on standard error, an exit code, nothing half-written."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys

import pytest
from gold import adopt_jsonl

from annotate.exports.store import ExportStore
from annotate.jsonl import article_line_to_json, dumps
from annotate.samples import sample_articles

pytestmark = pytest.mark.slow  # every command is a process of its own


def _fails(result, said, *, code):
    assert result.returncode == code, result.stderr
    first, *rest = result.stderr.strip().split("\n")
    assert first.startswith("Error: ")
    assert said in first
    assert all(line.startswith("Next: ") for line in rest)
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"caf\xe9", "articles/a.txt: not UTF-8 at byte 3"),
        ("a.txt", b"", "articles/a.txt: the file is empty"),
        ("a.txt", b"a\0b", "articles/a.txt: holds the control character U+0000"),
        ("a.odt", b"PK", "cannot read .odt"),
        ("a.pdf", b"%PDF", "a.pdf: no PDF that can be read"),
        ("a.jsonl", b'\n{"text"\n', "a.jsonl:2: not JSON"),
        ("a.html", b"<html></html>", "no article text was found"),
        ("a.md", b"---\ntitle: [\n---\nText", "a.md"),
    ],
)
def test_an_unreadable_article_is_named(run, workspace, tmp_path, name, content, said):
    """Whatever is wrong with a file, its name and the place are told, and no output is left."""
    path = workspace.root / "articles" / name
    path.write_bytes(content)
    out = tmp_path / "out.jsonl"
    result = run("prelabel", path, "--output", out, cwd=workspace.root)
    _fails(result, said, code=3)
    assert not out.exists()


def test_an_unreadable_file_and_a_missing_one_are_named(run, workspace, tmp_path):
    """A path that leads nowhere is a usage error."""
    result = run("prelabel", "nowhere.txt", "-o", tmp_path / "o", cwd=workspace.root)
    _fails(result, "nowhere.txt: no such file or directory", code=2)


def test_an_unknown_key_names_line_and_choices(run, workspace):
    """annotate.yaml is refused with the line of the mistake."""
    config = workspace.root / "annotate.yaml"
    lines = config.read_text().splitlines()
    config.write_text("\n".join([*lines, "projekt: x"]))
    _fails(
        run("models", "list", cwd=workspace.root),
        f"annotate.yaml:{len(lines) + 1}: unknown key 'projekt'",
        code=2,
    )


def test_outside_a_workspace_the_next_step_is_told(run, tmp_path):
    """Without annotate.yaml the error says how to get one."""
    result = run("sync", cwd=tmp_path)
    _fails(result, "no annotate.yaml", code=2)
    assert "Next: make a workspace with: annotate init DIR" in result.stderr


def test_a_server_that_does_not_run_is_told(run, workspace):
    """Without a server the error names every place where one could have been set."""
    (workspace.root / "articles" / "a.txt").write_text("It may rain.")
    result = run("push", cwd=workspace.root)
    _fails(result, "the embedded Label Studio is not running", code=7)
    assert "Next: start it with: annotate studio start" in result.stderr


def test_a_server_that_is_away_is_told(run, workspace):
    """An address where nothing answers is named."""
    (workspace.root / "articles" / "a.txt").write_text("It may rain.")
    result = run(
        "push", "--url", "http://127.0.0.1:9", cwd=workspace.root, LABEL_STUDIO_API_KEY="0" * 40
    )
    _fails(result, "http://127.0.0.1:9: cannot be reached", code=7)


def test_a_missing_token_names_every_place(run, workspace):
    """A missing setting tells where it was looked for."""
    (workspace.root / "articles" / "a.txt").write_text("It may rain.")
    result = run("push", "--url", "http://127.0.0.1:9", cwd=workspace.root)
    _fails(result, "LABEL_STUDIO_API_KEY", code=2)
    assert "studio.api_key_file" in result.stderr


def test_an_unknown_label_in_gold_is_named(run, workspace, tmp_path):
    """A label that the config has not is refused with file and line, and no version is made."""
    gold = tmp_path / "gold.jsonl"
    spans = [{"start": 0, "end": 2, "label": "Opinion"}]
    gold.write_text(json.dumps({"article_id": "x", "text": "It may rain.", "spans": spans}) + "\n")
    result = run("exports", "read", gold, "--annotator", "me", cwd=workspace.root)
    _fails(result, "gold.jsonl:1: unknown label 'Opinion'", code=3)
    assert not workspace.exports.exists()


def test_a_labelling_config_that_cannot_be_served_is_named(run, workspace):
    """A config with two texts is refused before anything is sent."""
    config = workspace.root / "label_configs" / "claims.xml"
    config.write_text(config.read_text().replace("</View>", '<Text name="b" value="$b"/></View>'))
    (workspace.root / "articles" / "a.txt").write_text("It may rain.")
    _fails(run("push", cwd=workspace.root), "exactly one <Text> is expected", code=3)


@pytest.mark.parametrize(
    ("model", "said"),
    [("nobody", "no model is 'nobody'; there are: rules"), ("other", "other labels: Weather")],
)
def test_a_model_that_is_missing_or_for_other_labels_is_named(
    run, workspace, tmp_path, model, said
):
    """A model that cannot be used says why, and no output is left."""
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "sc"})
    ruler.add_patterns([{"label": "Weather", "pattern": "rain"}])
    nlp.to_disk(workspace.root / "other")
    (workspace.root / "articles" / "a.txt").write_text("It may rain.")
    out = tmp_path / "out.jsonl"
    result = run("prelabel", "articles", "-o", out, "--model", model, cwd=workspace.root)
    _fails(result, said, code=4)
    assert not out.exists()


def test_a_damaged_export_is_found_and_named(run, workspace, context, tmp_path):
    """A flipped byte stops what would read it; verify says what can still be had."""
    for name, lines in (("one", sample_articles()[:1]), ("two", sample_articles()[:2])):
        gold = tmp_path / f"{name}.jsonl"
        gold.write_text("".join(dumps(article_line_to_json(line)) + "\n" for line in lines))
        adopt_jsonl(context, gold, annotator="x")
    store = ExportStore(workspace.exports)
    first, second = store.versions()
    part = store.directory / "parts" / f"{second.parts[-1][0]}.jsonl"
    part.write_bytes(part.read_bytes().replace(b"e", b"f", 1))
    _fails(run("exports", "show", cwd=workspace.root), part.name, code=5)
    _fails(run("retrain", cwd=workspace.root), part.name, code=5)
    result = run("exports", "verify", cwd=workspace.root)
    assert result.returncode == 5
    assert first.name in result.stdout
    assert "Next: put the file back" in result.stdout
    _fails(run("exports", "show", "9", cwd=workspace.root), "no export version is '9'", code=5)


def test_a_config_for_training_is_refused_before_it(run, workspace, context, tmp_path):
    """With file, section, key and what was expected, in a dry run as in another."""
    gold = tmp_path / "gold.jsonl"
    lines = (article_line_to_json(line) for line in sample_articles()[:4])
    gold.write_text("".join(dumps(line) + "\n" for line in lines))
    adopt_jsonl(context, gold, annotator="x")
    settings = workspace.root / "annotate.yaml"
    settings.write_text(settings.read_text() + "training:\n  config: my.cfg\n")
    _fails(run("retrain", "--dry-run", cwd=workspace.root), "my.cfg: cannot be read", code=2)
    config = workspace.root / "my.cfg"
    config.write_text("[components.span_crf.model.tok2vec.encode]\nwidth = 64\n")
    result = run("retrain", "--dry-run", cwd=workspace.root)
    _fails(result, "my.cfg:2: [components.span_crf.model.tok2vec.encode] width: no", code=2)
    assert "components.span_crf.model.tok2vec.embed.width = 96" in result.stderr
    config.write_text("[training]\nseed = 1\n")
    _fails(run("curve", cwd=workspace.root), "[training] seed: annotate sets this", code=2)
    config.unlink()
    settings.write_text(settings.read_text().replace("  config: my.cfg\n", "  seed: 1\n"))
    result = run("retrain", "--dry-run", "--gpu-id", "9", cwd=workspace.root)
    _fails(result, "--gpu-id 9: spaCy cannot use that graphics card", code=4)


def test_debug_shows_the_traceback(run, tmp_path):
    """With --debug the same error comes with its traceback."""
    result = run("--debug", "sync", cwd=tmp_path)
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    assert "WorkspaceError" in result.stderr


def test_one_bad_article_stops_nothing_else(run, workspace):
    """The good ones are pre-labelled, every bad one is named with its reason; exit code 3."""
    articles = workspace.root / "articles"
    (articles / "fine.txt").write_text("Officials said that it may rain.")
    (articles / "empty.txt").write_text("")
    (articles / "odd[1].jsonl").write_text('{"text": 3}\n{"text": "It may snow."}\n')
    (articles / "page.odt").write_bytes(b"PK")
    result = run("prelabel", "articles", "-o", "out[final].jsonl", "--json", cwd=workspace.root)
    assert result.returncode == 3, result.stderr
    told = json.loads(result.stdout)
    assert told["articles"] == 2
    assert [item["line"] for item in told["left_out_articles"]] == [None, 1]
    assert told["passed_over"] == {".odt": 1}
    for said in ("empty.txt: the file is empty", "odd[1].jsonl:1: ", ".odt 1", "2 articles were"):
        assert said in result.stderr
    assert len((workspace.root / "out[final].jsonl").read_text().splitlines()) == 2
    status = run("status", "--json", cwd=workspace.root)
    assert len(json.loads(status.stdout)["left_out_articles"]) == 2


def test_an_interrupt_says_how_to_go_on(workspace):
    """Ctrl-C in the middle of a command: a line on standard error, exit code 130, no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        # Where the tests run in the background, a child would ignore the signal as they do.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen(
            [sys.executable, "-m", "annotate", "-C", str(workspace.root), "status", "--url", url],
            env={**os.environ, "LABEL_STUDIO_API_KEY": "0" * 40},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        signal.signal(signal.SIGINT, before)
        deaf.settimeout(60)
        asked, _ = deaf.accept()
        with asked:
            assert asked.recv(1)  # from here on it waits for an answer
            process.send_signal(signal.SIGINT)
            # A signal just before the child begins to read leaves only a mark, which it sees when
            # the read ends: so the read must end.
            with contextlib.suppress(ConnectionError):
                asked.sendall(b"H")
            _, said = process.communicate(timeout=60)
    assert said == "Interrupted; run the same command again to go on.\n"
    assert process.returncode == 130


def test_a_password_in_an_address_is_not_repeated(run, workspace):
    """Neither where the token is missing nor where it is there."""
    for environment in ({}, {"LABEL_STUDIO_API_KEY": "0" * 40}):
        for command in (("status",), ("sync",), ("pull",)):
            done = run(
                *command,
                "--url",
                "http://ada:secret@127.0.0.1:9",
                cwd=workspace.root,
                **environment,
            )
            assert done.returncode in (1, 7)
            assert "secret" not in done.stdout + done.stderr
            assert "holds a user or a password" in done.stdout + done.stderr
