"""How far annotators of the same articles agree, and models with them, in an export version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotate.errors import InputError, UnknownModelError, UsageError
from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.jsonl import read_article_lines
from annotate.origins import ADOPTED
from annotate.pipeline.registry import Model, kept_name
from annotate.quality.agreement.raters import Marks, RatedArticle, last_of_each, marks_of
from annotate.quality.agreement.report import Agreement, agreement
from annotate.records import Annotation, ArticleKey
from annotate.studio.addresses import task_address
from annotate.workflow.state.context import Context
from annotate.workflow.state.models import predict_all
from annotate.workflow.state.server import known_address


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementReport:
    """Agreement on blind work and on work in which anybody saw a machine's marks."""

    export: str
    blind: Agreement
    corrected: Agreement
    rated: Mapping[bool, Sequence[RatedArticle]]
    """The articles of both, by whether the work is blind."""
    models: tuple[str, ...]
    """Model versions that were compared with people."""
    gone: Mapping[str, int]
    """Model versions that people were shown and that are not kept → annotations that saw them."""
    nobody_shown: bool
    """Whether models that people were shown were asked for, and nobody was shown any."""
    other_code: tuple[str, ...]
    """Kept models that other code runs by now, by the version that people saw."""
    passed_over: Mapping[Path, int] = field(default_factory=dict)
    """File of predictions → lines about articles (or texts) that the version does not hold."""
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Article → address of its task in Label Studio; its number while no server is known."""


def report_agreement(
    context: Context,
    *,
    export: str | None = None,
    models: Sequence[str] = (),
    shown_models: bool = False,
    predictions: Sequence[Path] = (),
    tolerance: int = 1,
    on_article: Callable[[int], None] | None = None,
) -> AgreementReport:
    """Return how far people agree in an export version, blind work apart from the rest.

    A reviewer's decisions do not count. `models` are asked about every article that people
    annotated, with `shown_models` all those that people were shown; files of `predictions` (JSONL)
    stand for models that cannot be asked. Raises `UnknownExportError`, `UnknownModelError` and, for
    lines that no machine made, `InputError`.
    """
    version = context.versions.find(export)
    return agreement_of(
        context,
        version,
        context.versions.load(version).values(),
        models=models,
        shown_models=shown_models,
        predictions=predictions,
        tolerance=tolerance,
        on_article=on_article,
    )


def agreement_of(
    context: Context,
    version: Version,
    held: Iterable[ExportedArticle],
    *,
    models: Sequence[str] = (),
    shown_models: bool = False,
    predictions: Sequence[Path] = (),
    tolerance: int = 1,
    on_article: Callable[[int], None] | None = None,
) -> AgreementReport:
    """Return the same of the lines of a version that were loaded; `report_agreement` says more."""
    lines = [line for line in held if _people(line)]
    wanted = {model.version: model for model in map(context.models.choose, models)}
    named = set(wanted)
    gone: Counter[str] = Counter()
    other_code: list[str] = []
    if shown_models:
        for shown, count in _shown(lines).items():
            model = _kept(context, shown)
            if model is None:
                gone[shown] = count
                continue
            wanted.setdefault(model.version, model)
            if model.version != shown:
                other_code.append(shown)
    said, passed_over = _from_files(predictions, {line.key for line in lines}, context)
    in_files = {name for theirs in said.values() for name in theirs}
    if both := sorted(in_files & named):
        raise UsageError(
            f"{', '.join(both)}: predictions in a file, and a model that would be asked",
            hint="leave out --model, or the file",
        )
    for model in (model for name, model in wanted.items() if name not in in_files):
        loaded = context.models.load(model)
        for line, found in zip(
            lines, predict_all(loaded, (line.article for line in lines)), strict=True
        ):
            said.setdefault(line.key, {})[model.version] = marks_of(found, context.scheme.all_names)
            if on_article is not None:
                on_article(1)
    rated: dict[bool, list[RatedArticle]] = {True: [], False: []}
    for line in lines:
        people = _people(line)
        theirs = said.get(line.key, {})
        rated[_unseen(line, people)].append(
            RatedArticle(
                article_id=line.article.article_id,
                text=line.article.text,
                people=tuple(marks_of(annotation, ()) for annotation in people),
                models=tuple(theirs[name] for name in sorted(theirs)),
            )
        )
    return AgreementReport(
        export=version.name,
        blind=agreement(rated[True], context.scheme, tolerance=tolerance),
        corrected=agreement(rated[False], context.scheme, tolerance=tolerance),
        rated=rated,
        models=tuple(sorted({name for theirs in said.values() for name in theirs})),
        gone=dict(gone),
        nobody_shown=shown_models and not _shown(lines),
        other_code=tuple(other_code),
        passed_over=passed_over,
        addresses=_addresses(context, version, lines),
    )


def _people(line: ExportedArticle) -> tuple[Annotation, ...]:
    return last_of_each(a for a in line.annotations if not a.ground_truth)


def _unseen(line: ExportedArticle, people: Sequence[Annotation]) -> bool:
    """Tell whether nobody saw a machine's marks; what people in files saw, nobody knows."""
    return all(
        annotation.prediction_shown is None
        and (line.blind or not annotation.annotation_id.startswith(ADOPTED))
        for annotation in people
    )


def _shown(lines: Sequence[ExportedArticle]) -> Counter[str]:
    return Counter(
        a.prediction_shown for line in lines for a in line.annotations if a.prediction_shown
    )


def _kept(context: Context, shown: str) -> Model | None:
    try:
        return context.models.store.find(kept_name(shown))
    except UnknownModelError:
        return None


def _from_files(
    paths: Sequence[Path], keys: set[ArticleKey], context: Context
) -> tuple[dict[ArticleKey, dict[str, Marks]], dict[Path, int]]:
    found: dict[ArticleKey, dict[str, Marks]] = {}
    passed_over: dict[Path, int] = {}
    for path in paths:
        number = 0
        for number, line in read_article_lines(path):
            if line.model_version is None:
                raise InputError(
                    "the line names no model_version: no machine made it",
                    path=path,
                    line=number,
                    hint="what people annotated is compared from an export version",
                )
            if line.article.key not in keys:
                passed_over[path] = passed_over.get(path, 0) + 1
                continue
            marks = marks_of(line.prediction(), line.labels or context.scheme.all_names)
            theirs = found.setdefault(line.article.key, {})
            if marks.rater in theirs:
                raise InputError(
                    f"two lines of {marks.rater} are about article {line.article.article_id!r}",
                    path=path,
                    line=number,
                )
            theirs[marks.rater] = marks
        if not number:
            raise InputError("no line in the file", path=path)
    return found, passed_over


def _addresses(
    context: Context, version: Version, lines: Sequence[ExportedArticle]
) -> dict[str, str]:
    project = context.versions.store.manifests.project_of(version)
    url = known_address(context.workspace)
    if project is None:
        return {}
    tasks = {line.article.article_id: line.tasks[-1] for line in lines if line.tasks}
    return {
        article_id: f"task {task}" if url is None else task_address(url, int(str(project[0])), task)
        for article_id, task in tasks.items()
    }
