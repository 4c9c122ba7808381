import json
import os
import random
import signal
import threading
from contextlib import suppress

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


def test_what_was_begun_early_is_used_or_ended():
    """The workers that load while articles are read are those that predict; none is left over."""
    before = threading.active_count()
    engine = LocalEngine(2)
    engine.start(Work(load=marker(), labels=("Claim",)), shards=9)
    begun = engine._begun
    for _, thread in begun:
        thread.join()
    pids = {supervisor.worker for supervisor, _ in begun}
    assert len(pids) == 2
    assert set(_workers()) == pids
    running = engine.run(range(9), _read, Work(load=marker(), labels=("Claim",)))
    found = [next(running)]
    assert set(_workers()) == pids
    found += running
    assert sorted(shard for shard, _ in found) == list(range(9))
    engine.start(Work(load=marker(), labels=("Claim",)), shards=1)
    engine.close()
    assert (threading.active_count(), _workers()) == (before, [])


def test_what_cannot_be_loaded_early_is_told_by_the_run():
    """Once, and nothing is left."""
    before = threading.active_count()
    engine = LocalEngine(2)
    work = Work(load=unloadable, labels=())
    engine.start(work, shards=9)
    with pytest.raises(ModelError, match="cannot be loaded"):
        list(engine.run(range(1, 9), _read, work))
    assert threading.active_count() == before


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
            with suppress(ProcessLookupError):  # it has ended by itself
                os.kill(pid, signal.SIGKILL)
                kills += 1
    assert kills >= 15
    assert found == {s: [f"{s}-{n}" for n in range(s)] for s in shards}


def _workers():
    import psutil

    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            if child.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(child.cmdline()):
                found.append(child.pid)
    return found
