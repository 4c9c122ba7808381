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


def test_free_memory_is_read_from_the_kernel(tmp_path):
    """Kilobytes become megabytes; no file, or one without the number, tells nothing."""
    meminfo = tmp_path / "meminfo"
    assert available_megabytes(meminfo) is None
    meminfo.write_text("MemTotal: 24684412 kB\nMemFree: 1 kB\n")
    assert available_megabytes(meminfo) is None
    meminfo.write_text("MemTotal: 24684412 kB\nMemAvailable:   2048 kB\n")
    assert available_megabytes(meminfo) == 2
