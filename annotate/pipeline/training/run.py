"""One run of spaCy's own training loop, silent, and what it leaves on disk."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.scorer import Scorer
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config_from_str
from thinc.api import Config

from annotate.pipeline.span_crf.scores import SpanTally
from annotate.pipeline.training.examples import examples_on_disk
from annotate.pipeline.training.gpu import CPU


def run_training(config: dict[str, Any], output: Path, *, gpu_id: int = CPU) -> None:
    """Train a complete config; `model-last` and `model-best` in `output` name no place."""
    output.mkdir(parents=True, exist_ok=True)
    nlp = init_nlp(load_config_from_str(Config(config).to_str()), use_gpu=gpu_id)
    nlp.evaluate = partial(_evaluate, nlp)  # type: ignore[method-assign]
    with (
        Path(os.devnull).open("w", encoding="utf-8") as errors,
        examples_on_disk(output),
    ):
        train(nlp, output, use_gpu=gpu_id, stdout=io.StringIO(), stderr=errors)
    for path in output.glob("model-*/config.cfg"):
        _forget_places(path)


def _evaluate(nlp: Language, examples: Iterable[Example], **settings: Any) -> dict[str, Any]:
    """Return what `Language.evaluate` says of the spans, and hold a batch instead of all examples.

    The batches are those in which spaCy would predict.
    """
    scorer = _SpanScorer(nlp)
    remaining = iter(examples)
    while batch := list(islice(remaining, nlp.batch_size)):
        Language.evaluate(nlp, batch, scorer=scorer, **settings)
    return scorer.tally.scores()


class _SpanScorer(Scorer):
    """Adds up what a pipeline's `span_crf` found; no other score chooses an epoch."""

    def __init__(self, nlp: Language) -> None:
        super().__init__(nlp)
        component: Any = nlp.get_pipe("span_crf")
        self.tally = SpanTally(component.labels, key=component.key)

    def score(self, examples: Iterable[Example], **_: Any) -> dict[str, Any]:
        self.tally.add(examples)
        return {}


def _forget_places(path: Path) -> None:
    """Remove from a saved config where on this machine it was trained.

    A model version would otherwise change with every temporary directory. Lexicons travel inside
    the pipeline, and so does what other components were initialised from.
    """
    config = Config().from_disk(path, interpolate=False)
    for corpus in config["corpora"].values():
        corpus["path"] = None
    config["initialize"]["after_init"] = None
    config["initialize"]["vectors"] = None
    if "attribution_rules" in config["components"]:
        config["components"]["attribution_rules"]["lexicons"] = []
    Config(_without_places(config)).to_disk(path)


def _without_places(value: Any) -> Any:
    """Return a config in which absolute paths are the names that they end in."""
    if isinstance(value, dict):
        return {key: _without_places(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_places(inner) for inner in value]
    return Path(value).name if isinstance(value, str) and Path(value).is_absolute() else value
