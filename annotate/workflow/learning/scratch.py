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


@contextmanager
def training_directory(models: Path) -> Iterator[Path]:
    """Make a directory beside the models for a block, and remove it afterwards.

    What a training left that was killed is removed as well: its directory names its process.
    """
    models.mkdir(parents=True, exist_ok=True)
    for left in models.glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if not (owner.isdigit() and psutil.pid_exists(int(owner))):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", dir=models) as name:
        yield Path(name)
