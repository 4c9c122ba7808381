import pytest

from annotate.errors import WorkspaceError
from annotate.pipeline.training.config import Schedule, training_config
from annotate.pipeline.training.overrides import OWNED, read_overrides

pytestmark = pytest.mark.slow

CNN = """
[components.span_crf.model.tok2vec]
@architectures = "spacy.HashEmbedCNN.v2"
width = 64
"""


def _base(**changes):
    schedule = Schedule(epochs=3, batch_words=500, dropout=0.3, rule_mask=0.7)
    settings = {
        "labels": ["Claim"],
        "nested_labels": [],
        "schedule": schedule,
        "steps_per_epoch": 4,
        "train": "train.spacy",
        "dev": "dev.spacy",
        "seed": 5,
    }
    return training_config(**(settings | changes))


@pytest.fixture
def read(tmp_path):
    """Return `read(text)`: the config of a file with that text."""

    def call(text):
        path = tmp_path / "my.cfg"
        path.write_text(text, encoding="utf-8")
        return read_overrides(path)

    return call


def test_a_file_without_anything_changes_nothing(read):
    """An empty config leaves annotate's own as it is."""
    assert read("").applied(_base()) == _base()


def test_another_architecture_replaces_its_block_and_the_same_is_merged(read):
    """No key of one architecture stays behind in another; a size alone changes nothing else."""
    changed = read(CNN).applied(_base())
    assert changed["components"]["span_crf"]["model"]["tok2vec"] == {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "width": 64,
    }
    text = "[training]\ndropout = 0.1\n[training.optimizer]\nlearn_rate = 0.01\n"
    merged = read(text).applied(_base())["training"]
    assert merged["optimizer"] == _base()["training"]["optimizer"] | {"learn_rate": 0.01}
    assert merged["dropout"] == 0.1
    assert merged["seed"] == 5


def test_an_added_component_comes_after_the_rules(read):
    """It sees what they marked, and `span_crf` can listen to it; the order is the file's."""
    text = (
        '[components.b]\nfactory = "tok2vec"\n[components.a]\nfactory = "tok2vec"\n'
        '[components.b.model]\n@architectures = "annotate.RuleHashEmbed.v1"\nwidth = 8\n'
        '[training]\nannotating_components = ["a"]\n'
    )
    config = read(text).applied(_base())
    assert config["nlp"]["pipeline"][:4] == ["attribution_rules", "b", "a", "span_crf"]
    assert config["training"]["annotating_components"] == ["attribution_rules", "a"]
    embed = config["components"]["b"]["model"]
    assert embed["rule_mask"] == 0.7
    assert "attribution_rules/Claim" in embed["rule_spans"]


def test_variables_stand_for_values_of_the_file_and_of_annotate(read):
    """Sections may stand in any order, and those above them need not be written."""
    text = (
        "[components.span_crf.model.tok2vec.embed]\nwidth = ${paths.width}\n"
        "[training]\ndropout = ${components.span_crf.recall_bias}\n"
        "[paths]\nwidth = 48\n[components.span_crf]\nrecall_bias = 0.5\n"
    )
    found = read(text)
    config = found.applied(_base())
    assert config["components"]["span_crf"]["model"]["tok2vec"]["embed"]["width"] == 48
    assert config["training"]["dropout"] == 0.5
    with pytest.raises(WorkspaceError, match=r"my\.cfg: .*paths\.none"):
        read("[training]\ndropout = ${paths.none}\n").applied(_base())


@pytest.mark.parametrize(
    "written", ["${paths.here}/bert/vocab.txt", '"${paths.here}/bert/vocab.txt"']
)
def test_the_directory_of_the_file_is_known_to_it(read, tmp_path, written):
    """So that a workspace can be moved; no other trace of the directory is left in the config."""
    config = read(f"[initialize]\nvocab_data = {written}\n").applied(_base())
    assert config["initialize"]["vocab_data"] == f"{tmp_path}/bert/vocab.txt"
    assert "paths" not in config


def test_values_are_told_with_their_section_and_key(read):
    """So that a lineage can hold them; the hash is the file's."""
    found = read(CNN)
    assert found.values() == {
        "components.span_crf.model.tok2vec.@architectures": "spacy.HashEmbedCNN.v2",
        "components.span_crf.model.tok2vec.width": 64,
    }
    assert found.sha256 != read(CNN + "\n# other bytes\n").sha256


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[training]\nseed = 3\n", "my.cfg:2: [training] seed: annotate sets this itself: it is"),
        ("[training]\n\nseed = null\n", "my.cfg:3: [training] seed"),
        ('[corpora.train]\npath = "x"\n', "my.cfg:1: [corpora]: annotate sets this itself"),
        ('[nlp]\npipeline = ["ner"]\n', "my.cfg:2: [nlp] pipeline"),
        ("[components.span_crf]\nprior = []\n", "[components.span_crf] prior"),
        ('[components.span_crf]\nnested_labels = ["A"]\n', "the gold says which labels nest"),
        ('[initialize.components.span_crf]\nlabels = ["A"]\n', "those of the export version"),
        ("[components.attribution_rules]\nlexicons = []\n", "lexicons in annotate.yaml"),
        ("[training]\nmax_epochs = 9\n", "training.epochs in annotate.yaml"),
        ("[trainig]\ndropout = 0.1\n", "my.cfg:1: [trainig]: unknown section; expected one of"),
        ("[components.spancrf]\nx = 1\n", "'spancrf' has neither factory nor source"),
        ('[training]\nfrozen_components = ["span_crf"]\n', "components that this file adds"),
        ("[training]\nannotating_components = 3\n", "[training] annotating_components"),
        (
            '[components.t]\nfactory = "tok2vec"\n[training]\nfrozen_components = ["t"]\n',
            "my.cfg:4: [training] frozen_components: spaCy does not initialise",
        ),
        ("[a]\nx = 1\n[a]\ny = 2\n", "my.cfg: not a config of spaCy: line 3: [a] stands there"),
        ("[a]\nx = 1\nx = 2\n", "line 3: x stands twice in [a]"),
        ("x = 1\n", "line 1: stands in no section"),
        ("[a]\nwhat\n", "line 2: neither [section] nor key = value"),
        ("[a]\nb = 3\n[a.b]\nx = 1\n", "my.cfg: not a config of spaCy: "),
    ],
)
def test_what_no_file_may_say_is_refused_with_its_place(read, text, said):
    """File, line, section, key and the reason, before spaCy is asked."""
    with pytest.raises(WorkspaceError) as found:
        read(text)
    assert said in found.value.message


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    """With the setting that names it."""
    with pytest.raises(WorkspaceError, match="cannot be read") as found:
        read_overrides(tmp_path / "none.cfg")
    assert "training.config" in found.value.hint
    (tmp_path / "bytes.cfg").write_bytes(b"\xff")
    with pytest.raises(WorkspaceError, match="not UTF-8"):
        read_overrides(tmp_path / "bytes.cfg")


def test_what_annotate_owns_is_in_its_config():
    """Every section and key that is refused by name stands in the config, or in spaCy's."""
    elsewhere = {
        *("pretraining", "nlp.tokenizer", "nlp.disabled", "initialize.init_tok2vec"),
        *(f"initialize.components.{name}" for name in _base()["components"]),
        "components.span_crf.source",
    }
    for name in OWNED.keys() - elsewhere:
        node = _base()
        for part in name.split("."):
            assert part in node, name
            node = node[part]
