"""Loads a pipeline in whatever process needs it: it travels there, and the pipeline does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.labels import LabelScheme
from annotate.pipeline.registry import Model, check_kept

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.prediction import Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineLoader:
    """What a model needs to be loaded for the labels of a workspace; picklable."""

    model: Model
    scheme: LabelScheme
    language: str
    lexicons: Sequence[Path] = ()
    aliases: Mapping[str, str]

    def __call__(self) -> Pipeline:
        """Return the loaded pipeline.

        Raises `ModelError` if it is for other labels, or if its files were changed.
        """
        from annotate.pipeline.prediction import load_none, load_rules, load_trained

        if not self.model.predicts:
            return load_none(self.scheme)
        if self.model.path is None:
            return load_rules(
                self.scheme,
                self.model.version,
                lexicons=self.lexicons,
                aliases=self.aliases,
                language=self.language,
            )
        check_kept(self.model)
        return load_trained(self.model.path, self.scheme, self.model.version, aliases=self.aliases)
