"""The scripts of docs/prelabellers.md."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import annotate
from annotate.workflow.sync.given import read_given

PAGE = (Path(annotate.__file__).parents[1] / "docs" / "prelabellers.md").read_text()
SCRIPTS = dict(re.findall(r"<!-- script: (\w+) -->\n\n```python\n(.*?)```", PAGE, re.DOTALL))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["regex", "ruler"])
def test_a_script_writes_predictions_of_the_articles(name, context):
    """Run in a workspace, it writes a file that a push takes, with spans of the workspace's labels."""
    root = context.workspace.root
    text = "City Officials said the bridge may close.\n\nIt might.\n"
    (root / "articles" / "bridge.txt").write_text(text)
    subprocess.run([sys.executable, "-c", SCRIPTS[name]], cwd=root, check=True)
    given = read_given(context, [root / "predictions.jsonl"])
    assert given.shown.version == f"{name}-1"
    assert not given.shown.unfit
    (prediction,) = given.shown.predict(context.articles().articles)
    marks = [(text[s.start : s.end], s.label) for s in prediction.spans]
    sources = [("City Officials said", "Source")] if name == "regex" else []
    assert marks == [*sources, ("may", "Hedge"), ("might", "Hedge")]


@pytest.mark.parametrize("script", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_every_script_is_python_of_twenty_odd_lines(script):
    """Those that no test runs are at least Python, and none is long."""
    compile(script, "script", "exec")
    assert len([line for line in script.splitlines() if line.strip()]) <= 25
