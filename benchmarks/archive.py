"""Shards: two workers against one, what the command costs beside the pipeline, and growth.

    python benchmarks/archive.py workers [--articles N] [--model DIR] [--rounds R]
    python benchmarks/archive.py overhead [--articles N] [--model DIR] [--rounds R]
    python benchmarks/archive.py growth [--sizes 1000 10000 100000]
    python benchmarks/archive.py ray [--articles N] [--rounds R]

Articles are those of `archive_texts.py`. What is compared runs in turns, whole commands in new
processes; the median of the rounds counts. `bare` loads the same pipeline, reads the same lines and
goes through `nlp.pipe`, and does nothing with what it finds. `ray` starts two nodes of one processor
each on this machine; the cluster is up before the clock starts.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from archive_texts import write_articles

BARE = """
import json, sys
from annotate.cli.context import offline_anywhere
with offline_anywhere() as context:
    pipeline = context.models.load(context.models.choose(sys.argv[2] or None))
with open(sys.argv[1], encoding="utf-8") as stream:
    texts = (json.loads(line)["text"] for line in stream)
    print(sum(1 for _ in pipeline.nlp.pipe(texts, batch_size=16)))
"""


def run(command, root):
    """Run a command; return its seconds and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command}\n{done.stderr}")
    return time.perf_counter() - began, done.stdout


def shards(file, out, workers, model, *more):
    """Return the command that fills a new directory."""
    shutil.rmtree(out, ignore_errors=True)
    named = ["--model", model] if model else []
    command = [sys.executable, "-m", "annotate", "prelabel", str(file), "--out", str(out), "--json"]
    return [*command, "--workers", str(workers), *named, *more]


def in_turns(rounds, **commands):
    """Return the median seconds of commands that run in turns; they are made anew each time."""
    seconds = {name: [] for name in commands}
    for _ in range(rounds):
        for name, make in commands.items():
            command, root = make()
            seconds[name].append(run(command, root)[0])
    for name, taken in seconds.items():
        print(f"{name}: {', '.join(f'{s:.1f}' for s in taken)} s")
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def workers(root, file, options):
    found = in_turns(
        options.rounds,
        one=lambda: (shards(file, root / "one", 1, options.model), root),
        two=lambda: (shards(file, root / "two", 2, options.model), root),
    )
    print(f"two workers against one: {found['one'] / found['two']:.2f}")


def overhead(root, file, options):
    bare = [sys.executable, "-c", BARE, str(file), options.model or ""]
    found = in_turns(
        options.rounds,
        bare=lambda: (bare, root),
        one=lambda: (shards(file, root / "one", 1, options.model), root),
    )
    print(f"whole command against bare nlp.pipe: {found['one'] / found['bare']:.2f}")


def growth(root, options):
    for size in options.sizes:
        file = root / f"{size}.jsonl"
        write_articles(file, size)
        seconds, said = run(shards(file, root / "out", 2, options.model), root)
        events = [json.loads(line) for line in said.splitlines()]
        held = [event["worker_bytes"] for event in events if event["event"] == "shard"]
        print(
            f"{size} articles: {seconds:.1f} s, {1000 * seconds / size:.2f} s a thousand; "
            f"a worker holds at most {max(held) / 1e6:.0f} MB"
        )


def ray(root, file, options):
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "memory": 2_000_000_000, "object_store_memory": 100_000_000}
    cluster = Cluster(
        initialize_head=True, head_node_args={**node, "num_cpus": 0, "include_dashboard": False}
    )
    with contextlib.ExitStack() as stack:
        stack.callback(cluster.shutdown)
        for _ in range(2):
            cluster.add_node(**node)
        on_ray = ("--engine", "ray", "--address", cluster.address)
        found = in_turns(
            options.rounds,
            local=lambda: (shards(file, root / "local", 2, options.model), root),
            ray=lambda: (shards(file, root / "ray", 2, options.model, *on_ray), root),
        )
    print(f"local against Ray: {found['local'] / found['ray']:.2f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["workers", "overhead", "growth", "ray"])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000])
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        if options.what == "growth":
            growth(root, options)
            return
        file = root / "articles.jsonl"
        write_articles(file, options.articles)
        {"workers": workers, "overhead": overhead, "ray": ray}[options.what](root, file, options)


if __name__ == "__main__":
    main()
