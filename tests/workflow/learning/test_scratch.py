import os
import subprocess
import sys

from annotate.workflow.learning.scratch import training_directory


def test_what_a_killed_training_left_is_removed(tmp_path):
    """Directories of processes that live stay; those of others go, and one's own at the end."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = tmp_path / f".training-{gone.pid}-x"
    odd = tmp_path / ".training-odd"
    alive = tmp_path / f".training-{os.getppid()}-x"
    reused = tmp_path / f".training-{os.getppid()}-y"  # by a process before that one
    for path in (left, odd, alive, reused):
        path.mkdir()
        (path / "model").write_text("x")
    os.utime(reused, (1.0, 1.0))
    with training_directory(tmp_path) as own:
        assert own.is_dir()
        assert not left.exists()
        assert not odd.exists()
        assert alive.exists()
        assert not reused.exists()
    assert not own.exists()
