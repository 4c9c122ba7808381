"""Fixtures for tests on the double: a double a test, a workspace on it, people who work there."""

import json
from contextlib import closing

import pytest
from live import TriedSite

from annotate.pipeline.registry import Model, ModelStore
from annotate.workflow.state.init import label_config_template
from annotate.workflow.state.models import Models
from annotate.workspace import load_workspace
from double import DoubleStudio
from double.trials import TrivialPipeline

MODEL = "rules-1"
"""The version of the rules under `trivial_models`."""


_SETTINGS = """\
project: {title}
label_config: label_configs/claims.xml
guidelines: label_configs/guidelines.md
articles: ["articles"]
links:
  attributed_to: [Claim, Source]
  hedges: [Hedge, Claim]
studio: {{url: {url}}}
"""


def small_site(studio, root, *, title):
    """Make a workspace as `init_workspace` does, but for what takes long: comments, guidelines."""
    (root / "articles").mkdir(parents=True)
    (root / "label_configs").mkdir()
    client = studio.client()
    settings = _SETTINGS.format(title=json.dumps(title), url=client.url)
    (root / "annotate.yaml").write_text(settings)
    (root / "label_configs" / "claims.xml").write_text(label_config_template("claims.xml"))
    (root / "label_configs" / "guidelines.md").write_text("Mark what is claimed.\n")
    site = TriedSite(load_workspace(root, {}), client)
    site.studio = studio
    return site


@pytest.fixture
def studio():
    """Return a fresh double."""
    return DoubleStudio()


@pytest.fixture
def site(studio, tmp_path, request):
    """Return a fresh workspace whose project will lie on the double."""
    with closing(small_site(studio, tmp_path / "ws", title=request.node.name[:50])) as site:
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
