"""Labels check: where workspace, server, exports and model disagree."""

import pytest
from double.trials import TrivialPipeline, prepare
from stories import mark, relate, task_of, write_stories

from annotate.errors import ModelError
from annotate.workflow.maintenance.labels_check import check_labels
from annotate.workflow.state.context import Context
from annotate.workflow.state.models import Models

pytestmark = pytest.mark.usefixtures("trivial_models")


@pytest.fixture
def worked(studio, site, person):
    """Return a site with a version that holds a source, a claim and their link."""
    return prepare(studio, site, _build, person)


def _build(studio, site, person):
    write_stories(site, range(2))
    site.push()
    result = [mark(number="c"), mark("Source", start=8, end=12, number="s"), relate("c", "s")]
    person("ada").annotate(task_of(site, 0)["id"], result)
    site.pull()


def _change(site, *changes):
    """Change the workspace's labelling config and its settings."""
    for path in (site.root / site.settings.label_config, site.root / "annotate.yaml"):
        text = path.read_text()
        for old, new in changes:
            text = text.replace(old, new)
        path.write_text(text)
    site.reload()


def test_where_all_agree_nothing_is_told(studio, worked):
    """With and without a server; and nothing is changed."""
    studio.asked.clear()
    assert check_labels(worked) == []
    assert {method for method, path in studio.asked if "validate" not in path} == {"GET"}
    assert check_labels(Context(worked.workspace)) == []


def test_a_project_that_is_not_there_yet_is_no_problem(site):
    """Before the first push there is nothing on the server that could differ."""
    assert check_labels(site) == []


def test_each_disagreement_is_told(worked):
    """A label that the workspace lacks, on the server and in the exports."""
    _change(worked, ("Source", "Witness"))
    problems = "\n".join(check_labels(worked))
    assert "server: label 'Witness' is missing there" in problems
    assert "workspace: label 'Source' is missing there, but the server has it" in problems
    assert "server: with the workspace's config work would be lost" in problems
    assert "has 1 spans of 'Source', which the config lacks" in problems


def test_a_link_that_the_config_lacks_is_told(worked):
    """Of the exports, by their count."""
    _change(
        worked,
        ('<Relation value="attributed_to"/>', ""),
        ("  attributed_to: [Claim, Source]\n", ""),
    )
    problems = check_labels(Context(worked.workspace))
    assert any("has 1 links 'attributed_to', which the config lacks" in told for told in problems)


def test_a_model_for_other_labels_is_told(worked, monkeypatch):
    """As the model says it."""

    def load(_, model):
        raise ModelError("the model finds Rumour, which the config lacks")

    monkeypatch.setattr(Models, "load", load)
    assert check_labels(worked) == ["model: the model finds Rumour, which the config lacks"]
    monkeypatch.setattr(Models, "load", lambda _, model: TrivialPipeline(model.version))
    assert check_labels(worked) == []
