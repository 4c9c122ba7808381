"""docs/search.md says what the command says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.workflow.exchange.samples import make_sample_workspace

PAGE = Path(__file__).parents[2] / "docs" / "search.md"
_VERSION = re.compile(r"0001-\w+")


@pytest.mark.slow
def test_the_examples_come_out_as_they_are_shown(tmp_path):
    """Every command with the lines under it, but for the version's name."""
    make_sample_workspace(tmp_path)
    pattern = r"^```console\n\$ (.*?)\n```\n\n```text\n(.*?)^```"
    examples = re.findall(pattern, PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(examples) == 3
    for command, shown in examples:
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        lines = [line.rstrip() for line in done.stdout.splitlines()]
        assert _VERSION.sub("0001", "\n".join(lines)) == _VERSION.sub("0001", shown.rstrip())
