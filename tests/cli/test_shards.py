"""`annotate prelabel --out` as a user runs it."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter

import psutil
import pytest
from crawls import files_of, write_crawl

pytestmark = pytest.mark.slow


@pytest.fixture
def crawl(tmp_path):
    """Return a file of articles, each of its own, on which a worker has some seconds of work."""
    return write_crawl(tmp_path / "crawl.jsonl", 90)


def _events(text):
    return [json.loads(line) for line in text.splitlines()]


def _ids(directory):
    found = Counter()
    for file in directory.glob("shard-*.jsonl"):
        found.update(json.loads(line)["article_id"] for line in file.read_text().splitlines())
    return found


def _start(*arguments, cwd, **settings):
    return subprocess.Popen(
        [sys.executable, "-m", "annotate", *map(str, arguments)],
        cwd=cwd,
        **settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _spool_is_gone(directory):
    return list((directory / ".spool").rglob("0*.jsonl")) == []


def test_shards_are_the_same_whoever_makes_them(run, crawl, tmp_path):
    """One process or two, at once or after a kill, whole or in parts; a second run does nothing."""
    one = run("prelabel", crawl, "--out", "one", "--shards", "9")
    assert one.returncode == 0, one.stderr
    assert one.stdout.startswith("90 articles in 9 shards of one: Claim ")
    killed = _start(
        "prelabel", crawl, "--out", "two", "--shards", "9", "--workers", "2", "--json", cwd=tmp_path
    )
    events = []
    while sum(event["event"] == "shard" for event in events) < 3:
        events.append(json.loads(killed.stdout.readline()))
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    again = run("prelabel", crawl, "--out", "two", "--shards", "9", "--workers", "2", "--json")
    assert again.returncode == 0, again.stderr
    plan, *shards, end = _events(again.stdout)
    assert plan["missing"] == len(shards) <= 6
    assert plan["to_do"] + plan["done"] == end["articles"] == 90
    assert "articles are there already, in finished shards" in again.stderr
    for part in ("1/2", "2/2"):
        half = run("prelabel", crawl, "--out", "parts", "--shards", "9", "--shard", part)
        assert half.returncode == 0, half.stderr
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two") == files_of(tmp_path / "parts")
    assert _ids(tmp_path / "one") == {f"a{number:03d}": 1 for number in range(90)}
    assert all(_spool_is_gone(tmp_path / name) for name in ("one", "two", "parts"))
    nothing = run("prelabel", crawl, "--out", "one", "--shards", "9", "--json")
    assert [event["event"] for event in _events(nothing.stdout)] == ["plan", "end"]


def test_workers_die_with_the_driver(crawl, tmp_path):
    """Whoever kills the command has no process left over."""
    driver = _start(
        "prelabel", crawl, "--out", "out", "--shards", "9", "--workers", "2", "--json", cwd=tmp_path
    )
    while json.loads(driver.stdout.readline())["event"] != "shard":
        pass
    workers = psutil.Process(driver.pid).children()
    assert len(workers) >= 2
    os.kill(driver.pid, signal.SIGKILL)
    driver.communicate()
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert alive == []


def test_what_was_left_out_is_told(run, tmp_path):
    """By name, with exit code 3; the rest is done, and each way to go wrong has its sentence."""
    lines = ['{"article_id": "a", "text": "He left, officials said."}', "{", '{"text": ""}']
    lines += ['{"article_id": "a", "text": "Other."}']
    (tmp_path / "in.jsonl").write_text("".join(f"{line}\n" for line in lines))
    done = run("prelabel", "in.jsonl", "--out", "out")
    assert done.returncode == 3
    assert "1 article in 1 shard of out" in done.stdout
    assert "left out: " in done.stderr
    assert "in.jsonl:2: not JSON" in done.stderr
    assert "left out: a: the article id stands for another text as well" in done.stderr
    assert "left out, as no articles: 2, listed in out/left-out.jsonl" in done.stderr
    told = [json.loads(line) for line in (tmp_path / "out/left-out.jsonl").read_text().splitlines()]
    assert [one["reason"].split(": ")[0] for one in told] == ["in.jsonl:2", "in.jsonl:3"]
    for arguments, said in (
        (("--out", "in.jsonl"), "is no directory"),
        (("--out", "out", "--shards", "2"), "was begun otherwise: shards 1, now 2"),
        (("--out", "new", "--shards", "5000"), "at most 4096"),
        (("--out", "new", "--shard", "3/2"), "expected K/N"),
        (("--out", "new", "--format", "xml"), "expected one of jsonl, jsonl.gz, parquet"),
        (("--out", "new", "--engine", "spark"), "expected local or ray"),
        (("--out", "new", "--address", "here"), "--address names a Ray cluster"),
        (("--out", "new", "--output", "f.jsonl"), "name one of them"),
        (("--out", "."), "holds in.jsonl, which is read"),
        (("--out", "new", "--overwrite"), "--overwrite: is not for shards"),
        (
            ("--output", "new", "--shards", "4", "--shard", "1/2"),
            "--shards, --shard: is for shards",
        ),
    ):
        refused = run("prelabel", "in.jsonl", *arguments)
        assert refused.returncode == 2, (arguments, refused.stderr)
        assert said in refused.stderr
    assert not (tmp_path / "new").exists()
    (tmp_path / "in").mkdir()
    (tmp_path / "in.jsonl").rename(tmp_path / "in/a.jsonl")
    inside = run("prelabel", "in", "--out", "in/out")
    assert inside.returncode == 2
    assert "which is read" in inside.stderr
    assert not (tmp_path / "in/out").exists()
    for output in ("out/left-out.jsonl", "out/shard-00000-of-00001.jsonl", "out/more.jsonl"):
        taken = run("prelabel", "in/a.jsonl", "--output", output, "--overwrite")
        assert taken.returncode == 2
        assert "out holds shards, and nothing else is written there" in taken.stderr
    named = run("prelabel", "in/a.jsonl", "--output", "a.jsonl.gz")
    assert "would hold JSON lines, whatever it is called" in named.stderr


def test_a_workspace_keeps_its_own(run, tmp_path):
    """Shards go neither among the articles nor among the export versions."""
    assert run("init", "ws").returncode == 0
    (tmp_path / "ws/articles/a.txt").write_text("He left, officials said.")
    for place, said in (("articles", "which is read"), ("exports", "export versions are kept")):
        refused = run("prelabel", "--out", place, cwd=tmp_path / "ws")
        assert refused.returncode == 2
        assert said in refused.stderr


def test_an_interruption_is_told_in_one_line(crawl, tmp_path):
    """The workers say nothing of it, and what is finished stays."""
    command = _start(
        *("prelabel", crawl, "--out", "out", "--shards", "9", "--workers", "2", "--json"),
        cwd=tmp_path,
        start_new_session=True,
    )
    while json.loads(command.stdout.readline())["event"] != "shard":
        pass
    os.killpg(command.pid, signal.SIGINT)
    _, said = command.communicate(timeout=60)
    assert command.returncode == 130
    assert "Traceback" not in said
    assert len(list((tmp_path / "out").glob("shard-*.jsonl"))) >= 1


def test_a_dry_run_reads_and_writes_nothing(run, crawl, tmp_path):
    """It says what there is, and how much of it is done."""
    shown = run("prelabel", crawl, "--out", "out", "--shards", "9", "--dry-run")
    assert shown.returncode == 0
    assert "would read 1 file" in shown.stdout
    assert "into 9 shards by rules-" in shown.stdout
    assert "0 of 9 shards are there already" in shown.stdout
    assert not (tmp_path / "out").exists()
    done = run("prelabel", crawl, "--out", "out", "--shards", "2")
    assert done.returncode == 0
    other = run("prelabel", crawl, "--out", "out", "--shards", "9", "--dry-run")
    assert other.returncode == 2
    assert "was begun otherwise: shards 2, now 9" in other.stderr
    (told,) = _events(
        run("prelabel", crawl, "--out", "out", "--shards", "2", "--dry-run", "--json").stdout
    )
    assert (told["event"], told["files"], told["done"]) == ("dry_run", 1, 2)


def test_nothing_of_ray_is_asked_for_without_it(run, crawl, tmp_path):
    """No module of Ray is imported by a run of this machine; where it is missing, its extra is named."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "ray.py").write_text("raise ImportError('hidden')\n")
    hidden = {"PYTHONPATH": str(tmp_path / "hidden")}
    local = run("prelabel", crawl, "--out", "out", "--workers", "2", **hidden)
    assert local.returncode == 0, local.stderr
    refused = run("prelabel", crawl, "--out", "new", "--engine", "ray", **hidden)
    assert refused.returncode == 2
    assert "needs Ray" in refused.stderr
    assert "[ray]" in refused.stderr


def test_shards_are_searched_as_a_file_is(run, crawl, tmp_path):
    """The same places, as lines of JSON and in the terminal; a page is for the few."""
    assert run("prelabel", crawl, "--out", "out", "--shards", "3").returncode == 0
    assert run("prelabel", crawl, "--output", "all.jsonl").returncode == 0
    of_file = json.loads(run("search", "said", "--in", "all.jsonl", "--json").stdout)
    *hits, end = _events(run("search", "said", "--in", "out", "--json").stdout)
    assert sorted(hits, key=lambda hit: (hit["article_id"], hit["start"])) == of_file["hits"]
    assert (end["counts"], end["places"]) == (of_file["counts"], len(hits))
    assert (end["searched"], end["missing_shards"]) == (90, 0)
    shown = run("search", "said", "--in", "out", "--limit", "2")
    *_, more, last = shown.stdout.splitlines()
    assert more == f"… and {len(hits) - 2} more"
    assert last.startswith(f"out: {len(hits)} places in ")
    assert "nobody has checked it" in last
    page = run("search", "said", "--in", "out", "--html", "page.html")
    assert page.returncode == 2
    assert "--html: is not for shards" in page.stderr
    nowhere = run("search", "said", "--in", ".")
    assert "no shards are here" in nowhere.stderr
