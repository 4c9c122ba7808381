"""Training through spaCy's own loop: the rules' labels first, foreign gold next, one's own last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from annotate.pipeline.choices.learn import learn_choices
from annotate.pipeline.choices.model import ChoiceModel
from annotate.pipeline.languages import blank
from annotate.pipeline.rule_labels import ENGLISH, RULES_KEY
from annotate.pipeline.span_crf.calibrate import IDENTITY, fit_scale
from annotate.pipeline.span_crf.prior import LabelPrior
from annotate.pipeline.training.config import (
    SPANS_KEY,
    Schedule,
    schedule_for,
    training_config,
)
from annotate.pipeline.training.corpus import (
    check_reachable,
    count_batches,
    gold_docs,
    nesting,
    write_corpus,
)
from annotate.pipeline.training.plan import Pretrained, Trained, TrainingPlan
from annotate.pipeline.training.prior import fit_prior
from annotate.pipeline.training.progress import Step, listening
from annotate.pipeline.training.run import run_training
from annotate.pipeline.training.vectors import write_vectors
from annotate.pipeline.training.weak import fill_unknown, weak_docs

OnPhase: TypeAlias = Callable[[str, int], None]
OnStep: TypeAlias = Callable[[Step], None]

MIN_DEV_ARTICLES = 10
"""With fewer, their score is noise: the last epoch is taken, and scores are not calibrated."""

_WEAK = Schedule(epochs=2, batch_words=1000, dropout=0.2, rule_mask=0.7)


def train_pipeline(
    plan: TrainingPlan,
    directory: Path,
    *,
    on_phase: OnPhase | None = None,
    on_step: OnStep | None = None,
) -> Trained:
    """Train a pipeline in `directory`; `on_phase` gets a name and the expected number of steps.

    Deterministic for a seed on one machine. Raises `TrainingError` where there is nothing to
    learn from.
    """
    before = pretrain(plan, directory, on_phase=on_phase, on_step=on_step)
    return finish(plan, before, directory, on_phase=on_phase, on_step=on_step)


def pretrain(
    plan: TrainingPlan,
    directory: Path,
    *,
    on_phase: OnPhase | None = None,
    on_step: OnStep | None = None,
) -> Pretrained:
    """Learn what comes before one's own gold: word vectors, weak labels, foreign corpora.

    Of the gold itself only its texts are used, and which labels nest. Raises `TrainingError` where
    there is nothing to learn from, or too much of it is out of reach.
    """
    rules = base_pipeline(plan)
    nested = nesting(
        gold_docs(rules, [*plan.train, *plan.foreign], labels=plan.labels, nested_labels=())[0]
    )
    docs, report = gold_docs(rules, plan.train, labels=plan.labels, nested_labels=nested)
    check_reachable(report)
    directory.mkdir(parents=True, exist_ok=True)
    write_corpus(docs[:1], directory / "some.spacy")  # spaCy's loop wants to score something
    vectors, vector_words = None, 0
    if plan.vectors:
        if on_phase is not None:
            on_phase("word vectors", 1)
        vectors = directory / "vectors"
        vector_words = write_vectors(
            _all_texts(plan), vectors, seed=plan.seed, language=plan.language
        )
    weak: list[Doc] = []
    if plan.weak_labels is None or plan.weak_labels:
        weak = weak_docs(
            rules, plan.pool, labels=plan.labels, wanted=plan.weak_labels, aliases=plan.aliases
        )
    foreign, foreign_report = gold_docs(
        rules, plan.foreign, labels=plan.labels, nested_labels=nested
    )
    # A corpus has conventions of its own: how far it believes a rule is its own affair.
    believed = fit_prior(rules, foreign, labels=plan.labels, aliases=plan.aliases)
    filled = fill_unknown(rules, foreign, labels=plan.labels, aliases=plan.aliases)
    begun = Pretrained(
        rules=rules,
        nested_labels=tuple(nested),
        start=None,
        vectors=vectors,
        vector_words=vector_words,
        weak_articles=len(weak),
        foreign=foreign_report,
        filled=filled,
    )
    for name, stage, corpus, prior in (
        ("weak", replace(_WEAK, epochs=plan.weak_epochs), weak, []),
        ("foreign", schedule_for(foreign_report.words), foreign, believed),
    ):
        if corpus:
            start = _stage(
                plan, begun, directory, name, stage, corpus,
                dev=directory / "some.spacy", prior=prior, on_phase=on_phase, on_step=on_step,
            )  # fmt: skip
            begun = replace(begun, start=start)
    return begun


def finish(
    plan: TrainingPlan,
    before: Pretrained,
    directory: Path,
    *,
    on_phase: OnPhase | None = None,
    on_step: OnStep | None = None,
) -> Trained:
    """Learn one's own gold, which decides; it may be a part of what `before` was made for.

    Raises `TrainingError` where there is nothing to learn from.
    """
    rules, nested = before.rules, before.nested_labels
    docs, report = gold_docs(rules, plan.train, labels=plan.labels, nested_labels=nested)
    dev_docs, dev_report = gold_docs(rules, plan.dev, labels=plan.labels, nested_labels=nested)
    check_reachable(report)
    directory.mkdir(parents=True, exist_ok=True)
    dev = write_corpus(dev_docs or docs[:1], directory / "dev.spacy")
    prior = fit_prior(rules, docs, labels=plan.labels, aliases=plan.aliases)
    other, _ = gold_docs(rules, plan.examples, labels=plan.labels, nested_labels=nested)
    choices = learn_choices([*docs, *other], key=SPANS_KEY)
    filled = Counter(before.filled)
    filled.update(fill_unknown(rules, docs, labels=plan.labels, aliases=plan.aliases))
    schedule = schedule_for(
        report.words, epochs=plan.epochs, fresh=before.start is None and not prior
    )
    path = _stage(
        plan, before, directory, "train", schedule, docs,
        dev=dev, prior=prior, on_phase=on_phase, on_step=on_step,
    )  # fmt: skip
    chosen = len(plan.dev) >= MIN_DEV_ARTICLES
    if chosen:
        path = path.with_name("model-best")
    _equip(path, choices, english=plan.language == ENGLISH)
    scale = _calibrate(path, dev_docs) if chosen else IDENTITY
    return Trained(
        path=path,
        train=report,
        dev=dev_report,
        foreign=before.foreign,
        weak_articles=before.weak_articles,
        filled=dict(sorted(filled.items())),
        choices=tuple(f"{model.label}.{model.name}" for model in choices),
        vectors=before.vector_words,
        score_scale=scale,
        schedule=schedule,
        nested_labels=nested,
    )


def calibrated(
    trained: Trained, judged: Sequence[tuple[float, bool]], *, dev_articles: int
) -> Trained:
    """Scale the scores of a pipeline on disk by what others, trained on parts, were right about.

    `judged` holds (score, whether the span was right). Enough development articles have scaled the
    scores already, and then nothing changes.
    """
    if dev_articles >= MIN_DEV_ARTICLES:
        return trained
    nlp = spacy.load(trained.path)
    scale = fit_scale(judged)
    component: Any = nlp.get_pipe("span_crf")
    component.cfg["score_scale"] = list(scale)
    nlp.to_disk(trained.path)
    return replace(trained, score_scale=scale)


def _equip(path: Path, choices: Sequence[ChoiceModel], *, english: bool) -> None:
    """Give a pipeline on disk the choices that were learned; else, in English, the shipped."""
    if choices or not english:
        nlp = spacy.load(path)
        component: Any = nlp.get_pipe("span_choices")
        component.models = tuple(choices)
        nlp.to_disk(path)


def _stage(
    plan: TrainingPlan,
    before: Pretrained,
    directory: Path,
    name: str,
    schedule: Schedule,
    corpus: Sequence[Doc],
    *,
    dev: Path,
    prior: Sequence[LabelPrior],
    on_phase: OnPhase | None,
    on_step: OnStep | None,
) -> Path:
    path = write_corpus(corpus, directory / f"{name}.spacy")

    def config_for(steps: int) -> dict[str, Any]:
        config = training_config(
            labels=plan.labels,
            nested_labels=before.nested_labels,
            schedule=schedule,
            steps_per_epoch=steps,
            train=path,
            dev=dev,
            seed=plan.seed,
            language=plan.language,
            lexicons=plan.lexicons,
            warm_start=before.start,
            vectors=before.vectors,
            prior=prior,
        )
        return config if plan.overrides is None else plan.overrides.applied(config)

    steps = _steps_per_epoch(corpus, schedule)
    if plan.overrides is not None:
        steps = count_batches(config_for(steps), corpus)
    if on_phase is not None:
        on_phase(name, steps * schedule.epochs)
    config = config_for(steps)
    with listening(on_step):
        run_training(config, directory / name, gpu_id=plan.gpu_id)
    return directory / name / "model-last"


def _calibrate(path: Path, gold: Sequence[Doc]) -> tuple[float, float]:
    nlp = spacy.load(path)
    component: Any = nlp.get_pipe("span_crf")
    scale: tuple[float, float] = component.calibrate(nlp.pipe(doc.text for doc in gold), gold)
    nlp.to_disk(path)
    return scale


def _all_texts(plan: TrainingPlan) -> dict[str, None]:
    """Return every text but those of test articles, each once."""
    gold = (article.text for article, _ in (*plan.train, *plan.foreign))
    return dict.fromkeys([*plan.pool, *gold])


def base_pipeline(plan: TrainingPlan) -> Language:
    """Return the tokenizer of the plan's language, with the rules where they are written for it."""
    return rules_pipeline(plan.lexicons) if plan.language == ENGLISH else blank(plan.language)


def rules_pipeline(lexicons: Sequence[Path] = (), *, spans_key: str = RULES_KEY) -> Language:
    """Return a blank English pipeline with the rules, writing to group `spans_key`."""
    nlp = blank()
    nlp.add_pipe(
        "attribution_rules",
        config={"spans_key": spans_key, "lexicons": [str(path) for path in lexicons]},
    )
    return nlp


def _steps_per_epoch(docs: Sequence[Doc], schedule: Schedule) -> int:
    return max(1, round(sum(map(len, docs)) / schedule.batch_words))
