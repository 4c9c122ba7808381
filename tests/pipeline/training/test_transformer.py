"""A tiny transformer in a config of one's own, in an environment that has PyTorch."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[2]
BESIDE = Path(sys.prefix) / "transformers" / "bin" / "python"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What a process said that trained with a transformer."""
    if find_spec("spacy_curated_transformers") is not None:
        python = sys.executable
    elif BESIDE.is_file():
        python = str(BESIDE)
    else:
        pytest.skip("the extra transformers is not installed (make test installs it)")
    done = subprocess.run(
        [python, str(TESTS / "tiny_transformer.py"), str(tmp_path_factory.mktemp("transformer"))],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (TESTS.parent, TESTS)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_transformer_is_trained_from_its_published_weights(found):
    """It stands after the rules; `span_crf` listens to it; every stage moves its weights."""
    assert found["pipeline"][:3] == ["attribution_rules", "transformer", "span_crf"]
    assert "last_transformer_layer_listener" in found["layers"]
    assert found["published"]
    assert found["weak_learned"] > 1e-6
    assert found["gold_learned"] > 1e-6
    assert found["carried_over"] == 0


def test_a_pipeline_with_a_transformer_predicts_as_others_do(found):
    """From disk, in batches as one by one."""
    assert found["labels"] == ["Claim", "Hedge", "Source"]
    assert found["spans"] > 0
    assert found["batches_agree"]


def test_its_version_names_no_place_and_can_be_made_again(found):
    """Two trainings in different directories give the same hash."""
    assert not found["places"]
    assert found["same_hash"]


def test_mistakes_in_a_transformers_config_are_told_before_training(found):
    """A width that does not fit, a file that is missing, a setting that is unknown."""
    assert "hidden_width: no network comes of this" in found["narrow"]
    assert "tok2vec.width = 24" in found["narrow"]
    assert "path: no network comes of this" in found["lost"]
    assert "nowhere.txt" in found["lost"]
    assert (
        "piece_loader: unknown key; expected one of: encoder_loader, piecer_loader"
        in (found["loader"])
    )
