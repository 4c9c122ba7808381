"""The configs of docs/encoder.md give networks."""

import re
from pathlib import Path

import pytest
import tiny_transformer
from sentences import gold_plan

import annotate
from annotate.pipeline.training.check import check_network
from annotate.pipeline.training.config import Schedule, training_config
from annotate.pipeline.training.overrides import OWNED, read_overrides

pytestmark = pytest.mark.slow

PAGE = (Path(annotate.__file__).parents[1] / "docs" / "encoder.md").read_text()
CONFIGS = dict(re.findall(r"<!-- config: (\w+) -->\n\n```ini\n(.*?)```", PAGE, re.DOTALL))


@pytest.mark.parametrize("name", ["size", "window", "cnn", "shared", "learning"])
def test_a_config_that_is_shown_can_be_trained(name, tmp_path):
    """Each passes the check that every training begins with."""
    path = tmp_path / "network.cfg"
    path.write_text(CONFIGS[name])
    check_network(gold_plan(overrides=read_overrides(path)))


def test_the_transformer_that_is_shown_is_the_one_that_is_tested(tmp_path):
    """The page's config sets what that of the tiny transformer sets, in other sizes."""
    assert set(CONFIGS) == {"size", "window", "cnn", "transformer", "shared", "learning"}
    found = []
    for name, text in (
        ("page", CONFIGS["transformer"]),
        ("tiny", tiny_transformer.CONFIG.format(pieces=9)),
    ):
        (tmp_path / name).write_text(text)
        found.append(read_overrides(tmp_path / name).values())
    page, tiny = found
    assert page.keys() == tiny.keys()
    assert {k for k in page if isinstance(page[k], str) and page[k] != tiny[k]} == {
        "paths.pieces",
        "paths.weights",
    }


def test_the_network_that_is_described_is_the_one_that_is_there():
    """The table of its parts names the architectures of annotate's own config."""
    config = training_config(
        labels=["Claim"],
        nested_labels=[],
        schedule=Schedule(epochs=1, batch_words=1, dropout=0.1),
        steps_per_epoch=1,
        train=Path("train"),
        dev=Path("dev"),
        seed=0,
    )
    rows = re.findall(r"^\| `\[([\w.]+)\]` \| `([\w.]+)`", PAGE, re.MULTILINE)
    assert len(rows) == 5
    for section, architecture in rows:
        node = config
        for part in section.split("."):
            node = node[part]
        assert architecture in node.values()
    assert "components.span_crf.prior" in OWNED
