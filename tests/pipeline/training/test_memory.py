from types import SimpleNamespace

import psutil
import pytest

from annotate.pipeline.training.memory import available_megabytes, training_megabytes


@pytest.mark.parametrize(
    ("train", "dev", "pool", "peak"),
    [
        (5_424, 0, 0, 189),
        (215_815, 0, 0, 390),
        (624_643, 0, 0, 748),
        (62_742, 67_609, 0, 373),
        (35_105, 0, 74_368, 263),
    ],
)
def test_the_estimate_is_what_trainings_were_measured_to_take(train, dev, pool, peak):
    """Trainings of different size took what the formula says, within a tenth."""
    expected = training_megabytes(kept=train + dev + pool, learned=max(train, pool), scored=dev)
    assert expected == pytest.approx(peak, rel=0.1)


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
