import json
import os
import signal

import psutil
import pytest
from predictors import marker, unloadable

from annotate.archive.spool import Laid
from annotate.archive.supervisor import Supervisor
from annotate.errors import ModelError
from annotate.records import Article

pytestmark = pytest.mark.slow


def _articles(count):
    return [Article(article_id=f"a{n}", text=f"Text {n}.") for n in range(count)]


def _ids(predicted):
    return [json.loads(line)["article_id"] for line in predicted.lines]


@pytest.fixture
def supervise():
    """Return what makes a supervisor that is closed with the test."""
    made = []

    def make(load, **settings):
        made.append(Supervisor(load, ("Claim",), **settings))
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.close()
    assert [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())] == []


def test_a_text_that_kills_is_found_and_the_others_go_on(supervise):
    """It stands by name with the signal; the rest has its lines, in order."""
    kills = ("a3", "a7", "a19")
    predicted = supervise(marker(kills=kills)).predict(Laid(_articles(20)))
    assert _ids(predicted) == [f"a{n}" for n in range(20) if f"a{n}" not in kills]
    assert predicted.without == [(name, "kills the worker: signal SIGKILL") for name in kills]
    assert predicted.spans == {"Claim": 17}
    assert predicted.left_out == {"label Thing": 17}


def test_a_text_that_is_refused_is_found_without_a_death(supervise):
    """Its reason is what the pipeline says."""
    predicted = supervise(marker(refuses=("a4",))).predict(Laid(_articles(9), [("a1", "again")]))
    assert predicted.without == [("a1", "again"), ("a4", "a4: cannot be predicted")]
    assert (len(predicted.lines), predicted.deaths) == (8, 0)


def test_a_worker_that_somebody_kills_takes_nothing_with_it(supervise):
    """Whoever dies without a text to blame is replaced, and the range is tried again."""
    supervisor = supervise(marker())
    for _ in range(3):
        assert len(supervisor.predict(Laid(_articles(5))).lines) == 5
        os.kill(supervisor.worker, signal.SIGKILL)
    predicted = supervisor.predict(Laid(_articles(5)))
    assert (_ids(predicted), predicted.without) == ([f"a{n}" for n in range(5)], [])
    assert predicted.deaths == 1


@pytest.mark.parametrize("bound", [{"replace_after": 10}, {"memory": 1}])
def test_a_worker_is_replaced(supervise, bound):
    """After so many articles, or when it holds too much; no line is other for it."""
    supervisor = supervise(marker(), **bound)
    plain = supervise(marker()).predict(Laid(_articles(12)))
    workers = set()
    for _ in range(2):
        assert supervisor.predict(Laid(_articles(12))).lines == plain.lines
        workers.add(supervisor.worker)
    assert workers == {None}
    assert plain.memory > 1_000_000


def test_a_pipeline_that_cannot_be_loaded_is_told(supervise):
    """With what it says, not with the death of a worker."""
    with pytest.raises(ModelError, match="the pipeline cannot be loaded"):
        supervise(unloadable).predict(Laid(_articles(1)))


def test_a_worker_that_never_gets_ready_ends_the_run(supervise):
    """After a few tries, with what helps."""
    with pytest.raises(ModelError, match="died 5 times while it loaded") as caught:
        supervise(_exits).predict(Laid(_articles(1)))
    assert "fewer workers" in caught.value.hint


def _exits():
    os._exit(3)
