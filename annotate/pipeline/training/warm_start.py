"""Start from the weights of a pipeline that was trained before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from thinc.api import Model

from annotate.errors import TrainingError


def make_warm_start(path: str) -> Callable[[Language], Language]:
    """Return a callback that copies the weights of the pipeline in `path`, whatever has any.

    Registered as `annotate.warm_start.v1`, for `[initialize.after_init]`. Besides `span_crf` a
    component has weights that it listens to (a shared tok2vec, a transformer). Only weights are
    copied, never settings. Raises `TrainingError` where two networks have not the same shape.
    """

    def copy_weights(nlp: Language) -> Language:
        trained = spacy.load(Path(path))
        source: Any = trained.get_pipe("span_crf")
        target: Any = nlp.get_pipe("span_crf")
        if source.labels != target.labels or source.chains != target.chains:
            raise TrainingError(
                f"{path}: trained for {', '.join(source.chains)}, "
                f"but {', '.join(target.chains)} are wanted"
            )
        for name in nlp.component_names:
            ours = getattr(nlp.get_pipe(name), "model", None)
            if isinstance(ours, Model):
                _copy(ours, _model_of(trained, name))
        return nlp

    return copy_weights


def _model_of(nlp: Language, name: str) -> Model[Any, Any]:
    model = getattr(nlp.get_pipe(name), "model", None) if name in nlp.component_names else None
    if not isinstance(model, Model):
        raise TrainingError(f"the weights to begin with have none of component {name!r}")
    return model


def _copy(ours: Model[Any, Any], theirs: Model[Any, Any]) -> None:
    """Copy parameters, and what wrapped networks of PyTorch hold (shims)."""
    for target, source in zip(ours.walk(), theirs.walk(), strict=True):
        for name in source.param_names:
            if source.has_param(name):
                target.set_param(name, source.get_param(name))
        shims: Any = zip(target.shims, source.shims, strict=True)
        for shim, trained in shims:
            shim.from_bytes(trained.to_bytes())
