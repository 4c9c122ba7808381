"""docs/python.md, README.md and docs/formats.md: what Python they show runs."""

import doctest
import importlib.util
import tempfile
import zlib
from pathlib import Path

import pytest
from quay import quay_project
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def make_displacy():
    """The script that draws docs/python-displacy.png."""
    path = DOCS / "make_displacy.py"
    spec = importlib.util.spec_from_file_location("make_displacy", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def steps(path):
    """Return the Python blocks of a page, which share one namespace."""
    parser = PythonCodeBlockParser(
        doctest_optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    return list(Sybil(parsers=[parser]).parse(path).examples())


@pytest.mark.slow
def test_the_notebook_works(tmp_path, monkeypatch):
    """The steps of docs/python.md run one after the other and print what stands below them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = steps(DOCS / "python.md")
    assert len(found) > 40
    for step in found:
        step.evaluate()


@pytest.mark.slow
def test_the_readme_s_python_works(tmp_path, monkeypatch):
    """The README's section on Python runs in the directory that holds the workspace."""
    quay_project(tmp_path / "my-project")
    monkeypatch.chdir(tmp_path)
    found = steps(ROOT / "README.md")
    assert found
    for step in found:
        step.evaluate()


def test_the_version_of_the_formats_page_is_read(tmp_path, monkeypatch, capsys):
    """The example in docs/formats.md prints every gold span."""
    quay_project(tmp_path / "my-project")
    monkeypatch.chdir(tmp_path)
    (step,) = (step for step in steps(DOCS / "formats.md") if "my-project" in str(step.parsed))
    step.evaluate()
    assert capsys.readouterr().out == "The quay is unsafe Claim\na memo said Source\n"


@pytest.mark.slow
def test_the_picture_shows_what_the_steps_give(make_displacy, capsys):
    """docs/python-displacy.png was made from the very HTML that the documented steps make."""
    assert make_displacy.main(["--check"]) == 0, capsys.readouterr().err


def test_a_stale_picture_is_noticed(make_displacy, tmp_path, monkeypatch, capsys):
    """A picture that carries another fingerprint, or none, is out of date."""
    picture = make_displacy.TARGET.read_bytes()
    header = picture[:33]
    fresh = make_displacy.labelled(header, "f" * 64)
    assert make_displacy.shown(fresh) == "f" * 64
    assert make_displacy.shown(header) is None
    assert int.from_bytes(fresh[-4:]) == zlib.crc32(fresh[len(header) + 4 : -4])
    monkeypatch.setattr(make_displacy, "documented_html", lambda: "<p>other</p>")
    assert make_displacy.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().err
    monkeypatch.setattr(make_displacy, "TARGET", tmp_path / "none.png")
    assert make_displacy.main(["--check"]) == 1
