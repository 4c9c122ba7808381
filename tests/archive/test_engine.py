import json
import os
import random
import signal
import threading

import pytest
from predictors import marker, unloadable

from annotate.archive.engine import LocalEngine, Work
from annotate.archive.spool import Laid
from annotate.errors import ModelError
from annotate.records import Article

pytestmark = pytest.mark.slow


def _read(shard):
    return Laid([Article(article_id=f"{shard}-{n}", text=f"Text {n}.") for n in range(shard)])


def _ids(predicted):
    return [json.loads(line)["article_id"] for line in predicted.lines]


def _run(workers, shards, **settings):
    work = Work(load=marker(**settings), labels=("Claim",))
    return {s: _ids(p) for s, p in LocalEngine(workers).run(shards, _read, work)}


@pytest.mark.parametrize("workers", [1, 3])
def test_every_shard_comes_back_once(workers):
    """Whatever the number of workers; empty shards too."""
    found = list(LocalEngine(workers).run(range(9), _read, Work(load=marker(), labels=("Claim",))))
    assert sorted(shard for shard, _ in found) == list(range(9))
    assert {s: _ids(p) for s, p in found} == _run(1, range(9), kills=("none",))


def test_no_shard_is_no_work():
    """Nothing is started, and nothing hangs."""
    assert _run(2, []) == {}


def test_an_error_ends_the_run():
    """What a worker raises is raised here, and no thread is left."""
    before = threading.active_count()
    with pytest.raises(ModelError, match="cannot be loaded"):
        list(LocalEngine(2).run(range(1, 50), _read, Work(load=unloadable, labels=())))
    assert threading.active_count() == before


def test_who_stops_reading_stops_the_workers():
    """An interrupted command leaves no process behind, though a text should hang for ever."""
    before = threading.active_count()
    work = Work(load=marker(hangs=("3-0",)), labels=("Claim",))
    running = LocalEngine(2).run(range(500), _read, work)
    assert {next(running)[0] for _ in range(3)} == {0, 1, 2}
    running.close()
    assert threading.active_count() == before
    assert _workers() == []


def test_workers_that_are_killed_at_random_lose_nothing():
    """Thirty kills: every article has one line, and none is blamed."""
    rng = random.Random(7)  # noqa: S311
    shards = range(10, 60)
    work = Work(load=marker(slow=0.002), labels=("Claim",))
    kills = 0
    found = {}
    for shard, predicted in LocalEngine(2).run(shards, _read, work):
        found[shard] = _ids(predicted)
        assert predicted.without == []
        workers = [p for p in _workers() if rng.random() < 0.6]
        for pid in workers[:1]:
            os.kill(pid, signal.SIGKILL)
            kills += 1
    assert kills >= 15
    assert found == {s: [f"{s}-{n}" for n in range(s)] for s in shards}


def _workers():
    import psutil

    children = psutil.Process().children()
    return [c.pid for c in children if c.status() != psutil.STATUS_ZOMBIE and _spawned(c)]


def _spawned(process):
    return "spawn_main" in " ".join(process.cmdline())
