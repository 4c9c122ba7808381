"""What a retraining learns from what: an export version, divided, and the trainer's settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from annotate.errors import SchemeMismatchError, TrainingError, UsageError
from annotate.exports.manifests import Version
from annotate.installation import install_hint
from annotate.labels import LabelScheme
from annotate.pipeline.registry import Model
from annotate.pipeline.rule_labels import ENGLISH, known_to_rules
from annotate.records import Annotation, Article
from annotate.samples import sample_articles
from annotate.settings import GateSettings
from annotate.workflow.learning.gold_lines import read_gold_lines
from annotate.workflow.learning.separation import (
    Gold,
    KeptOut,
    divide_gold,
    pool_of,
    texts_of_tests,
)
from annotate.workflow.state.context import Context

if TYPE_CHECKING:  # importing spaCy takes a second
    from annotate.pipeline.training.overrides import ConfigOverrides
    from annotate.pipeline.training.plan import TrainingPlan

SCARCE_WORDS = 250_000
"""A label of which there is less gold is learned from the rules' spans of all texts first."""


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
    kept_out: tuple[KeptOut, ...]
    """Gold that nearly repeats a test article of the version."""
    corpora: Mapping[str, str]
    """Article → the foreign corpus that it comes from."""
    labels: tuple[str, ...]
    pool: Sequence[str]
    """Texts without labels: all that the workspace has, but for those of test articles."""
    weak: bool
    """Whether the rules know any of the labels, and so give the pool weak labels."""
    pool_left_out: int
    """Texts that stay out of the pool: of test articles, known and to come, and their like."""
    incumbent: Model
    blind: int
    """How many of the test articles were annotated without pre-labels."""
    groups: Mapping[str, str]
    """Article → the group of articles that nearly repeat one another."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """Article with several annotations → the rule of adjudication that chose the one learned."""
    undecided: tuple[str, ...] = ()
    """Annotated articles that are left out, since no rule of adjudication decides."""
    config: ConfigOverrides | None = None
    """What the workspace's own config changes in the network and how it learns."""
    gpu_id: int = -1
    """The graphics card that trains; -1 for none."""

    def folded(self, gate: GateSettings) -> int:
        """Return how many training articles cross-validation compares, where blind ones are few."""
        few = self.blind < gate.min_test_articles
        enough = len(self.train) >= gate.min_articles and gate.repeats > 0
        return len(self.train) if few and enough and self.folds(gate) > 1 else 0

    def folds(self, gate: GateSettings) -> int:
        """Return into how many parts the training articles fall; near-duplicates stay together."""
        names = (article.article_id for article, _ in self.train)
        return min(gate.folds, len({self.groups.get(name, name) for name in names}))

    def fewer_folds(self, gate: GateSettings) -> str | None:
        """Return what to tell where there are fewer parts than the settings ask for."""
        folds = self.folds(gate)
        few = len(self.train) < gate.min_articles
        if few or not gate.repeats or folds == gate.folds:
            return None
        return (
            f"gate.folds asks for {gate.folds} parts of {len(self.train)} training articles, which "
            f"make {folds}: every part needs an article, and near-duplicates stay together"
        )


def plan_retrain(
    context: Context,
    *,
    export: str | None = None,
    articles: Iterable[Article] | None = None,
    gpu_id: int = -1,
) -> RetrainPlan:
    """Divide an export version; `articles` join the pool for weak labels, `gpu_id` trains.

    By default they are those of the workspace, as far as there are any: the export holds the texts.
    Texts of test articles, and what nearly repeats them, never enter the pool, and no gold that
    nearly repeats a test article of the version is learned. Raises `UnknownExportError`,
    `DamagedExportError`, `SchemeMismatchError`, `TrainingError` where there is too little, and
    `WorkspaceError` where the workspace's own config cannot be read.
    """
    config = _config(context)
    scheme = context.scheme
    version = context.versions.find(export)
    lines = context.versions.stored(version)
    read = read_gold_lines(context, lines)
    tests = texts_of_tests(lines[number] for number in read.tests)
    chosen = ((lines[number], number) for number in read.marked)
    splits, kept_out = divide_gold(chosen, tests)
    marked = {label for found in splits.values() for n in found for label in read.marked[n]}
    unknown = sorted(marked - set(scheme.span_labels))
    if unknown:
        raise SchemeMismatchError(
            f"export {version.name} holds labels that the labelling config has not: "
            f"{', '.join(unknown)} (it has {', '.join(scheme.span_labels)})"
        )
    labels = tuple(label for label in scheme.span_labels if label in marked)
    if not splits["train"]:
        repeating = f"; {len(kept_out)} nearly repeat test articles" if kept_out else ""
        raise TrainingError(
            f"export {version.name} has no annotated training article "
            f"({len(splits['dev'])} development, {len(splits['test'])} test{repeating})",
            hint="annotate more articles, then: annotate pull",
        )
    given = _articles(context) if articles is None else articles
    with context.known_articles() as register:
        pool = pool_of(lines, given, tests=tests, register=register)
    return RetrainPlan(
        version=version,
        **{split: read.gold(splits[split]) for split in ("train", "foreign", "dev", "test")},
        left_out=len(splits["none"]),
        kept_out=kept_out,
        corpora=read.corpora,
        labels=labels,
        pool=pool.texts,
        weak=context.settings.language == ENGLISH
        and bool(known_to_rules(scheme.span_labels, context.settings.aliases)),
        pool_left_out=pool.left_out,
        incumbent=context.models.in_use(),
        blind=sum(number not in read.seen for number in splits["test"]),
        groups=read.groups,
        rules=read.rules,
        undecided=tuple(read.undecided),
        config=config,
        gpu_id=gpu_id,
    )


def check_training(context: Context, plan: RetrainPlan) -> None:
    """Raise what would keep the plan's network from being trained, before anything is.

    `TrainingError` where the graphics card cannot be used or an extra is missing, `WorkspaceError`
    where the workspace's own config gives no network that can be trained.
    """
    from annotate.pipeline.training.check import check_network

    check_network(training_plan(context, plan))


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
    from annotate.pipeline.training.plan import TrainingPlan
    from annotate.pipeline.training.vectors import can_learn_vectors

    training = context.settings.training
    if training.vectors and not can_learn_vectors():
        raise TrainingError(
            "training.vectors asks for word vectors, and gensim is not installed",
            hint=install_hint("vectors"),
        )
    gold = plan.train if train is None else train
    words = _words(chain(gold, plan.foreign))
    scarce = [label for label in plan.labels if words[label] < SCARCE_WORDS]
    asked = {True: plan.labels, False: (), None: tuple(scarce)}
    return TrainingPlan(
        train=gold,
        foreign=plan.foreign,
        examples=sample_gold(context.scheme) if context.settings.language == ENGLISH else (),
        dev=plan.dev,
        pool=plan.pool,
        weak_labels=asked[training.weak_pretraining],
        vectors=bool(training.vectors),
        labels=plan.labels,
        seed=training.seed if seed is None else seed,
        epochs=training.epochs,
        weak_epochs=training.weak_epochs,
        language=context.settings.language,
        lexicons=context.workspace.lexicons,
        aliases=context.settings.aliases,
        overrides=plan.config,
        gpu_id=plan.gpu_id,
    )


def _config(context: Context) -> ConfigOverrides | None:
    path = context.workspace.training_config
    if path is None:
        return None
    from annotate.pipeline.training.overrides import read_overrides

    return read_overrides(path)


def sample_gold(scheme: LabelScheme) -> Gold:
    """Return the sample corpus as far as its choices are those of the labelling config."""
    found: list[tuple[Article, Annotation]] = []
    for line in sample_articles():
        kept = [
            replace(span, attributes=scheme.fit_choices(span.label, span.attributes)[0])
            for span in line.spans
            if span.label in scheme.span_labels
        ]
        if any(span.attributes for span in kept):
            annotation = line.annotation(
                annotator="samples", annotation_id="1", all_names=scheme.all_names
            )
            found.append((line.article, replace(annotation, spans=tuple(kept), links=())))
    return found


def _words(gold: Iterable[tuple[Article, Annotation]]) -> Counter[str]:
    """Return, by label, the words of the articles in which it was annotated at all."""
    words: Counter[str] = Counter()
    for article, annotation in gold:
        count = len(article.text.split())
        for label in annotation.labels:
            words[label] += count
    return words


def _articles(context: Context) -> Iterable[Article]:
    try:
        return context.articles().articles
    except UsageError:
        return ()
