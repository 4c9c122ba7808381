"""A workspace opened to be read: its articles, its labels, its export versions, its model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from annotate.errors import UsageError
from annotate.labels import LabelScheme
from annotate.notebook.given import as_articles
from annotate.notebook.predicting import Predictions, predictions_of
from annotate.quality.mentions import CONTEXT, Marked, Mention, mentions
from annotate.records import Annotation, Article, Split

if TYPE_CHECKING:  # pydantic, YAML and spaCy: `import annotate` pays for none of them
    from annotate.exports.lines import ExportedArticle
    from annotate.exports.manifests import Version as Manifest
    from annotate.pipeline.documents import Docs, MakeDoc
    from annotate.workflow.state.context import Context

Which: TypeAlias = Literal["gold", "all"]
"""`gold`: of every article the one annotation that counts; `all`: everybody's."""


def open_workspace(directory: str | Path | None = None) -> OpenWorkspace:
    """Open a workspace to read it: nothing in it is made, changed or locked.

    `directory` holds the annotate.yaml; by default it is looked for in the current directory and
    above it.

    >>> workspace = annotate.open_workspace("my-project")
    >>> [article.article_id for article in workspace.articles()]
    ['articles/quay.txt']
    >>> workspace.version()
    <Version 1 of my project: articles 1, annotated 1, annotations 1>

    Raises `WorkspaceError` where there is none or its settings are wrong, `LabelConfigError` and
    `SchemeMismatchError` for labels that cannot be.
    """
    from annotate.workflow.state.context import Context
    from annotate.workspace import find_workspace, load_workspace

    if directory is None:
        return OpenWorkspace(Context(find_workspace(Path.cwd())))
    return OpenWorkspace(Context(load_workspace(Path(directory))))


class OpenWorkspace:
    """A workspace that is read; made by `annotate.open_workspace`."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.root: Path = context.workspace.root
        self.scheme: LabelScheme = context.scheme
        """Its labels, choices and links, with their colours."""

    def __repr__(self) -> str:
        return f"<OpenWorkspace {self._context.settings.project!r} in {self.root}>"

    def articles(self) -> list[Article]:
        """Return the articles of annotate.yaml, a text that is met twice once.

        Raises `ArticleError` naming every file that cannot be read.
        """
        return list(self._context.articles().articles)

    def versions(self) -> list[Version]:
        """Return all export versions, oldest first; raises `DamagedExportError`."""
        found = self._context.versions.store.versions()
        return [Version(self._context, manifest) for manifest in found]

    def version(self, wanted: str | int | None = None) -> Version:
        """Return the version of that number, name or beginning of an id; by default the latest.

        Raises `UnknownExportError` that lists what there is.
        """
        name = None if wanted is None else str(wanted)
        return Version(self._context, self._context.versions.find(name))

    def prelabel(
        self, articles: Iterable[Article | str] | None = None, *, model: str | None = None
    ) -> Predictions:
        """Return what a model of the workspace marks, with its labels, aliases and lexicons.

        By default the model in use, in the workspace's articles. `model` is a model version, its
        beginning, `rules`, `prelabeller`, or a pipeline's directory. Raises `UnknownModelError` and
        `ModelError`, the latter also where a prelabeller gives no prediction of an article.
        """
        known = self.articles() if articles is None else as_articles(articles)
        models = self._context.models
        return predictions_of(models.load(models.choose(model)), known)


class Version:
    """An export version: what people annotated. Its parts are read when they are first asked for.

    They are checked against their hashes: `DamagedExportError`.
    """

    def __init__(self, context: Context, manifest: Manifest) -> None:
        self._context = context
        self.id: str = manifest.id
        self.number: int = manifest.number
        self.name: str = manifest.name
        self.created_at: str = manifest.created_at
        self.counts: Mapping[str, Any] = manifest.counts
        self._manifest = manifest

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{name} {self.counts[name]}" for name in ("articles", "annotated", "annotations")
        )
        return f"<Version {self.number} of {self._context.settings.project}: {counts}>"

    @cached_property
    def lines(self) -> tuple[ExportedArticle, ...]:
        """Every article with everybody's annotations, its group and split, in order of the ids."""
        return tuple(self._context.versions.load(self._manifest).values())

    def articles(self) -> list[Article]:
        """Return the articles, those included that nobody annotated."""
        return [line.article for line in self.lines]

    def annotations(self) -> list[Annotation]:
        """Return everybody's annotations."""
        return [annotation for line in self.lines for annotation in line.annotations]

    def gold(self, *, split: Split | None = None) -> list[tuple[Article, Annotation]]:
        """Return every annotated article with the one annotation that counts.

        That is the ground truth where one is marked as such, else the annotation changed last.
        `split` keeps the articles of one split alone.
        """
        return [
            (line.article, annotation)
            for line in self.lines
            if split in (None, line.split)
            for annotation in self._chosen(line.annotations, "gold")
        ]

    def table(self, *, annotations: Which = "gold", context: int = CONTEXT) -> list[Mention]:
        """Return a row for every span, as `annotate.table` does, with group and split."""
        return mentions(self._marked(annotations), self._context.scheme, context=context)

    def docs(
        self, *, annotations: Which = "gold", spans_key: str = "sc", make_doc: MakeDoc | None = None
    ) -> Docs:
        """Return a spaCy `Doc` for every annotation, as `annotate.docs` does."""
        from annotate.pipeline.documents import marked_docs

        items = [(item.article, item.marks) for item in self._marked(annotations)]
        return marked_docs(items, spans_key=spans_key, make=make_doc)

    def _marked(self, which: Which) -> list[Marked]:
        return [
            Marked(article=line.article, marks=annotation, group=line.group, split=line.split)
            for line in self.lines
            for annotation in self._chosen(line.annotations, which)
        ]

    def _chosen(self, annotations: Sequence[Annotation], which: Which) -> Sequence[Annotation]:
        if which == "all":
            return annotations
        if which != "gold":
            raise UsageError(f"annotations={which!r}: expected 'gold' or 'all'")
        decided = self._context.decide(annotations)
        return () if decided is None else (decided.annotation,)
