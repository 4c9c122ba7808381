"""Retrain: one export version → a candidate pipeline, judged on test articles by the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from annotate.errors import SchemeMismatchError, TrainingError, UsageError
from annotate.exports.lines import ExportedArticle
from annotate.exports.manifests import Version
from annotate.installation import install_hint
from annotate.pipeline.registry import Model
from annotate.quality.gate import Verdict, decide
from annotate.quality.reference import reference_annotation
from annotate.records import Annotation, Article
from annotate.workflow.learning.evaluate import Evaluation, evaluate_annotations
from annotate.workflow.learning.scratch import training_directory
from annotate.workflow.state.context import Context

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.training.corpus import CorpusReport
    from annotate.pipeline.training.loop import TrainingPlan
    from annotate.pipeline.training.progress import Step

Gold = list[tuple[Article, Annotation]]

NAME = "spans"

_WAIT_SECONDS = 900.0  # for a sync to end, before the candidate is kept

SCARCE_WORDS = 250_000
"""Below this much gold the rules' labels of all texts are learned first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainPlan:
    """What is learned from what; every article stands in one split alone."""

    version: Version
    train: Gold
    foreign: Gold
    """Articles of foreign corpora, learned before one's own."""
    dev: Gold
    test: Gold
    left_out: int
    """Articles that would bridge two splits."""
    labels: tuple[str, ...]
    pool: tuple[str, ...]
    """Texts without labels: all that the workspace has, but for those of test articles."""
    incumbent: Model


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainResult:
    """The candidate, how it compares, and what became of it."""

    model: Model
    verdict: Verdict
    promoted: bool
    forced: bool
    before: Evaluation
    after: Evaluation
    train: CorpusReport
    dev: CorpusReport
    weak_articles: int


def plan_retrain(
    context: Context,
    *,
    export: str | None = None,
    articles: Iterable[Article] | None = None,
) -> RetrainPlan:
    """Divide an export version; `articles` join the pool for weak labels.

    By default they are those of the workspace, as far as there are any: the export holds the texts.
    Texts of test articles never enter the pool. Raises `UnknownExportError`,
    `DamagedExportError`, `SchemeMismatchError`, and `TrainingError` where there is too little.
    """
    scheme = context.scheme
    version = context.versions.find(export)
    lines = list(context.versions.load(version).values())
    splits: dict[str, Gold] = {"train": [], "dev": [], "test": [], "none": [], "foreign": []}
    for line in lines:
        annotation = reference_annotation(line.annotations)
        if annotation is not None:
            foreign = line.corpus is not None and line.split == "train"
            splits["foreign" if foreign else line.split].append((line.article, annotation))
    if not splits["train"]:  # a foreign corpus alone is better than nothing
        splits["train"], splits["foreign"] = splits["foreign"], []
    marked = {span.label for gold in splits.values() for _, a in gold for span in a.spans}
    unknown = sorted(marked - set(scheme.span_labels))
    if unknown:
        raise SchemeMismatchError(
            f"export {version.name} holds labels that the labelling config has not: "
            f"{', '.join(unknown)} (it has {', '.join(scheme.span_labels)})"
        )
    labels = tuple(label for label in scheme.span_labels if label in marked)
    if not splits["train"]:
        raise TrainingError(
            f"export {version.name} has no annotated training article "
            f"({len(splits['dev'])} development, {len(splits['test'])} test)",
            hint="annotate more articles, then: annotate pull",
        )
    return RetrainPlan(
        version=version,
        train=splits["train"],
        foreign=splits["foreign"],
        dev=splits["dev"],
        test=splits["test"],
        left_out=len(splits["none"]),
        labels=labels,
        pool=_pool(lines, _articles(context) if articles is None else articles),
        incumbent=context.models.in_use(),
    )


def apply_retrain(
    context: Context,
    plan: RetrainPlan,
    *,
    force: bool = False,
    on_phase: Callable[[str, int], None] | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> RetrainResult:
    """Train, evaluate both pipelines on the test articles, and let the gate decide.

    The candidate is kept with its lineage whatever the verdict is; it is put to use when the gate
    promotes it or `force` says so.
    """
    from annotate.pipeline.training.loop import train_pipeline

    settings = context.settings
    store = context.models.store
    with training_directory(store.directory) as directory:
        trained = train_pipeline(
            training_plan(context, plan),
            directory,
            on_phase=on_phase,
            on_step=on_step,
        )
        with context.holding(wait=_WAIT_SECONDS):
            candidate = store.keep(trained.path, name=NAME, lineage={"state": "being evaluated"})
    if on_phase is not None:
        on_phase("evaluate", 2)
    before = evaluate_annotations(context, plan.test, plan.incumbent)
    after = evaluate_annotations(context, plan.test, candidate)
    verdict = decide(
        before.scores,
        after.scores,
        plan.labels,
        margin=settings.gate.margin,
        min_articles=settings.gate.min_test_articles,
        samples=settings.gate.samples,
        weights=settings.gate.weights,
    )
    promoted = verdict.decision == "promoted" or force
    lineage: dict[str, Any] = {
        "created_at": context.clock().isoformat(timespec="seconds"),
        "export": {"name": plan.version.name, "id": plan.version.id},
        "articles": {
            "train": len(plan.train),
            "foreign": len(plan.foreign),
            "dev": len(plan.dev),
            "test": len(plan.test),
        },
        "left_out": plan.left_out,
        "labels": list(plan.labels),
        "nested_labels": list(trained.nested_labels),
        "weak_articles": trained.weak_articles,
        "vectors": trained.vectors,
        "score_scale": list(trained.score_scale),
        "schedule": asdict(trained.schedule),
        "seed": settings.training.seed,
        "spans": trained.train.spans,
        "span_issues": _span_issues(trained.train),
        "incumbent": plan.incumbent.version,
        "verdict": asdict(verdict),
        "promoted": promoted,
        "forced": force and verdict.decision != "promoted",
        "scores": after.to_json(),
        "incumbent_scores": before.to_json(),
    }
    with context.holding(wait=_WAIT_SECONDS):
        model = candidate
        if candidate.path is not None:
            model = store.keep(candidate.path, name=NAME, lineage=lineage)
        if promoted:
            store.use(model)
    return RetrainResult(
        model=model,
        verdict=verdict,
        promoted=promoted,
        forced=force and verdict.decision != "promoted",
        before=before,
        after=after,
        train=trained.train,
        dev=trained.dev,
        weak_articles=trained.weak_articles,
    )


def training_plan(
    context: Context,
    plan: RetrainPlan,
    *,
    train: Gold | None = None,
    seed: int | None = None,
) -> TrainingPlan:
    """Return what the trainer needs: the settings, and what the amount of gold decides.

    `train` and `seed` replace those of plan and settings. Raises `TrainingError` where word
    vectors are asked for and gensim is not installed.
    """
    from annotate.pipeline.training.loop import TrainingPlan
    from annotate.pipeline.training.vectors import can_learn_vectors

    training = context.settings.training
    if training.vectors and not can_learn_vectors():
        raise TrainingError(
            "training.vectors asks for word vectors, and gensim is not installed",
            hint=install_hint("vectors"),
        )
    gold = plan.train if train is None else train
    scarce = _words([*gold, *plan.foreign]) < SCARCE_WORDS
    return TrainingPlan(
        train=gold,
        foreign=plan.foreign,
        dev=plan.dev,
        pool=plan.pool,
        weak=scarce if training.weak_pretraining is None else training.weak_pretraining,
        vectors=bool(training.vectors),
        labels=plan.labels,
        seed=training.seed if seed is None else seed,
        epochs=training.epochs,
        weak_epochs=training.weak_epochs,
        lexicons=context.workspace.lexicons,
        aliases=context.settings.aliases,
    )


def _words(gold: Gold) -> int:
    return sum(len(article.text.split()) for article, _ in gold)


def _span_issues(report: CorpusReport) -> list[dict[str, Any]]:
    """Return every gold span that training did not see as it was marked, with the reason."""
    issues = [
        {
            "article_id": issue.article_id,
            "span": issue.span.id,
            "label": issue.span.label,
            "start": issue.span.start,
            "end": issue.span.end,
            "what": issue.what,
            "reason": issue.reason,
            "moved_to": [issue.start, issue.end] if issue.what == "moved" else None,
        }
        for issue in report.issues
    ]
    issues += [
        {
            "article_id": article_id,
            "label": label,
            "start": start,
            "end": end,
            "what": "unreachable",
            "reason": "across paragraphs, or crossing spans of its label",
        }
        for article_id, start, end, label in report.unreachable
    ]
    return issues


def _articles(context: Context) -> Iterable[Article]:
    try:
        return context.articles().articles
    except UsageError:
        return ()


def _pool(lines: Sequence[ExportedArticle], articles: Iterable[Article]) -> tuple[str, ...]:
    """Return the texts for weak labels, each once; test texts and their repeats stay out."""
    test = {line.article.text_sha256 for line in lines if line.split == "test"}
    texts = {
        article.text_sha256: article.text
        for article in (*(line.article for line in lines), *articles)
        if article.text_sha256 not in test
    }
    return tuple(texts.values())
