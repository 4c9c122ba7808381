"""Training through spaCy's own loop: the rules' labels first, foreign gold next, one's own last."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from spacy.util import load_config_from_str
from thinc.api import Config

from annotate.pipeline.span_crf.calibrate import IDENTITY
from annotate.pipeline.training.config import (
    RULES_KEY,
    Schedule,
    schedule_for,
    training_config,
)
from annotate.pipeline.training.corpus import (
    CorpusReport,
    check_reachable,
    gold_docs,
    nesting,
    write_corpus,
)
from annotate.pipeline.training.prior import fit_prior
from annotate.pipeline.training.progress import Step, listening
from annotate.pipeline.training.vectors import write_vectors
from annotate.pipeline.training.weak import fill_unknown, weak_docs
from annotate.records import Annotation, Article

Gold = Sequence[tuple[Article, Annotation]]

MIN_DEV_ARTICLES = 10
"""With fewer, their score is noise: the last epoch is taken, and scores are not calibrated."""

_WEAK = Schedule(epochs=2, batch_words=1000, dropout=0.2, rule_mask=0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What is learned from what."""

    train: Gold
    dev: Gold
    pool: Sequence[str]
    """Texts without labels, for weak pretraining and word vectors."""
    foreign: Gold = ()
    """Other people's corpora: learned before one's own gold, which decides."""
    weak_labels: Sequence[str] | None = None
    """Labels that are learned from the rules' spans of the pool first; `None`: all of them."""
    labels: Sequence[str]
    seed: int = 0
    vectors: bool = False
    """Whether to learn word vectors from pool and training texts first."""
    epochs: int | None = None
    weak_epochs: int = 2
    lexicons: Sequence[Path] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """What labels that the rules know are called here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Where the pipeline lies and what went into it."""

    path: Path
    train: CorpusReport
    dev: CorpusReport
    foreign: CorpusReport
    weak_articles: int
    filled: Mapping[str, int]
    """Label → articles in which nobody annotated it, and the rules' spans of it were learned."""
    vectors: int
    """Words with a vector of their own."""
    score_scale: tuple[float, float]
    """Slope and intercept that make the scores keep their word on development articles."""
    schedule: Schedule
    nested_labels: tuple[str, ...]


def train_pipeline(
    plan: TrainingPlan,
    directory: Path,
    *,
    on_phase: Callable[[str, int], None] | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> Trained:
    """Train a pipeline in `directory`; `on_phase` gets a name and the expected number of steps.

    Deterministic for a seed on one machine. Raises `TrainingError` where there is nothing to
    learn from.
    """
    rules = rules_pipeline(plan.lexicons)
    nested = nesting(
        gold_docs(rules, [*plan.train, *plan.foreign], labels=plan.labels, nested_labels=())[0]
    )
    docs, report = gold_docs(rules, plan.train, labels=plan.labels, nested_labels=nested)
    dev_docs, dev_report = gold_docs(rules, plan.dev, labels=plan.labels, nested_labels=nested)
    check_reachable(report)
    directory.mkdir(parents=True, exist_ok=True)
    write_corpus(dev_docs or docs[:1], directory / "dev.spacy")
    vectors, vector_words = None, 0
    if plan.vectors:
        if on_phase is not None:
            on_phase("word vectors", 1)
        vectors = directory / "vectors"
        vector_words = write_vectors(_all_texts(plan), vectors, seed=plan.seed)
    weak: list[Doc] = []
    if plan.weak_labels is None or plan.weak_labels:
        weak = weak_docs(
            rules, plan.pool, labels=plan.labels, wanted=plan.weak_labels, aliases=plan.aliases
        )
    foreign, foreign_report = gold_docs(
        rules, plan.foreign, labels=plan.labels, nested_labels=nested
    )
    schedule = schedule_for(report.words, epochs=plan.epochs)
    stages = [
        ("weak", replace(_WEAK, epochs=plan.weak_epochs), weak),
        ("foreign", schedule_for(foreign_report.words), foreign),
        ("train", schedule, docs),
    ]
    prior = fit_prior(rules, docs, labels=plan.labels, aliases=plan.aliases)
    filled = fill_unknown(rules, [*foreign, *docs], labels=plan.labels, aliases=plan.aliases)
    start: Path | None = None
    for name, stage, corpus in stages:
        if not corpus:
            continue
        steps = _steps_per_epoch(corpus, stage)
        if on_phase is not None:
            on_phase(name, steps * stage.epochs)
        config = training_config(
            labels=plan.labels,
            nested_labels=nested,
            schedule=stage,
            steps_per_epoch=steps,
            train=write_corpus(corpus, directory / f"{name}.spacy"),
            dev=directory / "dev.spacy",
            seed=plan.seed,
            lexicons=plan.lexicons,
            warm_start=start,
            vectors=vectors,
            prior=() if name == "weak" else prior,
        )
        with listening(on_step):
            _train(config, directory / name)
        start = directory / name / "model-last"
    path = directory / "train" / "model-last"
    scale = IDENTITY
    if len(plan.dev) >= MIN_DEV_ARTICLES:
        path = path.with_name("model-best")
        scale = _calibrate(path, dev_docs)
    return Trained(
        path=path,
        train=report,
        dev=dev_report,
        foreign=foreign_report,
        weak_articles=len(weak),
        filled=filled,
        vectors=vector_words,
        score_scale=scale,
        schedule=schedule,
        nested_labels=tuple(nested),
    )


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


def rules_pipeline(lexicons: Sequence[Path] = (), *, spans_key: str = RULES_KEY) -> Language:
    """Return a blank English pipeline with the rules, writing to group `spans_key`."""
    nlp = spacy.blank("en")
    nlp.add_pipe(
        "attribution_rules",
        config={"spans_key": spans_key, "lexicons": [str(path) for path in lexicons]},
    )
    return nlp


def _steps_per_epoch(docs: Sequence[Doc], schedule: Schedule) -> int:
    return max(1, round(sum(map(len, docs)) / schedule.batch_words))


def _train(config: dict[str, Any], output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    nlp = init_nlp(load_config_from_str(Config(config).to_str()))
    with Path(os.devnull).open("w", encoding="utf-8") as errors:
        train(nlp, output, use_gpu=-1, stdout=io.StringIO(), stderr=errors)
    for path in output.glob("model-*/config.cfg"):
        _forget_places(path)


def _forget_places(path: Path) -> None:
    """Remove from a saved config where on this machine it was trained.

    A model version would otherwise change with every temporary directory. Lexicons travel inside
    the pipeline.
    """
    config = Config().from_disk(path, interpolate=False)
    for corpus in config["corpora"].values():
        corpus["path"] = None
    config["initialize"]["after_init"] = None
    config["initialize"]["vectors"] = None
    config["components"]["attribution_rules"]["lexicons"] = []
    config.to_disk(path)
