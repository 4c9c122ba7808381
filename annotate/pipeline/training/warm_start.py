"""Start from the weights of a pipeline that was trained before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from annotate.errors import TrainingError


def make_warm_start(path: str) -> Callable[[Language], Language]:
    """Return a callback that copies the weights of the `span_crf` in `path`.

    Registered as `annotate.warm_start.v1`, for `[initialize.after_init]`. Only weights are copied,
    never settings. Raises `TrainingError` where the two networks have not the same shape.
    """

    def copy_weights(nlp: Language) -> Language:
        source: Any = spacy.load(Path(path)).get_pipe("span_crf")
        target: Any = nlp.get_pipe("span_crf")
        if source.labels != target.labels or source.chains != target.chains:
            raise TrainingError(
                f"{path}: trained for {', '.join(source.chains)}, "
                f"but {', '.join(target.chains)} are wanted"
            )
        for ours, theirs in zip(target.model.walk(), source.model.walk(), strict=True):
            for name in theirs.param_names:
                if theirs.has_param(name):
                    ours.set_param(name, theirs.get_param(name))
        return nlp

    return copy_weights
