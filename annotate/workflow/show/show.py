"""Show: what the model predicts for an article beside what people annotated there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotate.errors import UsageError
from annotate.exports.lines import ExportedArticle
from annotate.origins import REVIEWED
from annotate.pipeline.registry import Model
from annotate.quality.adjudication import RULES
from annotate.quality.comparison import Comparison, compare
from annotate.quality.scoring import GoldAndPredicted
from annotate.records import Annotation, Article, ArticleKey, Prediction
from annotate.workflow.state.context import Context
from annotate.workflow.state.models import predict_all

_NEAREST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The prediction against one person's annotation; `None`: nobody annotated the article."""

    annotation: Annotation | None
    comparison: Comparison

    @property
    def reviewed(self) -> bool:
        """Whether it is a reviewer's decision."""
        return self.annotation is not None and self.annotation.annotation_id.startswith(REVIEWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticle:
    """An article with its prediction and a view an annotator, or one view of the prediction."""

    article: Article
    prediction: Prediction
    views: tuple[View, ...]
    split: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """What was found, with the names of the model and of the export version."""

    articles: tuple[ShownArticle, ...]
    model_version: str
    export: str | None


@dataclass(slots=True)
class _Found:
    article: Article
    line: ExportedArticle | None
    notes: list[str] = field(default_factory=list)


def show(
    context: Context,
    wanted: Sequence[str],
    model: Model,
    *,
    export: str | None = None,
    annotator: str | None = None,
) -> Show:
    """Return the wanted articles (ids or files) with prediction and annotations.

    `export` names a version (default: the latest, if there is one). `annotator` is a pseudonym, its
    beginning, or an e-mail address. Raises `UsageError` for an article or an annotator that is not
    there, naming what is.
    """
    versions = context.versions
    version = versions.find(export) if export is not None else versions.latest()
    held = versions.load(version)
    found = _find(context, wanted, held)
    wish = _annotator(context, annotator, found) if annotator is not None else None
    predictions = predict_all(context.models.load(model), (item.article for item in found))
    return Show(
        articles=tuple(
            _shown(context, item, prediction, wish)
            for item, prediction in zip(found, predictions, strict=True)
        ),
        model_version=model.version,
        export=version.name if version is not None else None,
    )


def _shown(
    context: Context, item: _Found, prediction: Prediction, annotator: str | None
) -> ShownArticle:
    annotations = [
        annotation
        for annotation in (item.line.annotations if item.line else ())
        if annotator is None or annotation.annotator == annotator
    ]
    views = [_view(item.article, prediction, annotation) for annotation in annotations]
    notes = [*item.notes, *_decision(context, item.line)]
    return ShownArticle(
        article=item.article,
        prediction=prediction,
        views=tuple(views or [_view(item.article, prediction, None)]),
        split=item.line.split if item.line else None,
        notes=tuple(notes),
    )


def _decision(context: Context, line: ExportedArticle | None) -> list[str]:
    """Tell which of several annotations counts, and by which rule of adjudication."""
    if line is None or len(line.annotations) < 2:
        return []
    decided = context.decide(line.annotations)
    if decided is None:
        told = "none counts: no rule of adjudication in annotate.yaml decides"
    else:
        told = f"counts {RULES[decided.rule]}: {decided.annotation.annotator} ({decided.rule})"
    return [f"of {len(line.annotations)} annotations {told}"]


def _view(article: Article, prediction: Prediction, annotation: Annotation | None) -> View:
    item = GoldAndPredicted(
        article_id=article.article_id,
        text=article.text,
        gold=annotation.spans if annotation else (),
        predicted=prediction.spans,
        labels=frozenset(annotation.labels if annotation else ()),
    )
    links = annotation.links if annotation else ()
    return View(annotation=annotation, comparison=compare(item, prediction.links, links))


def _find(
    context: Context,
    wanted: Sequence[str],
    held: Mapping[ArticleKey, ExportedArticle],
) -> list[_Found]:
    """Return the articles: by id in the export, by id in the workspace, then by file."""
    by_id: dict[str, list[ExportedArticle]] = {}
    for (article_id, _), line in held.items():
        by_id.setdefault(article_id, []).append(line)
    found: list[_Found] = []
    ours: dict[str, Article] | None = None
    for name in wanted:
        if name in by_id:
            found.append(_from_export(by_id[name]))
            continue
        path = Path(name)
        if path.is_file():
            read = context.articles([path]).require().articles
            found += [_with_line(article, held, by_id) for article in read]
            continue
        if ours is None:
            ours = _workspace_articles(context)
        if name not in ours:
            raise _unknown(name, [*by_id, *ours])
        found.append(_with_line(ours[name], held, by_id))
    return found


def _from_export(lines: Sequence[ExportedArticle]) -> _Found:
    """Return the revision that was worked on last."""

    def last(line: ExportedArticle) -> str:
        return max((a.updated_at or "" for a in line.annotations), default="")

    line = max(lines, key=last)
    notes = []
    if len(lines) > 1:
        notes.append(f"{len(lines)} revisions were annotated; this is the one changed last")
    return _Found(line.article, line, notes)


def _with_line(
    article: Article,
    held: Mapping[ArticleKey, ExportedArticle],
    by_id: Mapping[str, Sequence[ExportedArticle]],
) -> _Found:
    line = held.get(article.key)
    notes = []
    if line is None and article.article_id in by_id:
        notes.append("the annotations of the export belong to another text of this article")
    return _Found(article, line, notes)


def _workspace_articles(context: Context) -> dict[str, Article]:
    try:
        read = context.articles().articles
    except UsageError:
        return {}  # no article files: the export alone knows articles
    return {article.article_id: article for article in read}


def _annotator(context: Context, wanted: str, found: Iterable[_Found]) -> str:
    known = sorted({a.annotator for item in found if item.line for a in item.line.annotations})
    names = {wanted}
    if "@" in wanted and context.people.known:
        names.add(context.people.pseudonym(wanted))
    fitting = [name for name in known if name in names] or [
        name for name in known if name.startswith(wanted)
    ]
    if len(fitting) != 1:
        what = "more than one annotator is" if fitting else "nobody who annotated these articles is"
        raise UsageError(f"{what} {wanted!r}; there are: {', '.join(known) or 'none'}")
    return fitting[0]


def _unknown(name: str, known: Sequence[str]) -> UsageError:
    """Return the error for an article that is not there, with the nearest ids."""
    unique = list(dict.fromkeys(known))
    folded = name.casefold()
    near = [known_id for known_id in unique if folded in known_id.casefold()][:_NEAREST]
    near += difflib.get_close_matches(name, unique, n=_NEAREST, cutoff=0.4)
    nearest = list(dict.fromkeys(near))[:_NEAREST]
    if nearest:
        hint = f"the nearest of {len(unique)} ids: {'; '.join(nearest)}"
    elif unique:
        hint = f"none of the {len(unique)} ids is like it; one is {unique[0]}"
    else:
        hint = "the workspace has no articles yet, and no export"
    return UsageError(f"no article and no file is {name!r}", hint=hint)
