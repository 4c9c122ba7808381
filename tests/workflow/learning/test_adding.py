import subprocess
import sys
from dataclasses import replace
from importlib import invalidate_caches

import pytest
from foreign_pipelines import ruler, trained
from gold import write_gold

from annotate.errors import ModelError, UnknownModelError, UsageError
from annotate.workflow.learning.adding import apply_add, plan_add
from annotate.workflow.learning.evaluate import evaluate_model
from annotate.workflow.learning.gold import read_gold

pytestmark = pytest.mark.slow


@pytest.fixture
def articles(workspace):
    """Give the workspace two articles."""
    (workspace.root / "articles").mkdir(exist_ok=True)
    for name in ("one", "two"):
        text = f"Officials said rain came, {name}.\n"
        (workspace.root / "articles" / f"{name}.txt").write_text(text)


@pytest.fixture
def pipeline(tmp_path):
    """Return a directory with an entity ruler."""
    ruler().to_disk(tmp_path / "theirs")
    return str(tmp_path / "theirs")


@pytest.mark.usefixtures("articles")
def test_an_added_pipeline_is_a_model(context, pipeline):
    """It is kept under its hash with where it comes from, found, used and loaded."""
    plan = plan_add(context, pipeline, labels={"PERSON": "Source"}, drop=["WEATHER"])
    assert plan.fitting == {"Source": 2}
    assert not plan.warnings()
    other = replace(plan, language="de").warnings()
    assert other == ["it is a pipeline for 'en', and annotate.yaml says language: de"]
    model = apply_add(context, plan)
    assert model.version.startswith("theirs-")
    assert model.lineage["from"] == pipeline
    assert model.lineage["found"]["ents"] == {"PERSON": 2, "WEATHER": 2}
    assert context.models.use(model.name).version == model.version
    loaded = context.models.load(context.models.choose(None))
    spans = [p.spans for p in loaded.predict(context.articles().articles)]
    assert [[span.label for span in found] for found in spans] == [["Source"]] * 2
    at = context.models.choose(str(model.path))
    assert at.version == model.version


@pytest.mark.usefixtures("articles")
def test_another_reading_is_another_model(context, pipeline):
    """The same files under other labels have another hash; under the same ones, the same."""
    one = apply_add(context, plan_add(context, pipeline, labels={"PERSON": "Source"}))
    two = apply_add(context, plan_add(context, pipeline, labels={"PERSON": "Claim"}))
    again = apply_add(context, plan_add(context, pipeline, labels={"PERSON": "Source"}))
    assert one.version == again.version != two.version
    assert len(context.models.store.models()) == 2
    # A model that was added can be added again, with the reading of now.
    third = apply_add(context, plan_add(context, str(one.path), labels={"WEATHER": "Hedge"}))
    assert third.lineage["reads"]["labels"] == {"WEATHER": "Hedge"}


@pytest.mark.usefixtures("articles")
def test_a_pipeline_of_which_nothing_fits_is_refused_with_what_it_has(context, pipeline):
    """Labels, counts and the labelling config's own labels are told."""
    with pytest.raises(ModelError, match=r"2 articles it has ents: PERSON 2, WEATHER 2; .*Claim"):
        plan_add(context, pipeline)
    with pytest.raises(ModelError, match="nothing in its spans 'sc' fits"):
        plan_add(context, pipeline, spans_key="sc", labels={"PERSON": "Source"})


@pytest.mark.usefixtures("articles")
def test_what_is_left_out_or_misspelt_is_told(context, pipeline):
    """Labels that the config has not, and names that the pipeline has not."""
    plan = plan_add(context, pipeline, labels={"PERSON": "Source", "PERSN": "Source"})
    assert plan.left_out == {"WEATHER": 2}
    assert plan.unmet == ("PERSN",)
    left_out, unmet = plan.warnings()
    assert "WEATHER 2" in left_out
    assert "no label PERSN: ents: PERSON 2, WEATHER 2" in unmet


def test_a_pipeline_that_finds_nothing_is_told(context, pipeline, workspace):
    """Without an article it was not tried; with some that it does not know, it finds nothing."""
    named = {"PERSON": "Source", "WEATHER": "Claim"}
    assert "not tried" in plan_add(context, pipeline, labels=named).warnings()[0]
    (workspace.root / "articles" / "sun.txt").write_text("The sun shone.\n")
    assert plan_add(context, pipeline, labels=named).warnings() == [
        "it finds nothing in 1 articles of the workspace"
    ]


@pytest.mark.usefixtures("articles")
def test_the_group_is_named_where_there_are_several(context, tmp_path):
    """One group is read by itself, `sc` before others; of several one has to be named."""
    patterns = [{"label": "Claim", "pattern": "rain"}]
    nlp = ruler("span_ruler", patterns=patterns, spans_key="a")
    nlp.to_disk(tmp_path / "one")
    assert plan_add(context, str(tmp_path / "one")).reading.spans_key == "a"
    nlp.add_pipe("span_ruler", "second", config={"spans_key": "b"}).add_patterns(patterns)
    nlp.to_disk(tmp_path / "two")
    with pytest.raises(ModelError, match=r"several span groups: spans 'a': Claim 2; spans 'b'"):
        plan_add(context, str(tmp_path / "two"))
    assert plan_add(context, str(tmp_path / "two"), spans_key="b").fitting == {"Claim": 2}
    nlp.add_pipe("span_ruler", "third", config={"spans_key": "sc"}).add_patterns(patterns)
    nlp.to_disk(tmp_path / "three")
    assert plan_add(context, str(tmp_path / "three")).reading.spans_key == "sc"


def test_what_cannot_be_added_is_said(context, pipeline, tmp_path):
    """Neither directory nor package, a directory above one, contradictions, reserved names."""
    with pytest.raises(UnknownModelError, match="neither a directory nor an installed package"):
        plan_add(context, "no_such_pipeline")
    with pytest.raises(ModelError, match="config.cfg is missing") as caught:
        plan_add(context, str(tmp_path))
    assert caught.value.hint.endswith("theirs")
    with pytest.raises(UsageError, match="not both"):
        plan_add(context, pipeline, spans_key="a", ents=True)
    with pytest.raises(UsageError, match="PERSON: both in"):
        plan_add(context, pipeline, labels={"PERSON": "Source"}, drop=["PERSON"])
    with pytest.raises(UsageError, match="'Sauce' is no label of the labelling config"):
        plan_add(context, pipeline, labels={"PERSON": "Sauce"})
    for name in ("rules", "prelabeller", "none"):
        with pytest.raises(ModelError, match="means something else"):
            plan_add(context, pipeline, labels={"PERSON": "Source"}, name=name)


@pytest.mark.slow
@pytest.mark.parametrize("component", ["ner", "spancat"])
def test_trained_pipelines_are_judged_as_models(component, context, samples, tmp_path):
    """A trained `ner` and a trained `spancat` are added, and find gold; spancat brings scores."""
    config = {"spans_key": "sc", "threshold": 0.3} if component == "spancat" else {}
    nlp = trained(component, samples[:8], labels=("Hedge",), **config)
    nlp.to_disk(tmp_path / component)
    for line in samples[8:12]:
        name = line.article.article_id.replace("/", "-")
        (context.workspace.root / "articles" / f"{name}.txt").write_text(line.article.text)
    model = apply_add(context, plan_add(context, str(tmp_path / component)))
    gold = write_gold(tmp_path / "gold.jsonl", samples[:8])
    found = evaluate_model(context, read_gold(gold), model)
    assert found.counts["Hedge"]["exact"].f1 > 0.2
    assert bool(found.judged) == (component == "spancat")


@pytest.mark.slow
@pytest.mark.usefixtures("articles")
def test_an_installed_package_is_added(context, pipeline, tmp_path, monkeypatch):
    """What `spacy package` makes and pip installs is named by its package, and kept as files."""
    (tmp_path / "made").mkdir()
    subprocess.run(
        [
            *(sys.executable, "-m", "spacy", "package", pipeline, tmp_path / "made"),
            *("--name", "harbour", "--version", "1.2.3", "--build", "none"),
        ],
        check=True,
        capture_output=True,
    )
    site = tmp_path / "site"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation"),
            *("--quiet", "--target", site, tmp_path / "made" / "en_harbour-1.2.3"),
        ],
        check=True,
    )
    monkeypatch.syspath_prepend(site)
    invalidate_caches()
    plan = plan_add(context, "en_harbour", labels={"PERSON": "Source"})
    model = apply_add(context, plan)
    assert model.version.startswith("en_harbour-")
    assert model.lineage["meta"]["version"] == "1.2.3"
    assert model.lineage["package"] == "en_harbour"
    assert (model.path / "config.cfg").is_file()
    assert not model.path.is_symlink()
    loaded = context.models.load(model)
    assert sum(len(p.spans) for p in loaded.predict(context.articles().articles)) == 2
