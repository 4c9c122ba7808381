"""Two workspaces sync with one server at the same moments, while people work."""

import json
import os
import random
import shutil
import subprocess
import sys

import pytest
from stories import mark, story

from annotate.exports.store import ExportStore
from annotate.workflow.state.context import Context
from annotate.workspace import load_workspace

pytestmark = pytest.mark.server

ROUNDS = int(os.environ.get("ANNOTATE_ROUNDS", "2"))


def _write(root, numbers):
    lines = [json.dumps({"article_id": f"n{n}", "text": story(n)}) for n in sorted(numbers)]
    (root / "articles" / "all.jsonl").write_text("\n".join(lines) + "\n")


def _sync_both(site, roots):
    """Start both syncs at once and wait for both; a 500 of a busy SQLite is run again, as told."""
    for _ in range(4):
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "annotate", "sync", "--json"],
                cwd=root, env=site.environment, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for root in roots
        ]  # fmt: skip
        ended = [(process, *process.communicate(timeout=600)) for process in running]
        assert all("Traceback" not in said for _, _, said in ended)
        if all(process.returncode == 0 for process, _, _ in ended):
            return
        assert {process.returncode for process, _, _ in ended} <= {0, 7}, ended
    pytest.fail(str(ended))


def _work(root):
    """Return everybody's work in the latest version, by annotation."""
    store = ExportStore(load_workspace(root, {}).exports)
    held = store.load(store.manifests.latest()) if store.manifests.latest() else {}
    return {
        a.annotation_id: (line.article.article_id, a.annotator, len(a.spans))
        for line in held.values()
        for a in line.annotations
    }


def test_parallel_syncs_lose_and_double_nothing(site, person):
    """One project, every task with pre-labels or blind, and both versions hold the same work."""
    other = site.root.parent / "other"
    site.people.pseudonym("a@example.org")
    with site.left_alone():
        shutil.copytree(site.root, other)
    roots = (site.root, other)
    rng = random.Random(os.environ.get("ANNOTATE_SEED", "7"))  # noqa: S311 - chance, no secret
    people = [person("ada"), person("ben")]
    mine, theirs = set(), set()
    for turn in range(ROUNDS):
        new = {turn * 12 + n for n in range(12)}
        mine |= {n for n in new if n % 3 != 0}
        theirs |= {n for n in new if n % 3 != 1}  # a third of them in both
        for root, numbers in zip(roots, (mine, theirs), strict=True):
            _write(root, numbers)
        _sync_both(site, roots)
        for task in site.raw_tasks():
            if rng.random() < 0.3:
                rng.choice(people).annotate(task["id"], [mark(end=rng.randint(8, 20))])
    for _ in range(2):
        _sync_both(site, roots)
    titled = [p for p in site.client.projects() if p.title == site.settings.project]
    assert len(titled) == 1
    tasks = site.raw_tasks()
    pushed = [task["data"]["article_id"] for task in tasks]
    assert set(pushed) == {f"n{n}" for n in mine | theirs}
    told = json.loads(site.run("pull", "--dry-run", "--json").stdout)["duplicates"]
    assert len(pushed) - len(set(pushed)) == told
    for task in tasks:
        blind = task["data"]["split"] == "test"
        assert bool(task["predictions"]) != blind, task["id"]
    there = {str(a["id"]) for task in tasks for a in task["annotations"]}
    assert set(_work(site.root)) == set(_work(other)) == there
    assert _work(site.root) == _work(other)
    for root in roots:
        status = json.loads(
            subprocess.run(
                [sys.executable, "-m", "annotate", "status", "--json"],
                cwd=root, env=site.environment, text=True, capture_output=True, check=True,
            ).stdout
        )  # fmt: skip
        assert status["work"]["by_model"].keys() == {
            Context(site.workspace).models.in_use().version
        }
        assert status["sync"]["push"]["new"] == []
