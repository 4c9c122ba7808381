"""Where a training writes until its pipeline is kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_PREFIX = ".training-"

_CLOCKS = 60.0  # seconds by which the clocks of file systems and processes may differ


@contextmanager
def training_directory(models: Path) -> Iterator[Path]:
    """Make a directory beside the models for a block, and remove it afterwards.

    What a training left that was killed is removed as well: its directory names its process. One
    whose number another process has by now began before that process did.
    """
    models.mkdir(parents=True, exist_ok=True)
    for left in models.glob(f"{_PREFIX}*"):
        if not _owned(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=models) as name:
        yield Path(name)


def _owned(directory: Path) -> bool:
    """Tell whether the process that made a directory may live still."""
    owner = directory.name.removeprefix(_PREFIX).partition("-")[0]
    if not (owner.isascii() and owner.isdigit()):
        return False
    try:
        return psutil.Process(int(owner)).create_time() <= directory.stat().st_mtime + _CLOCKS
    except (psutil.NoSuchProcess, OverflowError, FileNotFoundError):
        return False
    except psutil.AccessDenied:
        return True
