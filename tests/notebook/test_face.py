import doctest
import subprocess
import sys
from dataclasses import is_dataclass

import pytest

import annotate
from annotate.notebook.workspace import OpenWorkspace, Version

NAMES = [
    "AnnotateError",
    "Annotation",
    "Article",
    "LabelScheme",
    "Link",
    "Prediction",
    "Span",
    "as_frame",
    "displacy_options",
    "docs",
    "evaluate",
    "label_scheme",
    "open_workspace",
    "prelabel",
    "table",
]
HEAVY = {"spacy", "thinc", "label_studio_sdk", "pandas", "pydantic", "yaml", "typer", "rich", "numpy", "httpx", "jinja2"}  # fmt: skip


def test_the_face_has_these_names():
    """What `import annotate` offers is a short, sorted list."""
    assert annotate.__all__ == sorted(NAMES)
    assert len(NAMES) <= 15
    assert all(hasattr(annotate, name) for name in NAMES)


def test_importing_it_pays_for_nothing_heavy():
    """`import annotate` loads neither spaCy nor the SDK nor pandas nor pydantic."""
    script = "import sys, annotate; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "annotate.notebook.workspace" in loaded
    assert not HEAVY & loaded


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_explained(name):
    """A function shows an example; the rest are records and errors with a line of their own."""
    found = getattr(annotate, name)
    assert found.__doc__
    assert not isinstance(found, type) or issubclass(found, Exception) or is_dataclass(found)
    if not isinstance(found, type):
        assert ">>>" in found.__doc__


@pytest.mark.parametrize(
    "found",
    [annotate, OpenWorkspace, Version, *(getattr(annotate, name) for name in NAMES)],
    ids=lambda found: found.__name__,
)
def test_the_examples_are_true(found, project, monkeypatch):
    """Every example of a docstring gives what stands below it."""
    monkeypatch.chdir(project.parent)
    finder = doctest.DocTestFinder(recurse=False)
    runner = doctest.DocTestRunner(verbose=False)
    report = []
    for test in finder.find(found, found.__name__, globs={"annotate": annotate}):
        runner.run(test, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)
