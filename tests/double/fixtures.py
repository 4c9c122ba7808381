"""Fixtures for tests on the double: a double a test, a workspace on it, people who work there."""

from contextlib import closing
from dataclasses import replace

import pytest
from live import TriedSite

from annotate.pipeline.registry import Model, ModelStore
from annotate.workflow.state.init import label_config_template
from annotate.workflow.state.models import Models
from annotate.workspace import Workspace, load_workspace
from double import DoubleStudio
from double.trials import TrivialPipeline

MODEL = "rules-1"
"""The version of the rules under `trivial_models`."""


_SETTINGS = """\
project: Tried project
label_config: label_configs/claims.xml
guidelines: label_configs/guidelines.md
articles: ["articles"]
links:
  attributed_to: [Claim, Source]
  hedges: [Hedge, Claim]
studio: {url: http://double.test}
"""

_files: dict[str, str] = {}
_loaded: list[Workspace] = []


def small_site(studio, root):
    """Make a workspace as `init_workspace` does, but for what takes long: comments, guidelines."""
    if not _files:
        _files["annotate.yaml"] = _SETTINGS
        _files["label_configs/claims.xml"] = label_config_template("claims.xml")
        _files["label_configs/guidelines.md"] = "Mark what is claimed.\n"
    for directory in ("articles", "label_configs"):
        (root / directory).mkdir(parents=True)
    for name, text in _files.items():
        (root / name).write_text(text)
    if not _loaded:
        _loaded.append(load_workspace(root, {}))
    site = TriedSite(replace(_loaded[0], root=root.resolve()), studio.client())
    site.studio = studio
    return site


@pytest.fixture
def studio():
    """Return a fresh double."""
    return DoubleStudio()


@pytest.fixture
def site(studio, tmp_path):
    """Return a fresh workspace whose project will lie on the double."""
    with closing(small_site(studio, tmp_path / "ws")) as site:
        yield site
        site.client.close()


@pytest.fixture
def person(studio):
    """Return `person(name)`: a client that acts as an annotator of the double."""
    joined = {}

    def make(name):
        if name not in joined:
            email = f"{name}@example.org"
            known = (user for user in studio.state.users.values() if user.email == email)
            joined[name] = studio.client(next(known, None) or studio.join(email))
        return joined[name]

    yield make
    for client in joined.values():
        client.close()


@pytest.fixture
def trivial_models(monkeypatch):
    """Let every model be a trivial pipeline: how good predictions are is tested elsewhere."""
    rules = Model(version=MODEL, path=None, lineage={})
    monkeypatch.setattr(ModelStore, "rules", lambda _: rules)
    monkeypatch.setattr(Models, "load", lambda _, model: TrivialPipeline(model.version))
