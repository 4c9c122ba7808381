"""Which pipeline pre-labels, loaded for the workspace's labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotate.labels import LabelScheme
from annotate.pipeline.registry import RULES, Model, ModelStore, pipeline_hash
from annotate.workspace import Workspace

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.prediction import Pipeline


def model_store(workspace: Workspace) -> ModelStore:
    """Return the workspace's models."""
    return ModelStore(workspace.models, lexicons=workspace.lexicons)


def choose_model(workspace: Workspace, wanted: str | None) -> Model:
    """Return the model of that name or directory; `None` is the one in use.

    Raises `UnknownModelError` that lists what there is, `ModelError` for a directory without a
    pipeline.
    """
    store = model_store(workspace)
    if wanted is None:
        return store.in_use()
    path = Path(wanted)
    if wanted != RULES and (path / "config.cfg").is_file():
        return Model(version=f"{path.name}-{pipeline_hash(path)[:12]}", path=path, lineage={})
    return store.find(wanted)


def load_pipeline(workspace: Workspace, model: Model, scheme: LabelScheme) -> Pipeline:
    """Return the loaded pipeline of a model; raises `ModelError` if it is for other labels."""
    from annotate.pipeline.prediction import load_rules, load_trained

    aliases = workspace.settings.aliases
    if model.path is None:
        return load_rules(scheme, model.version, lexicons=workspace.lexicons, aliases=aliases)
    return load_trained(model.path, scheme, model.version, aliases=aliases)
