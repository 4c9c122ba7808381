"""Which pipeline pre-labels, loaded for the workspace's labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.errors import LabelConfigError, SchemeMismatchError
from annotate.labels import LabelScheme
from annotate.pipeline.registry import NONE, RULES, Model, ModelStore, check_kept, model_at
from annotate.pipeline.rule_labels import ENGLISH, known_to_rules
from annotate.workspace import Workspace

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.prediction import Pipeline


class Models:
    """The models of a workspace; `scheme` is asked when one is loaded, not before."""

    def __init__(self, workspace: Workspace, scheme: Callable[[], LabelScheme]) -> None:
        self.store = ModelStore(
            workspace.models,
            lexicons=workspace.lexicons,
            unknown=self._unknown_to_rules,
            language=workspace.settings.language,
        )
        self._workspace = workspace
        self._scheme = scheme

    def in_use(self) -> Model:
        """Return the model that pre-labels; until one was chosen the rules, or none."""
        return self.store.in_use()

    def choose(self, wanted: str | None) -> Model:
        """Return the model of that name or directory; `None` is the one in use.

        Raises `UnknownModelError` that lists what there is, `ModelError` for a directory without a
        pipeline.
        """
        if wanted is None:
            return self.in_use()
        path = Path(wanted)
        if wanted not in (RULES, NONE) and (path / "config.cfg").is_file():
            return model_at(path)
        return self.store.find(wanted)

    def use(self, wanted: str) -> Model:
        """Make a model the one that pre-labels, and return it.

        Raises `UnknownModelError`, and `ModelError` where it is for other labels.
        """
        model = self.store.find(wanted)
        self.load(model)
        self.store.use(model)
        return model

    def load(self, model: Model) -> Pipeline:
        """Return the loaded pipeline of a model.

        Raises `ModelError` if it is for other labels, or if its files were changed.
        """
        from annotate.pipeline.prediction import load_none, load_rules, load_trained

        scheme = self._scheme()
        if not model.predicts:
            return load_none(scheme)
        aliases = self._workspace.settings.aliases
        lexicons = self._workspace.lexicons
        if model.path is None:
            return load_rules(
                scheme,
                model.version,
                lexicons=lexicons,
                aliases=aliases,
                language=self._workspace.settings.language,
            )
        check_kept(model)
        return load_trained(model.path, scheme, model.version, aliases=aliases)

    def _unknown_to_rules(self) -> tuple[str, ...]:
        """Return the labels of the labelling config where the rules know none of them.

        A config that cannot be read is told to whoever needs the labels.
        """
        try:
            labels = self._scheme().span_labels
        except (LabelConfigError, SchemeMismatchError):
            return ()
        settings = self._workspace.settings
        english = settings.language == ENGLISH
        return () if english and known_to_rules(labels, settings.aliases) else labels
