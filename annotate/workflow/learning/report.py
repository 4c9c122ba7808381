"""How the work of an export version stands: what `annotate report` puts on its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from annotate.exports.lines import ExportedArticle
from annotate.labels import LabelScheme
from annotate.origins import REVIEWED
from annotate.pipeline.registry import Model
from annotate.quality.agreement.raters import last_of_each
from annotate.quality.agreement.report import Cell
from annotate.quality.report.differences import Differences, differences
from annotate.quality.report.mix import Mix, mixes
from annotate.quality.report.progress import Progress, progress
from annotate.quality.report.work import Person, Work, people
from annotate.quality.scoring import ArticleScore, GoldAndPredicted, score_article
from annotate.records import Annotation
from annotate.workflow.learning.agreement import AgreementReport, agreement_of
from annotate.workflow.learning.audit.corrections import CorrectionsReport, corrections_of
from annotate.workflow.learning.bias import BiasReport, bias_of
from annotate.workflow.state.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReport:
    """Everything that is known of the work in an export version."""

    export: str
    created_at: str
    articles: int
    annotated: int
    splits: dict[str, tuple[int, int]]
    """Split → articles, and how many of them are annotated."""
    skipped: int
    """How often an article was skipped; versions do not say by whom."""
    progress: Progress
    people: tuple[Person, ...]
    mixes: tuple[Mix, ...]
    agreement: AgreementReport
    differences: Differences
    corrections: CorrectionsReport
    bias: BiasReport | None
    hardest: tuple[tuple[ExportedArticle, str], ...]
    """Articles on which people agree least, with the address of their task."""
    models: tuple[Model, ...]
    in_use: str
    decided: dict[str, int]
    """Rule of adjudication → articles with several annotations that it decided."""
    undecided: int


def report_work(
    context: Context,
    *,
    export: str | None = None,
    hardest: int = 5,
    bias: bool = False,
    on_article: Callable[[int], None] | None = None,
) -> WorkReport:
    """Return how the work in an export version stands. Raises `UnknownExportError`.

    No server is asked, and no model but those whose shown predictions were not kept; with `bias`
    also those that the audit needs.
    """
    version = context.versions.find(export)
    lines = list(context.versions.load(version).values())
    agreed = agreement_of(context, version, lines)
    corrected = corrections_of(context, version, lines, examples=1)
    works: list[Work] = []
    splits: dict[str, tuple[int, int]] = {}
    decided: Counter[str] = Counter()
    undecided = 0
    for line in lines:
        works += works_of(line, context.scheme)
        every, done = splits.get(line.split, (0, 0))
        splits[line.split] = (every + 1, done + bool(line.annotations))
        if len(line.annotations) > 1:
            found = context.decide(line.annotations)
            decided.update([] if found is None else [found.rule])
            undecided += found is None
        if on_article is not None:
            on_article(1)
    cells = [part.matrix for part in (agreed.blind, agreed.corrected)]
    models = [model for model in context.models.store.models() if model.lineage]
    return WorkReport(
        export=version.name,
        created_at=version.created_at,
        articles=len(lines),
        annotated=sum(bool(line.annotations) for line in lines),
        splits=dict(sorted(splits.items())),
        skipped=sum(line.skipped for line in lines),
        progress=progress(works),
        people=tuple(
            people(
                works,
                _joined(cells),
                context.scheme.span_labels,
                {
                    name: (fates.accepted, fates.predicted)
                    for name, fates in corrected.tally.by("annotator").items()
                },
            )
        ),
        mixes=tuple(mixes(works, context.scheme.span_labels)),
        agreement=agreed,
        differences=differences(
            [*agreed.rated[True], *agreed.rated[False]], context.scheme.span_labels
        ),
        corrections=corrected,
        bias=bias_of(context, version, lines) if bias else None,
        hardest=_hardest(agreed, lines, hardest),
        models=tuple(sorted(models, key=lambda m: str(m.lineage.get("created_at")))),
        in_use=context.models.in_use().version,
        decided=dict(decided),
        undecided=undecided,
    )


def works_of(line: ExportedArticle, scheme: LabelScheme) -> list[Work]:
    """Return the annotations of an article as a report counts them; decisions are no work of it."""
    review = next((a for a in line.annotations if _reviewed(a)), None)
    words = len(line.article.text.split())
    return [
        Work(
            article_id=line.article.article_id,
            annotator=annotation.annotator,
            day=(annotation.updated_at or annotation.created_at or "")[:10] or None,
            words=words,
            seconds=annotation.lead_time,
            spans=Counter(span.label for span in annotation.spans),
            blind=annotation.prediction_shown is None,
            outlet=line.article.outlet,
            reviewer=None if review is None else _score(line, review, annotation, scheme),
        )
        for annotation in last_of_each(a for a in line.annotations if not _reviewed(a))
    ]


def _reviewed(annotation: Annotation) -> bool:
    return annotation.annotation_id.startswith(REVIEWED)


def _score(
    line: ExportedArticle, gold: Annotation, annotation: Annotation, scheme: LabelScheme
) -> ArticleScore:
    item = GoldAndPredicted(
        article_id=line.article.article_id,
        text=line.article.text,
        gold=gold.spans,
        predicted=annotation.spans,
        labels=frozenset(gold.labels) & frozenset(annotation.labels),
    )
    return score_article(item, scheme.span_labels)


def _joined(
    matrices: Sequence[Mapping[tuple[str, str], Cell]],
) -> dict[tuple[str, str], tuple[int, float | None]]:
    """Return the cells of people in blind and corrected work as one, weighted by the articles."""
    found: dict[tuple[str, str], tuple[int, float | None]] = {}
    for matrix in matrices:
        for names, cell in matrix.items():
            articles, f1 = found.get(names, (0, None))
            if cell.f1 is None:
                continue
            every = articles + cell.articles
            found[names] = (every, ((f1 or 0.0) * articles + cell.f1 * cell.articles) / every)
    return found


def _hardest(
    agreed: AgreementReport, lines: Sequence[ExportedArticle], most: int
) -> tuple[tuple[ExportedArticle, str], ...]:
    held = {line.article.article_id: line for line in lines}
    differing = [
        found
        for part in (agreed.blind, agreed.corrected)
        for found in part.by_article
        if found.differing
    ]
    differing.sort(key=lambda found: (found.f1 or 0.0, -found.differing, found.article_id))
    return tuple(
        (held[found.article_id], agreed.addresses.get(found.article_id, ""))
        for found in differing[:most]
    )
