"""A language model on the command line: the plan, the run, one that is killed, and the key."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from chat_server import KEY, chat_server, keyword_reply, name_server

from annotate.jsonl import article_line_to_json, dumps
from annotate.samples import sample_articles

pytestmark = pytest.mark.slow  # every command is a process of its own


@pytest.fixture
def root(run, tmp_path, chat):
    """Return a workspace with five short articles that names the scripted server."""
    root = tmp_path / "ws"
    run("init", root)
    name_server(root, chat)
    for number in range(5):
        (root / "articles" / f"a{number}.txt").write_text(
            f"It may rain.\n\nPolice said {number}.\n"
        )
    return root


def test_the_plan_names_host_requests_and_tokens(run, root, chat):
    """A dry run asks nobody and writes nothing, and says how tokens are estimated."""
    host = chat.url.removeprefix("http://").removesuffix("/v1")
    told = run("prelabel", "--dry-run", cwd=root)
    assert told.returncode == 0, told.stderr
    assert "would pre-label 5 articles by openai-tiny-" in told.stdout
    assert f"asks {host} (this machine): 6 requests for 10 paragraphs of 5 articles" in told.stdout
    assert "estimated: a token for 4 bytes" in told.stdout
    plan = json.loads(run("prelabel", "--dry-run", "--json", cwd=root).stdout)
    assert (plan["asks"]["host"], plan["asks"]["requests"], plan["asks"]["answered"]) == (
        host,
        6,
        4,
    )
    assert (chat.asked, (root / ".annotate").exists()) == ([], False)
    assert f"asks {host}" in run("models", "list", cwd=root).stderr
    assert f"asks {host}" in run("models", "show", "prelabeller", cwd=root).stdout
    without = run("prelabel", cwd=root)
    assert (without.returncode, "--output" in without.stderr) == (2, True)


def test_articles_are_pre_labelled_and_what_fails_is_named(run, root, chat):
    """The rest is written; the exit code says that something is missing, and the next run asks it."""
    chat.faults = [keyword_reply, 500]
    done = run("prelabel", "-o", "out.jsonl", "--json", cwd=root)
    assert done.returncode == 3, done.stderr
    result = json.loads(done.stdout)
    assert (result["articles"], result["spans"]) == (4, {"Hedge": 4, "Source": 4})
    ((failed, why),) = result["asked"]["failed"].items()
    assert (failed, "500" in why) == ("articles/a0.txt", True)
    assert f"no prediction of {failed}: " in done.stderr
    assert "quotes: exact 8" in done.stderr
    again = run("prelabel", "-o", "out.jsonl", cwd=root)
    assert again.returncode == 0, again.stderr
    assert "wrote 5 articles" in again.stdout
    assert "requests 1" in again.stderr
    third = run("prelabel", "-o", "out.jsonl", cwd=root)
    assert "not asked, all was known" in third.stderr
    assert len(chat.asked) == 7
    lines = [json.loads(line) for line in (root / "out.jsonl").read_text().splitlines()]
    assert {line["text"][s["start"] : s["end"]] for line in lines for s in line["spans"]} == {
        "may",
        "Police said",
    }


def test_an_output_that_is_not_written_is_refused_before_anything_is_asked(run, root, chat):
    """An article, a pipe or a device as output: the command ends at once, and nobody was asked."""
    os.mkfifo(root / "pipe")
    for output in ("articles/a0.txt", "pipe", "/dev/stdout"):
        done = run("prelabel", "-o", output, cwd=root)
        assert done.returncode == 2, done.stderr
        assert "Next: name a" in done.stderr
    assert chat.asked == []


def test_a_bound_ends_the_run_and_the_next_one_goes_on(run, root, chat):
    """No request more than allowed is sent; what was answered is kept."""
    bound = run("prelabel", "-o", "out.jsonl", "--max-requests", "4", cwd=root)
    assert (bound.returncode, len(chat.asked)) == (4, 4)
    assert "Error: " in bound.stderr
    assert "--max-requests allows more" in bound.stderr
    assert not (root / "out.jsonl").exists()
    assert run("prelabel", "-o", "out.jsonl", "--max-requests", "4", cwd=root).returncode == 0
    assert len(chat.asked) == 6
    pointless = run("prelabel", "-o", "x", "--model", "rules", "--max-requests", "4", cwd=root)
    assert (pointless.returncode, "asks nobody" in pointless.stderr) == (2, True)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_anywhere_asks_nothing_twice(root, chat, how, run):
    """Killed or interrupted while the fourth answer is waited for: three are not asked again."""
    reached = threading.Event()
    reply = chat.reply

    def told(paragraph):
        if len(chat.asked) == 4 and not reached.is_set():
            reached.set()
            chat.ended.wait()
        return reply(paragraph)

    chat.reply = told
    command = [sys.executable, "-m", "annotate", "prelabel", "-o", "out.jsonl"]
    with subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE) as process:
        assert reached.wait(60)
        os.kill(process.pid, how)
        process.wait(30)
        if how == signal.SIGINT:
            assert process.returncode == 130
            assert b"Interrupted" in process.stderr.read()
    kept = set(chat.paragraphs[:3])
    chat.reply = reply
    assert run("prelabel", "-o", "out.jsonl", cwd=root).returncode == 0
    assert len(chat.asked) == 7  # the fourth one twice
    assert not kept & set(chat.paragraphs[4:])


def test_a_server_that_is_down_is_one_clear_error(run, root, chat):
    """Host and next step are named, and the key is not."""
    with chat_server() as gone:
        name_server(root, gone)
    told = run("prelabel", "-o", "x.jsonl", cwd=root, ANNOTATE_PRELABELLER_API_KEY=KEY)
    host = gone.url.removeprefix("http://").removesuffix("/v1")
    assert told.returncode == 4
    assert f"Error: {host} does not answer" in told.stderr
    assert "Next: start the language model's server" in told.stderr
    debugged = run("--debug", "prelabel", "-o", "x", cwd=root, ANNOTATE_PRELABELLER_API_KEY=KEY)
    assert "Traceback" in debugged.stderr
    assert KEY not in told.stderr + told.stdout + debugged.stderr + debugged.stdout


def test_a_key_in_a_file_reaches_the_server_and_nothing_else(run, root, chat):
    """Neither output nor any file of the workspace repeats it, whatever the server says."""
    (root / "llm.key").write_text(KEY + "\n")
    name_server(root, chat, api_key_file="llm.key")
    chat.faults = [401]
    refused = run("--debug", "prelabel", "-o", "x.jsonl", cwd=root)
    done = run("prelabel", "-o", "out.jsonl", "--json", cwd=root)
    assert done.returncode == 0, done.stderr
    assert {h["Authorization"] for h in chat.headers} == {f"Bearer {KEY}"}
    assert "a key was sent" in refused.stderr
    assert KEY not in refused.stderr + refused.stdout + done.stderr + done.stdout
    for path in root.rglob("*"):
        if path.is_file() and path.name != "llm.key":
            assert KEY.encode() not in path.read_bytes(), path


def test_it_is_compared_with_the_rules(run, root, chat, tmp_path):
    """One table of evaluate for rules and language model, on gold."""
    gold = tmp_path / "gold.jsonl"
    lines = sample_articles()[:3]
    gold.write_text("".join(dumps(article_line_to_json(line)) + "\n" for line in lines))
    asked = ("evaluate", "--gold", gold, "--model", "rules", "--model", "prelabeller")
    table = run(*asked, cwd=root)
    assert table.returncode == 0, table.stderr
    assert "openai-tiny-" in table.stdout
    assert "nobody knows whether openai-tiny-" in table.stderr
    bounded = run(*asked, "--max-requests", "1", cwd=root)
    assert bounded.returncode == 0, bounded.stderr  # all of it is known
    assert run("models", "use", "rules", cwd=root).returncode == 0
    plan = json.loads(run("prelabel", "--dry-run", "--json", cwd=root).stdout)
    assert plan["model_version"].startswith("rules-")
    assert "asks" not in plan


def test_it_is_not_asked_live_unless_that_is_meant(run, root, chat):
    """Serve refuses to start with it, and says how it would."""
    told = run("serve", "--port", "0", cwd=root)
    assert told.returncode != 0
    assert "prelabeller.live" in told.stderr
    assert chat.asked == []
