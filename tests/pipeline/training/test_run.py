from contextlib import nullcontext

import pytest
from sentences import GOLD, gold_plan
from spacy.language import Language
from thinc.api import Config

from annotate.pipeline.hashing import files_hash
from annotate.pipeline.training import run
from annotate.pipeline.training.loop import train_pipeline
from annotate.pipeline.training.run import _forget_places

pytestmark = pytest.mark.slow


def test_a_saved_config_names_no_place_of_this_machine(tmp_path):
    """Absolute paths keep their last name, wherever they stand; nothing else changes."""
    path = tmp_path / "config.cfg"
    Config(
        {
            "corpora": {"train": {"path": f"{tmp_path}/train.spacy"}},
            "paths": {"pieces": f"{tmp_path}/vocab.txt"},
            "components": {
                "attribution_rules": {"lexicons": [f"{tmp_path}/verbs.yaml"]},
                "transformer": {"model": {"names": [f"{tmp_path}/bert", "bert/base", "/"]}},
            },
            "initialize": {
                "after_init": {"@callbacks": "annotate.warm_start.v1", "path": str(tmp_path)},
                "vectors": str(tmp_path),
                "components": {"transformer": {"loader": {"path": f"{tmp_path}/vocab.txt"}}},
            },
        }
    ).to_disk(path)
    _forget_places(path)
    assert str(tmp_path) not in path.read_text()
    config = Config().from_disk(path)
    assert config["paths"]["pieces"] == "vocab.txt"
    assert config["components"]["transformer"]["model"]["names"][:2] == ["bert", "bert/base"]
    assert config["initialize"]["components"]["transformer"]["loader"]["path"] == "vocab.txt"
    assert config["components"]["attribution_rules"]["lexicons"] == []


def test_a_stream_trains_the_pipeline_that_a_list_trains(tmp_path, monkeypatch):
    """Files, scores and steps are the same byte for byte where spaCy holds all in memory."""
    plan = gold_plan(train=GOLD, dev=GOLD[:11], foreign=GOLD[:3])
    steps = {"stream": [], "list": []}
    one = train_pipeline(plan, tmp_path / "stream", on_step=steps["stream"].append)
    monkeypatch.setattr(run, "examples_on_disk", lambda _: nullcontext())
    monkeypatch.setattr(run, "_evaluate", Language.evaluate)
    two = train_pipeline(plan, tmp_path / "list", on_step=steps["list"].append)
    assert files_hash(one.path) == files_hash(two.path)
    assert (one.path / "meta.json").read_bytes() == (two.path / "meta.json").read_bytes()
    assert one.score_scale == two.score_scale
    assert steps["stream"] == steps["list"]
    assert steps["stream"][0].score is not None
