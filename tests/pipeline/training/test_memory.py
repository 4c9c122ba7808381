from types import SimpleNamespace

import psutil
import pytest

from annotate.pipeline.training.memory import available_megabytes, training_megabytes


@pytest.mark.parametrize(
    ("articles", "pool", "peak"), [(300, 225, 287), (1_000, 750, 280), (10_000, 0, 362)]
)
def test_the_estimate_is_what_retrainings_were_measured_to_take(articles, pool, peak):
    """Retrainings of different size took what the formula says, within a tenth."""
    assert training_megabytes(259 * (articles + pool)) == pytest.approx(peak, rel=0.1)


def test_free_memory_is_told_in_megabytes(monkeypatch):
    """The system's bytes become megabytes; a system that does not tell is no error."""
    free = available_megabytes()
    assert free is None or 1 < free < 1e8
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=2048 * 1024))
    assert available_megabytes() == 2
    monkeypatch.setattr(psutil, "virtual_memory", _silent)
    assert available_megabytes() is None


def _silent():
    raise FileNotFoundError("/proc/meminfo")
