import json
import shutil

import pytest
import spacy

from annotate.errors import ModelError, UnknownModelError
from annotate.pipeline.hashing import pipeline_hash
from annotate.pipeline.prediction import load_rules, load_trained
from annotate.pipeline.registry import ModelStore, kept_name, model_at
from annotate.records import Article

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "models")


_pipelines = {}


def _pipeline(path, label="Claim"):
    """Write a pipeline, whose making is what takes long: each is made once."""
    if label not in _pipelines:
        nlp = spacy.blank("en")
        nlp.add_pipe("span_ruler", config={"spans_key": "sc"}).add_patterns(
            [{"label": label, "pattern": "rain"}]
        )
        _pipelines[label] = nlp
    _pipelines[label].to_disk(path)
    return path


def test_the_rules_are_in_use_until_a_model_is(store, tmp_path):
    """Without a choice the rules pre-label; a kept model is found, used and listed."""
    assert store.in_use().version == store.rules().version
    model = store.keep(_pipeline(tmp_path / "p"), name="spans", lineage={"created_at": "2"})
    assert model.version.startswith("spans-")
    assert store.in_use().version.startswith("rules-")
    store.use(model)
    assert store.in_use().version == model.version
    assert [m.version for m in store.models()] == [model.version]
    assert store.find(model.version[:9]).path == model.path
    store.use(store.rules())
    assert store.in_use().version.startswith("rules-")


def test_where_the_rules_know_no_label_no_model_is_in_use(tmp_path):
    """It is told why, by name; none can be chosen elsewhere too, and lasts until another is."""
    store = ModelStore(tmp_path / "own", unknown=lambda: ("PERSON", "MONEY"))
    assert (store.in_use().version, store.in_use().predicts) == ("none", False)
    assert store.in_use().without_predictions().startswith("the rules know none of PERSON, MONEY: ")
    assert [model.version for model in store.untrained()] == ["none"]
    other = ModelStore(tmp_path / "claims")
    assert [model.version.partition("-")[0] for model in other.untrained()] == ["rules", "none"]
    assert other.in_use().without_predictions() is None
    other.use(other.find("none"))
    assert other.in_use().version == "none"
    assert other.in_use().without_predictions().startswith("no model: ")
    other.use(other.rules())
    assert other.in_use().version.startswith("rules-")


def test_models_are_listed_by_age_and_what_was_copied_in_part_goes(store, tmp_path):
    """A model without a date is of before there were dates; a killed copy is removed."""
    paths = [_pipeline(tmp_path / label, label) for label in ("Claim", "Hedge", "Source")]
    dates = ({"created_at": "2025"}, {}, {"created_at": "2024"})
    partial = store.directory / ".spans-000000000000.partial"
    partial.mkdir(parents=True)
    one, none, two = (
        store.keep(path, name="spans", lineage=lineage)
        for path, lineage in zip(paths, dates, strict=True)
    )
    assert [m.version for m in store.models()] == [none.version, two.version, one.version]
    assert not partial.exists()


def test_a_model_is_known_by_its_directory(store, tmp_path):
    """A kept model has the same version by its name and by its path; another gets one."""
    path = _pipeline(tmp_path / "p")
    model = store.keep(path, name="spans", lineage={"seed": 3})
    found = model_at(model.path)
    assert (found.version, found.lineage["seed"]) == (model.version, 3)
    assert model_at(path).version == f"p-{pipeline_hash(path)[:12]}"


def _kept_with(store, model, **hashes):
    """Let the lineage say that a model was kept with other hashes."""
    path = store.directory / f"{model.name}.json"
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "hashes": value["hashes"] | hashes}))


def test_other_code_gives_a_kept_model_another_version(store, tmp_path):
    """After an upgrade its predictions have a name of their own; it stays in use, and is found."""
    model = store.keep(_pipeline(tmp_path / "p"), name="spans", lineage={})
    store.use(model)
    assert (model.version, model.other_code()) == (model.name, None)
    _kept_with(store, model, code="0" * 64)
    now = store.in_use()
    assert now.version.startswith(f"{model.name}-code-")
    assert now.name == kept_name(now.version) == model.name
    assert now.version in now.other_code()
    assert model_at(model.path).version == now.version
    for wanted in (model.name, now.version, model.name[:9]):
        assert store.find(wanted).version == now.version
    store.use(now)
    assert (store.directory / "in-use").read_text() == f"{model.name}\n"
    assert store.in_use().version == now.version


def test_a_model_of_before_hashes_is_known_by_its_name(store, tmp_path):
    """Where the lineage keeps no hashes, the version's own says whether the code is the same."""
    model = store.keep(_pipeline(tmp_path / "p"), name="spans", lineage={})
    old = "spans-000000000000"
    shutil.copytree(model.path, store.directory / old)
    for name in (model.name, old):
        (store.directory / f"{name}.json").write_text("{}")
    assert store.find(model.name).version == model.name
    assert store.find(old).version.startswith(f"{old}-code-")


def test_changed_files_are_refused(context, tmp_path):
    """A kept model whose files were changed is not loaded under its name; the next step is told."""
    store = context.models.store
    model = store.keep(_pipeline(tmp_path / "p"), name="spans", lineage={})
    assert context.models.load(model).model_version == model.version
    (model.path / "span_ruler" / "patterns").write_bytes(b"\x90")
    with pytest.raises(ModelError, match="not those that were kept") as found:
        context.models.load(store.find(model.name))
    assert "annotate retrain" in found.value.hint
    own = model_at(model.path)
    assert own.version not in (model.version, store.find(model.name).version)
    assert own.lineage == {}


def test_a_version_is_a_hash_of_what_predicts(store, tmp_path):
    """The same pipeline has the same version; other weights or lexicons have another."""
    one = pipeline_hash(_pipeline(tmp_path / "one"))
    assert one == pipeline_hash(_pipeline(tmp_path / "two"))
    assert one != pipeline_hash(_pipeline(tmp_path / "three", "Hedge"))
    lexicon = tmp_path / "extra.yaml"
    lexicon.write_text("a: 1\n")
    assert ModelStore(tmp_path, lexicons=[lexicon]).rules().version != store.rules().version


def test_a_missing_model_is_told_with_those_that_exist(store):
    """An unknown name lists what there is; a model in use that has gone says what to do."""
    with pytest.raises(UnknownModelError, match="no model is 'x'; there are: rules"):
        store.find("x")
    store.directory.mkdir()
    (store.directory / "in-use").write_text("spans-000000000000\n")
    with pytest.raises(UnknownModelError, match="in use") as caught:
        store.in_use()
    assert "annotate models use" in caught.value.hint


def test_a_directory_without_a_pipeline_is_refused(tmp_path, scheme):
    """A model directory that is missing, broken or for other labels says so."""
    with pytest.raises(ModelError, match="no spaCy pipeline there"):
        load_trained(tmp_path / "none", scheme, "x")
    broken = _pipeline(tmp_path / "broken")
    (broken / "config.cfg").write_text("[nlp]\nlang = 'xx")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_trained(broken, scheme, "x")
    with pytest.raises(ModelError, match="other labels: Weather is not"):
        load_trained(_pipeline(tmp_path / "other", "Weather"), scheme, "x")


def test_predictions_keep_to_the_scheme(tmp_path, scheme):
    """A pipeline's spans come out as a prediction that carries its version."""
    pipeline = load_trained(_pipeline(tmp_path / "p"), scheme, "v-1")
    article = Article(article_id="a", text="It may rain.")
    (prediction,) = pipeline.predict([article])
    assert [(s.start, s.end, s.label) for s in prediction.spans] == [(7, 11, "Claim")]
    assert prediction.model_version == "v-1"


def test_what_the_scheme_has_no_place_for_is_counted(scheme):
    """Labels, choices and links that the config lacks are left out, and counted."""
    from annotate.labels import parse_label_config

    narrow = parse_label_config(
        '<View><Labels name="l" toName="t"><Label value="Claim"/></Labels>'
        '<Text name="t" value="$text"/></View>'
    )
    article = Article(article_id="a", text="Officials said the bridge may close on Friday.")
    full = load_rules(scheme, "v")
    (prediction,) = full.predict([article])
    assert {span.label for span in prediction.spans} == {"Claim", "Source", "Hedge"}
    assert prediction.links
    assert not full.left_out
    pipeline = load_rules(narrow, "v")
    (prediction,) = pipeline.predict([article])
    assert {span.label for span in prediction.spans} == {"Claim"}
    assert pipeline.left_out["label Source"] == 1
    with pytest.raises(ModelError, match="has none of them"):
        load_rules(
            parse_label_config(
                '<View><Labels name="l" toName="t"><Label value="Weather"/></Labels>'
                '<Text name="t" value="$text"/></View>'
            ),
            "v",
        )
