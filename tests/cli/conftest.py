"""Running the command line as a user does: another process, two streams, an exit code."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def run(tmp_path):
    """Return `run(*arguments, cwd=…, **environment)`."""

    def call(*arguments, cwd=tmp_path, **environment):
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ANNOTATE_", "LABEL_STUDIO_"))
        }
        return subprocess.run(
            [sys.executable, "-m", "annotate", *map(str, arguments)],
            cwd=cwd,
            env=clean | {"COLUMNS": "200", **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return call
