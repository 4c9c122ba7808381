"""Train with a tiny transformer, in a process that finds PyTorch, and print what came of it.

python tests/tiny_transformer.py DIRECTORY

The transformer is a BERT of two layers and 32 dimensions: its pieces and a checkpoint with random
weights, under the names that published checkpoints have, are made here.
"""

import json
import sys
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import spacy
from sentences import GOLD, gold_plan
from spacy.training.initialize import init_nlp
from spacy.util import load_config

from annotate.errors import WorkspaceError
from annotate.pipeline.registry import pipeline_hash
from annotate.pipeline.training.check import check_network
from annotate.pipeline.training.loop import train_pipeline
from annotate.pipeline.training.overrides import read_overrides
from annotate.pipeline.training.warm_start import make_warm_start

WIDTH, INNER, LAYERS, POSITIONS = 32, 48, 2, 64
PIECES = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]"),
    *ascii_lowercase,
    *(f"##{letter}" for letter in ascii_lowercase),
    *(".", "the", "said", "may", "could"),
]
CONFIG = """
[paths]
pieces = ${{paths.here}}/vocab.txt
weights = ${{paths.here}}/pytorch_model.bin

[components.transformer]
factory = "curated_transformer"

[components.transformer.model]
@architectures = "spacy-curated-transformers.BertTransformer.v1"
vocab_size = {pieces}
hidden_width = 32
intermediate_width = 48
num_attention_heads = 2
num_hidden_layers = 2
max_position_embeddings = 64
model_max_length = 64

[components.transformer.model.piece_encoder]
@architectures = "spacy-curated-transformers.BertWordpieceEncoder.v1"

[components.transformer.model.with_spans]
@architectures = "spacy-curated-transformers.WithStridedSpans.v1"
stride = 24
window = 32

[components.span_crf.model.tok2vec]
@architectures = "spacy-curated-transformers.LastTransformerLayerListener.v1"
width = 32

[components.span_crf.model.tok2vec.pooling]
@layers = "reduce_mean.v1"

[initialize.components.transformer.piecer_loader]
@model_loaders = "spacy-curated-transformers.WordpieceLoader.v1"
path = ${{paths.pieces}}

[initialize.components.transformer.encoder_loader]
@model_loaders = "spacy-curated-transformers.PyTorchCheckpointLoader.v1"
path = ${{paths.weights}}
"""


def write_transformer(directory):
    """Write pieces, checkpoint and config; return the config's path."""
    import torch

    torch.manual_seed(1)
    shapes = {
        "embeddings.word_embeddings.weight": (len(PIECES), WIDTH),
        "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        **_norm("embeddings.LayerNorm"),
    }
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        for part in ("query", "key", "value"):
            shapes |= _dense(f"{layer}.attention.self.{part}", WIDTH, WIDTH)
        shapes |= _dense(f"{layer}.attention.output.dense", WIDTH, WIDTH)
        shapes |= _norm(f"{layer}.attention.output.LayerNorm")
        shapes |= _dense(f"{layer}.intermediate.dense", INNER, WIDTH)
        shapes |= _dense(f"{layer}.output.dense", WIDTH, INNER)
        shapes |= _norm(f"{layer}.output.LayerNorm")
    weights = {name: torch.randn(shape) * 0.1 for name, shape in shapes.items()}
    torch.save(weights, directory / "pytorch_model.bin")
    (directory / "vocab.txt").write_text("".join(f"{piece}\n" for piece in PIECES))
    path = directory / "transformer.cfg"
    path.write_text(CONFIG.format(pieces=len(PIECES)))
    return path


def _dense(name, rows, columns):
    return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}


def _norm(name):
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}


def weights_of(nlp):
    """Return the weights of the transformer, one after the other."""
    shims = [shim for node in nlp.get_pipe("transformer").model.walk() for shim in node.shims]
    tensors = [tensor for shim in shims for tensor in shim._model.state_dict().values()]
    return np.concatenate([tensor.numpy().ravel() for tensor in tensors])


def error_of(path, text):
    """Return what is said of a config before training."""
    path.write_text(text)
    try:
        check_network(gold_plan(overrides=read_overrides(path)))
    except WorkspaceError as error:
        return f"{error.message} | {error.hint}"
    return None


def main(directory):
    import torch

    path = write_transformer(directory)
    text = path.read_text()
    overrides = read_overrides(path)
    plan = gold_plan(overrides=overrides, weak_epochs=4)
    check_network(plan)
    trained = train_pipeline(plan, directory / "one")
    again = train_pipeline(plan, directory / "two")
    nlp = spacy.load(trained.path)
    before = spacy.load(directory / "one" / "weak" / "model-last")
    config = load_config(before.path / "config.cfg")
    for name in ("train", "dev"):
        config["corpora"][name]["path"] = str(directory / "one" / "train.spacy")
    loaders = config["initialize"]["components"]["transformer"]
    loaders["piecer_loader"]["path"] = str(directory / "vocab.txt")
    loaders["encoder_loader"]["path"] = str(directory / "pytorch_model.bin")
    fresh = init_nlp(config)
    published = weights_of(fresh)
    saved = torch.load(directory / "pytorch_model.bin")
    checkpoint = np.concatenate([tensor.numpy().ravel() for tensor in saved.values()])
    make_warm_start(str(before.path))(fresh)
    texts = [article.text for article, _ in GOLD]
    together, alone = (
        [[(s.start, s.end, s.label_) for s in doc.spans["sc"]] for doc in docs]
        for docs in (list(nlp.pipe(texts)), [nlp(text) for text in texts])
    )
    found = {
        "pipeline": nlp.pipe_names,
        "layers": [node.name for node in nlp.get_pipe("span_crf").model.walk()],
        "places": str(directory) in (trained.path / "config.cfg").read_text(),
        "same_hash": pipeline_hash(trained.path) == pipeline_hash(again.path),
        "published": bool(np.array_equal(np.sort(published), np.sort(checkpoint))),
        "weak_learned": float(np.abs(weights_of(before) - published).max()),
        "gold_learned": float(np.abs(weights_of(nlp) - weights_of(before)).max()),
        "carried_over": float(np.abs(weights_of(fresh) - weights_of(before)).max()),
        "spans": sum(map(len, together)),
        "batches_agree": together == alone,
        "labels": sorted({label for spans in together for *_, label in spans}),
        "narrow": error_of(path, text.replace("width = 32\n\n", "width = 24\n\n")),
        "lost": error_of(path, text.replace("vocab.txt", "nowhere.txt")),
        "loader": error_of(path, text.replace("piecer_loader", "piece_loader")),
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
