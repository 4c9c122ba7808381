"""Which pipeline pre-labels, loaded for the workspace's labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import tee
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from annotate.errors import LabelConfigError, ModelError, SchemeMismatchError, UsageError
from annotate.labels import LabelScheme
from annotate.pipeline.registry import NONE, RULES, Model, ModelStore, model_at
from annotate.pipeline.rule_labels import ENGLISH, known_to_rules
from annotate.records import Article, Prediction
from annotate.workflow.state.loading import PipelineLoader
from annotate.workflow.state.prelabelling import ConfiguredPrelabeller
from annotate.workflow.state.versions import Versions
from annotate.workspace import Workspace

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.prediction import Pipeline

Loaded: TypeAlias = "Pipeline | ConfiguredPrelabeller"
"""A model that can predict: a pipeline, or the pre-labeller that annotate.yaml names."""


class Models:
    """The models of a workspace; `scheme` and `versions` are asked when one needs them."""

    def __init__(
        self,
        workspace: Workspace,
        scheme: Callable[[], LabelScheme],
        versions: Callable[[], Versions],
    ) -> None:
        self.store = ModelStore(
            workspace.models,
            lexicons=workspace.lexicons,
            unknown=self._unknown_to_rules,
            language=workspace.settings.language,
            configured=lambda: None if self.configured is None else self.configured.model(),
        )
        self.on_reply: Callable[[], None] | None = None
        """Called after each paragraph that a pre-labeller was asked about."""
        self._workspace = workspace
        self._scheme = scheme
        self._versions = versions

    @cached_property
    def configured(self) -> ConfiguredPrelabeller | None:
        """The pre-labeller that annotate.yaml names, made once; `None` where it names none.

        Raises `PrelabellerError` where it cannot be made.
        """
        if self._workspace.settings.prelabeller is None:
            return None
        made = ConfiguredPrelabeller(self._workspace, self._scheme(), self._versions)
        if made.asking is not None:
            made.asking.on_reply = self.on_reply
        return made

    def limit_requests(self, most: int | None) -> None:
        """Let this run send so many requests and no more; `None` leaves it at the settings.

        Raises `UsageError` where annotate.yaml names nobody that could be asked.
        """
        if most is None:
            return
        if self.configured is None or self.configured.asking is None:
            raise UsageError("--max-requests: annotate.yaml names no prelabeller that asks anybody")
        self.configured.asking.max_requests = most

    @property
    def asked(self) -> ConfiguredPrelabeller | None:
        """The same, where anything has needed it so far."""
        found: ConfiguredPrelabeller | None = self.__dict__.get("configured")
        return found

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

    def load(self, model: Model) -> Loaded:
        """Return the loaded pipeline of a model, or the pre-labeller that annotate.yaml names.

        Raises `ModelError` if it is for other labels, or if its files were changed.
        """
        if model.configured:
            if self.configured is None or self.configured.model_version != model.version:
                raise ModelError(f"annotate.yaml names another prelabeller than {model.version}")
            return self.configured
        return self.loader(model)()

    def loader(self, model: Model) -> PipelineLoader:
        """Return what loads the model's pipeline in another process.

        Raises `UsageError` for the pre-labeller that annotate.yaml names: this process asks it.
        """
        if model.configured:
            raise UsageError(
                f"{model.version}: is asked by one process alone, so it cannot fill shards",
                hint="write one file (--output), or name a pipeline (--model)",
            )
        settings = self._workspace.settings
        return PipelineLoader(
            model=model,
            scheme=self._scheme(),
            language=settings.language,
            lexicons=self._workspace.lexicons,
            aliases=settings.aliases,
        )

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


def forget_failures(loaded: Loaded) -> None:
    """Let a pre-labeller try anew the articles that have failed; a pipeline remembers none."""
    if isinstance(loaded, ConfiguredPrelabeller) and loaded.asking is not None:
        loaded.asking.forget_failures()


def predict_all(
    loaded: Loaded, articles: Iterable[Article], *, processes: int = 1
) -> Iterator[Prediction]:
    """Yield a prediction an article, in order; raises `ModelError` where there is none.

    Only a pipeline knows what to do with several `processes`.
    """
    once, again = tee(articles)
    shared = {"processes": processes} if processes > 1 else {}
    for article, prediction in zip(again, loaded.predict(once, **shared), strict=True):
        if prediction is None:
            failed = getattr(loaded, "failed", {})
            raise ModelError(
                f"{article.article_id}: no prediction of {loaded.model_version}: "
                f"{failed.get(article.key, 'it gives none')}",
                hint="run the same command again: what was answered is kept",
            )
        yield prediction
