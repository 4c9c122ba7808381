"""The pre-labeller that annotate.yaml names, as a model of the workspace."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import tee
from typing import Any

from annotate.articles.duplicates import NearDuplicates
from annotate.errors import AnnotateError, PrelabellerError, RecordError
from annotate.labels import LabelScheme
from annotate.pipeline.fitting import fit
from annotate.pipeline.registry import NONE, PRELABELLER, RULES, Model
from annotate.prelabellers.discovery import make_prelabeller
from annotate.prelabellers.paragraphs import paragraphs_of
from annotate.prelabellers.protocol import AsksServer, ExampleGold, Surroundings
from annotate.prelabellers.settings import PackageSettings
from annotate.quality.adjudication import adjudicate
from annotate.records import Article, ArticleKey, Prediction, check_fits
from annotate.workflow.state.register import read_register
from annotate.workflow.state.versions import Versions
from annotate.workspace import Workspace

_RESERVED = (NONE, RULES, PRELABELLER)


class ConfiguredPrelabeller:
    """The pre-labeller of a workspace, made for its labels; nothing is asked until it predicts.

    Raises `PrelabellerError` where it cannot be made, and what the settings' files raise.
    """

    def __init__(
        self,
        workspace: Workspace,
        scheme: LabelScheme,
        versions: Callable[[], Versions],
    ) -> None:
        settings = workspace.settings.prelabeller
        if settings is None:
            raise PrelabellerError("annotate.yaml names no prelabeller")
        options: Mapping[str, Any] = settings.model_dump()
        if isinstance(settings, PackageSettings):
            options = settings.options
        self.kind = settings.kind
        self.live = settings.live
        self._scheme = scheme
        self._aliases = workspace.settings.aliases
        self._left_out: Counter[str] = Counter()
        self._made = make_prelabeller(
            settings.kind,
            options,
            Surroundings(
                scheme=scheme,
                guidelines=workspace.guidelines(),
                language=workspace.settings.language,
                root=workspace.root,
                state=workspace.state,
                environment=os.environ,
                gold=lambda wanted: example_gold(workspace, versions(), wanted),
            ),
        )
        self.model_version = self._made.version
        if self.model_version.partition("-")[0] in _RESERVED or "-code-" in self.model_version:
            raise PrelabellerError(
                f"the pre-labeller {self.kind!r} calls its version {self.model_version!r}, which "
                "means something else here"
            )

    @property
    def asking(self) -> AsksServer | None:
        """The pre-labeller as one that asks somebody and tells how much; `None` for any other."""
        return self._made if isinstance(self._made, AsksServer) else None

    @property
    def left_out(self) -> Counter[str]:
        """What it found and the labelling config cannot hold, by name."""
        return self._left_out + (self.asking.left_out if self.asking else Counter())

    @property
    def failed(self) -> Mapping[ArticleKey, str]:
        """Articles that got no prediction → why."""
        return self.asking.failed if self.asking else {}

    def model(self) -> Model:
        """Return it as a model that can be chosen, shown and judged."""
        asking = self.asking
        return Model(
            version=self.model_version,
            path=None,
            lineage={"kind": self.kind} if asking is None else asking.lineage,
            configured=True,
            asks=None if asking is None else asking.host,
        )

    def predict(
        self,
        articles: Iterable[Article],
        *,
        processes: int = 1,  # noqa: ARG002 - as a pipeline; requests go one after the other
    ) -> Iterator[Prediction | None]:
        """Yield a prediction an article, in order; `None` where there is none (`failed` says why).

        Raises `PrelabellerError` where a prediction is for another text or version, or none at all.
        """
        once, again = tee(articles)
        given = self._given(once)
        for article in again:
            try:
                found = next(given)
            except StopIteration:
                raise PrelabellerError(
                    f"{article.article_id}: the pre-labeller {self.kind!r} ends without a word "
                    "about it"
                ) from None
            yield None if found is None else self._fitted(article, found)

    def _given(self, articles: Iterable[Article]) -> Iterator[Prediction | None]:
        try:
            yield from self._made.predict(articles)
        except AnnotateError:
            raise
        except Exception as error:  # its message could quote the text
            raise PrelabellerError(
                f"the pre-labeller {self.kind!r} fails ({type(error).__name__})"
            ) from error

    def _fitted(self, article: Article, found: Prediction) -> Prediction:
        try:
            check_fits(article, found.text_sha256, found.spans)
            if found.article_id != article.article_id or found.model_version != self.model_version:
                raise RecordError(  # noqa: TRY301 - told as what check_fits finds
                    f"{article.article_id}: the prediction is of {found.model_version!r} for "
                    f"{found.article_id!r}"
                )
        except RecordError as error:
            raise PrelabellerError(f"the pre-labeller {self.kind!r}: {error.message}") from None
        spans, links = fit(
            found.spans, found.links, self._scheme, aliases=self._aliases, left_out=self._left_out
        )
        ids = {span.id for span in spans}
        scores = {span_id: score for span_id, score in found.scores.items() if span_id in ids}
        return replace(found, spans=spans, links=links, scores=scores)


def example_gold(workspace: Workspace, versions: Versions, wanted: str) -> ExampleGold:
    """Return the annotated training articles of an export version, of which examples may be made.

    No article of a foreign corpus, none that is or nearly repeats a test article of the version or
    of the workspace. Raises `UnknownExportError` and `DamagedExportError`.
    """
    version = versions.find(wanted)
    lines = list(versions.load(version).values())
    tests = [line.article for line in lines if line.split == "test"]
    near = NearDuplicates((article.article_id, article.text) for article in tests)
    kept = []
    with read_register(workspace) as register:
        for line in lines:
            decided = adjudicate(line.annotations, workspace.settings.adjudication)
            if decided is None or line.split != "train" or line.corpus is not None:
                continue
            if register.known_split(line.article) in ("test", "none"):
                continue
            if near.find(line.article.text) is None:
                kept.append((line.article, decided.annotation))
    return ExampleGold(
        version=version.id,
        name=version.name,
        articles=tuple(kept),
        barred=frozenset(text for article in tests for _, text in paragraphs_of(article.text)),
    )


def ask(
    loaded: ConfiguredPrelabeller, articles: Iterable[Article], *, on_reply: Callable[[], None]
) -> None:
    """Ask about these articles now, so that predicting them later asks nobody.

    `on_reply` is called after each paragraph. What fails is remembered, and not asked again by
    `loaded`. Raises `PrelabellerError` where nobody answers.
    """
    asking = loaded.asking
    if asking is None:
        return
    before, asking.on_reply = asking.on_reply, on_reply
    try:
        for _ in loaded.predict(articles):
            pass
    finally:
        asking.on_reply = before
