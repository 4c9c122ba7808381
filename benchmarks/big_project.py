"""Measure a project of 100,000 tasks on PostgreSQL: push, status, pulls, queue, export.

    python benchmarks/big_project.py --database postgresql://USER@HOST:PORT/NAME
        [--tasks 100000] [--characters 1400]

The database is an empty one; its password is read from PGPASSWORD. An embedded server gets a project
that `push` fills from predictions made beforehand; then follow whole commands (`status`, `pull` of
what was pushed and of nothing, `queue` in its orders), places as `queue` writes them, an annotation
of every hundredth task, the pull of these, and Label Studio's own JSON export of all tasks. Prints a
JSON line each.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import sync
from sync import VERSION, Predictions, Ready, make_workspace, seconds, write_texts

from annotate.pipeline.registry import Model
from annotate.records import Article
from annotate.studio.client import StudioClient
from annotate.studio.outlines import set_places
from annotate.studio.postgresql import parse_postgres_url
from annotate.studio.server import EmbeddedServer
from annotate.workflow.mirror.site import open_site
from annotate.workflow.people.queue import plan_queue
from annotate.workflow.sync.push import apply_push, plan_push

STRETCHES = 10
PLACES = 1000
EACH = 100


def pushed(server, client, directory, count):
    """Fill a project by a push; return its rate, stretch by stretch, and whole commands' times."""
    articles = (Article(article_id=f"n{i}", text=text) for i, text in enumerate(write_texts(count)))
    workspace = make_workspace(directory / "pushed", server, "pushed", articles)
    predictions = Predictions(workspace, count)
    model = Model(version=VERSION, path=None, lineage={})
    times = [time.perf_counter()]
    done = 0

    def on_pushed(number):
        nonlocal done
        done += number
        if done >= len(times) * count // STRETCHES:
            times.append(time.perf_counter())

    with open_site(workspace, client=client) as site:
        read = site.articles()
        plan_seconds, plan = seconds(lambda: plan_push(site, read.articles, model))
        push_seconds, result = seconds(
            lambda: apply_push(
                site, plan, read.articles, pipeline=Ready(predictions), on_pushed=on_pushed
            )
        )
    assert result.pushed == count
    rates = [round(count / STRETCHES / (b - a)) for a, b in itertools.pairwise(times)]
    row = {
        "tasks": count,
        "plan s": round(plan_seconds, 1),
        "push s": round(push_seconds),
        "tasks/s": round(count / push_seconds),
        "tasks/s, tenth by tenth": rates,
    }
    print(json.dumps(row), flush=True)
    return workspace


def command(server, workspace, *words):
    """Run a whole command, and print seconds and the most memory that it held, in MB."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "annotate", "-C", str(workspace.root), *words],
        env={**os.environ, "LABEL_STUDIO_API_KEY": server.credentials().token},
        stdout=subprocess.DEVNULL,
    ) as process:
        _, code, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
    took = time.perf_counter() - began
    found = {"s": round(took, 1), "MB": usage.ru_maxrss // 1024, "exit code": process.returncode}
    print(json.dumps({"annotate": " ".join(words), **found}), flush=True)
    return took


def commands(server, client, workspace):
    """Run what a team runs, while nothing is annotated yet."""
    for words in (
        ("status",),
        ("pull",),
        ("pull",),
        ("status",),
        ("push", "--dry-run"),
        ("queue", "--order", "random", "--dry-run"),
        ("queue", "--order", "oldest", "--dry-run"),
        ("queue", "--order", "diverse", "--dry-run"),
    ):
        command(server, workspace, *words)
    with open_site(workspace, client=client) as site:
        plan = plan_queue(site, order="random")
        places = {task.task_id: (task.place, task.lanes) for task in plan.tasks[:PLACES]}
        project = plan.project.project_id
        some = list(places)
        took, _ = seconds(
            lambda: [
                list(set_places(site.client, project, {i: places[i] for i in some[at : at + 100]}))
                for at in range(0, len(some), 100)
            ]
        )
    print(json.dumps({"places written a second": round(len(some) / took, 1)}), flush=True)
    return project


def changed(server, client, workspace, project):
    """Annotate every hundredth task, and pull that; beside it, what Label Studio exports."""
    ids = [stamp.task_id for stamp in client.stamps(project)]
    for task_id in ids[::EACH]:
        client.annotate(task_id, [])
    delta = command(server, workspace, "pull")

    def export():
        size = 0
        with httpx.stream(
            "GET",
            f"{client.url}/api/projects/{project}/export",
            params={"exportType": "JSON", "download_all_tasks": "true"},
            headers={"Authorization": f"Token {server.credentials().token}"},
            timeout=3600,
        ) as answer:
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                size += len(piece)
        return size

    took, size = seconds(export)
    row = {
        "annotated": len(ids[::EACH]),
        "full JSON export s": round(took),
        "MB": size // 1_000_000,
        "export / delta pull": round(took / delta, 1),
    }
    print(json.dumps(row), flush=True)
    command(server, workspace, "pull")
    command(server, workspace, "status")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--characters", type=int, default=1400)
    options = parser.parse_args()
    sync.CHARACTERS = options.characters
    database = parse_postgres_url(options.database, os.environ)
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedServer(Path(name) / "studio")
        server.start(port=8810, database=database)
        try:
            client = StudioClient(server.status().url, server.credentials().token)
            workspace = pushed(server, client, Path(name), options.tasks)
            project = commands(server, client, workspace)
            changed(server, client, workspace, project)
            client.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
