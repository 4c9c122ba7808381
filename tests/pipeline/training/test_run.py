import pytest
from thinc.api import Config

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
