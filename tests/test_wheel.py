"""What people install: sdist → wheel → a bare environment outside the checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from annotate import __version__
from annotate.installation import DISTRIBUTION

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow

_FACTORIES = """
from importlib.metadata import distribution
found = list(distribution({name!r}).entry_points)
for point in found:
    point.load()
print(len(found), sorted({{point.group for point in found}}))
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Return a directory with `wheel`, and a `bin` whose environment holds it without any extra."""
    root = tmp_path_factory.mktemp("bare")
    source = root / "source"
    source.mkdir()
    for name in ("annotate", "label_configs", "docs", "tests"):
        left_out = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / name, source / name, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    _do(sys.executable, "-m", "venv", root / "env")
    pip = (root / "env" / "bin" / "python", "-m", "pip", "-q", "--disable-pip-version-check")
    _do(*pip, "install", "hatchling>=1.27")
    _do(root / "env" / "bin" / "hatchling", "build", "-t", "sdist", cwd=source)
    (sdist,) = (source / "dist").glob("*.tar.gz")
    _do(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", root, sdist)
    (wheel,) = root.glob("*.whl")
    _do(*pip, "install", "-c", ROOT / "constraints.txt", wheel)
    shutil.rmtree(source)
    return root


def _do(*command, cwd=None, code=0):
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANNOTATE_", "LABEL_STUDIO_", "PYTHONPATH", "VIRTUAL_ENV"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, f"{command}: {done.stdout}{done.stderr}"
    return done


def test_the_wheel_holds_the_package_and_nothing_else(bare):
    """Every file of the package and the shipped labelling configs; no test, no cache, no workspace."""
    (path,) = bare.glob("*.whl")
    assert path.name.startswith(DISTRIBUTION.replace("-", "_") + f"-{__version__}-")
    with zipfile.ZipFile(path) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    package = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "annotate").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    configs = {f"annotate/label_configs/{f.name}" for f in (ROOT / "label_configs").iterdir()}
    assert names == package | configs


def test_it_works_outside_the_checkout(bare, tmp_path):
    """--version, init, and the pre-labels of a text, by the script and by the module."""
    annotate = bare / "env" / "bin" / "annotate"
    assert _do(annotate, "--version", cwd=tmp_path).stdout.split() == ["annotate", __version__]
    _do(annotate, "init", "ws", cwd=tmp_path)
    (tmp_path / "ws" / "articles" / "a.txt").write_text("Officials said that it may rain.")
    python = bare / "env" / "bin" / "python"
    _do(python, "-m", "annotate", "prelabel", "articles", "-o", "out.jsonl", cwd=tmp_path / "ws")
    line = json.loads((tmp_path / "ws" / "out.jsonl").read_text())
    assert {span["label"] for span in line["spans"]} == {"Claim", "Source", "Hedge"}


@pytest.mark.parametrize(
    ("extra", "command", "code"),
    [
        ("html", ("prelabel", "page.html", "-o", "out.jsonl"), 3),
        ("studio", ("studio", "start"), 7),
        ("serve", ("serve",), 8),
        ("llm", ("prelabel", "page.txt", "-o", "out.jsonl", "--model", "prelabeller"), 4),
        ("claims", ("claims", "gold.jsonl"), 2),
    ],
)
def test_a_missing_extra_is_named_as_pip_knows_it(bare, tmp_path, extra, command, code):
    """The hint can be typed as it stands."""
    annotate = bare / "env" / "bin" / "annotate"
    _do(annotate, "init", ".", cwd=tmp_path)
    (tmp_path / "page.html").write_text("<p>Officials said that it may rain.</p>")
    (tmp_path / "page.txt").write_text("Officials said that it may rain.")
    (tmp_path / "gold.jsonl").write_text('{"article_id": "a", "text": "It may rain.", "spans": []}')
    if extra == "llm":
        section = "prelabeller: {kind: openai, url: http://127.0.0.1:9/v1, model: tiny}\n"
        config = tmp_path / "annotate.yaml"
        config.write_text(config.read_text() + section)
    said = _do(annotate, *command, cwd=tmp_path, code=code).stderr
    assert f"pip install '{DISTRIBUTION}[{extra}]'" in said


def test_every_entry_point_can_be_loaded(bare, tmp_path):
    """The command and what spaCy finds of ours."""
    script = _FACTORIES.format(name=DISTRIBUTION)
    count, groups = _do(bare / "env" / "bin" / "python", "-c", script, cwd=tmp_path).stdout.split(
        " ", 1
    )
    assert int(count) >= 10
    for group in (
        "annotate.prelabellers",
        "console_scripts",
        "spacy_factories",
        "spacy_architectures",
        "spacy_readers",
    ):
        assert group in groups
