"""`annotate prelabel --engine ray` on a real cluster of two nodes on this machine."""

import json
import os
import signal
import subprocess
import sys

import pytest
from crawls import files_of, write_crawl

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]

NODE = {"num_cpus": 1, "memory": 2_000_000_000, "object_store_memory": 100_000_000}


@pytest.fixture
def cluster(monkeypatch):
    """Return a cluster with a head of no processors, which drivers run on, and two nodes."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ray.cluster_utils import Cluster

        made = Cluster(
            initialize_head=True, head_node_args={**NODE, "num_cpus": 0, "include_dashboard": False}
        )
        made.nodes = [made.add_node(**NODE) for _ in range(2)]
        yield made
        made.shutdown()


@pytest.fixture
def crawl(tmp_path):
    """Return a file of a hundred and twenty articles."""
    return write_crawl(tmp_path / "crawl.jsonl", 120)


def _start(crawl, address, cwd):
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "annotate", "prelabel", str(crawl), "--out", "ray"),
            *("--shards", "12", "--engine", "ray", "--address", address, "--workers", "2"),
            "--json",
        ],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _until_shards(process, count):
    """Read events until so many shards are done; return them."""
    events = []
    while sum(event["event"] == "shard" for event in events) < count:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        events.append(json.loads(line))
    return events


def test_a_cluster_makes_the_bytes_of_one_machine(run, crawl, cluster, tmp_path):
    """Though the driver is killed in the middle, run again, and a node is lost then."""
    plain = run("prelabel", crawl, "--out", "plain", "--shards", "12")
    assert plain.returncode == 0, plain.stderr
    driver = _start(crawl, cluster.address, tmp_path)
    _until_shards(driver, 3)
    os.kill(driver.pid, signal.SIGKILL)
    driver.communicate()
    driver = _start(crawl, cluster.address, tmp_path)
    events = _until_shards(driver, 2)
    assert events[0]["missing"] <= 9
    cluster.remove_node(cluster.nodes[0], allow_graceful=False)
    _, said = driver.communicate(timeout=240)
    assert driver.returncode == 0, said
    assert files_of(tmp_path / "ray") == files_of(tmp_path / "plain")
    many = run(
        *("prelabel", crawl, "--out", "more", "--engine", "ray", "--workers", "9"),
        *("--address", cluster.address),
    )
    assert many.returncode == 2
    assert "the cluster has room for 1, at 1 CPU and 1.0 GB each" in many.stderr
