import pytest
from sentences import gold_plan

from annotate.errors import TrainingError, WorkspaceError
from annotate.pipeline.training.check import check_network
from annotate.pipeline.training.overrides import read_overrides

pytestmark = pytest.mark.slow

TOK2VEC = "components.span_crf.model.tok2vec"
CNN = f"""[{TOK2VEC}]
@architectures = "spacy.HashEmbedCNN.v2"
width = 32
depth = 1
embed_size = 100
window_size = 1
maxout_pieces = 2
subword_features = false
pretrained_vectors = null
"""
LISTENER = f"""[{TOK2VEC}]
@architectures = "spacy-curated-transformers.LastTransformerLayerListener.v1"
width = 32
"""


@pytest.fixture
def check(tmp_path):
    """Return `check(text)`, which checks a plan with the config of that text."""

    def call(text, **changes):
        path = tmp_path / "my.cfg"
        path.write_text(text, encoding="utf-8")
        check_network(gold_plan(overrides=read_overrides(path), **changes))

    return call


@pytest.mark.parametrize(
    "text",
    [
        "",
        CNN,
        f"[{TOK2VEC}.embed]\nwidth = 24\n[{TOK2VEC}.encode]\nwidth = 24\n",
        "[nlp]\nbatch_size = 4\n[training]\ndropout = 0\naccumulate_gradient = 2\n",
        '[training.optimizer]\n@optimizers = "RAdam.v1"\nlearn_rate = 0.002\n',
        (
            '[training.optimizer.learn_rate]\n@schedules = "warmup_linear.v1"\ninitial_rate = 0.001\n'
            "warmup_steps = 10\ntotal_steps = 100\n"
        ),
        '[training.batcher]\n@batchers = "spacy.batch_by_sequence.v1"\nsize = 4\n',
    ],
)
def test_what_spacy_takes_is_taken(check, text):
    """Nothing is said of a config that gives a network."""
    check(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            CNN.replace("width", "widht", 1),
            f"my.cfg:3: [{TOK2VEC}] widht: unknown key; expected one of: depth, embed_size,",
        ),
        (CNN.replace("depth = 1", "depth = deep"), "[{0}] depth: expected int, not 'deep'"),
        (
            f'[{TOK2VEC}]\n@architectures = "spacy.MultiHashEmbed.v2"\nwidth = 8\n',
            "my.cfg:1: [{0}] attrs: is missing; expected are: attrs,",
        ),
        (
            CNN.replace("EmbedCNN", "EmbedCNM"),
            "my.cfg:2: [{0}] @architectures: no function 'spacy.HashEmbedCNM.v2' is registered",
        ),
        ("[training]\ndrpout = 0.1\n", "my.cfg:2: [training] drpout: unknown key; expected one of"),
        ('[training.optimiser]\n@optimizers = "Adam.v1"\n', "[training] optimiser: unknown key"),
        ("[training.optimizer]\nlearn_rte = 0.1\n", "[training.optimizer] learn_rte: unknown key"),
        ("[training]\ndropout = much\n", "[training] dropout: Input should be a valid number"),
        ("[nlp]\nbatchsize = 4\n", "[nlp] batchsize: unknown key"),
        ("[initialize]\nlookup = 4\n", "[initialize] lookup: unknown key"),
        (
            "[components.span_crf]\nmodle = 4\n",
            "[components.span_crf] modle: unknown key; expected one of: model, recall_bias",
        ),
        ('[components.t]\nfactory = "tok2vce"\n', "[components.t] factory: no component factory"),
        (
            '[components.t]\nfactory = "tok2vec"\n[initialize.components.t]\nlabls = 3\n',
            "my.cfg:4: [initialize.components.t] labls: unknown key",
        ),
        ('[components.t]\nsource = "./no/pipeline"\n', "[components.t] source: no network comes"),
    ],
)
def test_what_spacy_does_not_take_is_told_with_its_place(check, text, said):
    """File, line, section, key and what was expected, as spaCy's registry and schemas find it."""
    with pytest.raises(WorkspaceError) as found:
        check(text)
    assert said.replace("{0}", TOK2VEC) in found.value.message


def test_sizes_that_do_not_fit_are_told_before_training(check):
    """The network is made and taught two paragraphs; the error names all sizes."""
    with pytest.raises(WorkspaceError, match="no network comes of this: ") as found:
        check(f"[{TOK2VEC}.encode]\nwidth = 64\n")
    assert f"my.cfg:2: [{TOK2VEC}.encode] width: " in found.value.message
    assert f"{TOK2VEC}.encode.width = 64" in found.value.hint
    assert f"{TOK2VEC}.embed.width = 96" in found.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (LISTENER.replace("curated-transformers.LastTransformerLayer", "curated-transformers.No"), "transformers]'"),
        ('[components.t]\nfactory = "transformer"\n', "pip install spacy-transformers"),
        (CNN.replace("spacy.Hash", "mine.Hash"), "install the package that brings it"),
    ],
)  # fmt: skip
def test_what_is_not_installed_is_told_with_what_brings_it(check, text, hint):
    """The extra of annotate, or the package."""
    with pytest.raises(WorkspaceError, match="registered") as found:
        check(text)
    assert hint in found.value.hint


def test_vectors_of_ones_own_are_not_replaced_silently(check):
    """`training.vectors` and `initialize.vectors` contradict each other."""
    with pytest.raises(
        WorkspaceError, match=r"my\.cfg:2: \[initialize\] vectors: training\.vectors"
    ):
        check('[initialize]\nvectors = "en_core_web_md"\n', vectors=True)
    check("[training]\ndropout = 0.1\n", vectors=True)


def test_a_graphics_card_that_cannot_be_used_is_an_error_with_what_is_missing(monkeypatch):
    """Before anything is trained, whatever the config says."""
    from annotate.pipeline.training import gpu

    def require(_):
        raise ValueError("Cannot use GPU, CuPy is not installed")

    monkeypatch.setattr(gpu, "require_gpu", require)
    with pytest.raises(TrainingError, match="--gpu-id 3: .*CuPy is not installed") as found:
        check_network(gold_plan(gpu_id=3))
    assert "CUDA" in found.value.hint
    check_network(gold_plan(gpu_id=-1))
