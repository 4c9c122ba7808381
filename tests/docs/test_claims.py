"""docs/claims.md says what the commands say."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"


@pytest.mark.slow
def test_the_example_comes_out_as_it_is_shown(tmp_path):
    """The articles of the page, its commands, and the lines that stand under them."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (_, articles), (_, commands), (_, shown), *_ = blocks
    (tmp_path / "bridge.jsonl").write_text(articles)
    for command in commands.splitlines():
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(command.removeprefix("$ "))],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()
    assert (tmp_path / "claims.html").stat().st_size > 5000
