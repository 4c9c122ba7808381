"""Thirty kills of workers, drivers and nodes at random moments: the same bytes at the end.

    python benchmarks/archive_kills.py [local|ray] [--kills 30] [--articles 600] [--seed 0]

A run fills a directory of 24 shards; whenever it is killed it is run again, and when it is done
another directory is begun, until there were so many kills. Every directory is compared with one that
one worker filled undisturbed.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import psutil
from archive_texts import write_articles

SHARDS = "24"
NODE = {"num_cpus": 1, "memory": 2_000_000_000, "object_store_memory": 100_000_000}


def files(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


def start(root, out, *more):
    command = [sys.executable, "-m", "annotate", "prelabel", "in.jsonl", "--out", out]
    return subprocess.Popen(
        [*command, "--shards", SHARDS, "--workers", "2", "--json", *more],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def spawned():
    """Return the worker processes of this machine, whoever looks after them."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if "spawn_main" in " ".join(process.cmdline()):
                found.append(process)
    return found


def kill(rng, driver, cluster, nodes):
    """Kill something; return what, or `None` where there was nothing of the kind."""
    victim = rng.choice(["worker", "worker", "driver", *(["node"] if cluster else [])])
    if victim == "driver":
        driver.send_signal(signal.SIGKILL)
    elif victim == "node":
        cluster.remove_node(nodes.pop(rng.randrange(len(nodes))), allow_graceful=False)
        nodes.append(cluster.add_node(**NODE))
    else:
        workers = spawned()
        if not workers:
            return None
        with contextlib.suppress(psutil.NoSuchProcess):
            rng.choice(workers).kill()
    return victim


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", nargs="?", choices=["local", "ray"], default="local")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    kills, runs = Counter(), 0
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as stack:
        root = Path(directory)
        write_articles(root / "in.jsonl", options.articles)
        plain = start(root, "plain")
        _, said = plain.communicate()
        assert plain.returncode == 0, said
        cluster, nodes, more = None, [], ()
        if options.engine == "ray":
            os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
            from ray.cluster_utils import Cluster

            head = {**NODE, "num_cpus": 0, "include_dashboard": False}
            cluster = Cluster(initialize_head=True, head_node_args=head)
            stack.callback(cluster.shutdown)
            nodes = [cluster.add_node(**NODE) for _ in range(2)]
            more = ("--engine", "ray", "--address", cluster.address)
        while kills.total() < options.kills:
            runs += 1
            out = f"out-{runs}"
            while True:
                driver = start(root, out, *more)
                while driver.poll() is None and kills.total() < options.kills:
                    with contextlib.suppress(subprocess.TimeoutExpired):  # a moment at random
                        driver.wait(timeout=rng.uniform(0.2, 6))
                    if driver.poll() is None:
                        victim = kill(rng, driver, cluster, nodes)
                        kills.update([victim] if victim else [])
                _, said = driver.communicate()
                if driver.returncode == 0:
                    break
                assert driver.returncode == -signal.SIGKILL, said
            assert files(root / out) == files(root / "plain"), out
            print(f"directory {runs}: the same bytes after {dict(kills)}", flush=True)
            shutil.rmtree(root / out)


if __name__ == "__main__":
    main()
