"""Training through spaCy's own loop: the rules' labels first, foreign gold next, one's own last."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeAlias

import spacy
from spacy.language import Language
from spacy.vocab import Vocab

from annotate.pipeline.choices.learn import ChosenSpans
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
from annotate.pipeline.training.conversion import nested_labels
from annotate.pipeline.training.corpus import CorpusReport, check_reachable, count_batches
from annotate.pipeline.training.gathering import Corpus, Gathering, write_counted
from annotate.pipeline.training.plan import Pretrained, Trained, TrainingPlan
from annotate.pipeline.training.progress import Step, listening
from annotate.pipeline.training.run import run_training
from annotate.pipeline.training.shards import read_corpus
from annotate.pipeline.training.vectors import write_vectors
from annotate.pipeline.training.weak import weak_docs

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
    nested = nested_labels(rules, chain(plan.train, plan.foreign), plan.labels)
    gathering = _gathering(plan, rules, nested)
    check_reachable(gathering.report(plan.train))
    directory.mkdir(parents=True, exist_ok=True)
    some = directory / "some.spacy"  # spaCy's loop wants to score something
    gathering.write(islice(plan.train, 1), some)
    vectors, vector_words = None, 0
    if plan.vectors:
        if on_phase is not None:
            on_phase("word vectors", 1)
        vectors = directory / "vectors"
        vector_words = write_vectors(
            _all_texts(plan), vectors, seed=plan.seed, language=plan.language
        )
    pool = plan.pool if plan.weak_labels is None or plan.weak_labels else ()
    weak = write_counted(
        weak_docs(rules, pool, labels=plan.labels, wanted=plan.weak_labels, aliases=plan.aliases),
        directory / "weak.spacy",
    )
    # A corpus has conventions of its own: how far it believes a rule is its own affair.
    foreign = gathering.gather(plan.foreign, directory / "foreign.spacy")
    begun = Pretrained(
        rules=rules,
        nested_labels=tuple(nested),
        start=None,
        vectors=vectors,
        vector_words=vector_words,
        weak_articles=weak.articles,
        foreign=foreign.report,
        filled=foreign.filled,
    )
    for name, stage, corpus, prior in (
        ("weak", replace(_WEAK, epochs=plan.weak_epochs), weak, []),
        ("foreign", schedule_for(foreign.report.words), foreign.corpus, foreign.prior),
    ):
        if corpus.articles:
            start = _stage(
                plan, begun, directory, name, stage, corpus,
                dev=some, prior=prior, on_phase=on_phase, on_step=on_step,
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
    directory.mkdir(parents=True, exist_ok=True)
    gathering = _gathering(plan, before.rules, before.nested_labels)
    chosen_spans = ChosenSpans(key=SPANS_KEY)
    train = gathering.gather(plan.train, directory / "train.spacy", on_doc=chosen_spans.add)
    check_reachable(train.report)
    for doc in gathering.docs(plan.examples, CorpusReport()):
        chosen_spans.add(doc)
    choices = chosen_spans.models()
    dev = directory / "dev.spacy"
    dev_report = gathering.write(plan.dev or islice(plan.train, 1), dev)
    filled = Counter(before.filled)
    filled.update(train.filled)
    schedule = schedule_for(
        train.report.words, epochs=plan.epochs, fresh=before.start is None and not train.prior
    )
    path = _stage(
        plan, before, directory, "train", schedule, train.corpus,
        dev=dev, prior=train.prior, on_phase=on_phase, on_step=on_step,
    )  # fmt: skip
    chosen = len(plan.dev) >= MIN_DEV_ARTICLES
    if chosen:
        path = path.with_name("model-best")
    _equip(path, choices, english=plan.language == ENGLISH)
    scale = _calibrate(path, dev, before.rules.vocab) if chosen else IDENTITY
    return Trained(
        path=path,
        train=train.report,
        dev=dev_report if plan.dev else CorpusReport(),
        foreign=before.foreign,
        weak_articles=before.weak_articles,
        filled=dict(sorted(filled.items())),
        choices=tuple(f"{model.label}.{model.name}" for model in choices),
        vectors=before.vector_words,
        score_scale=scale,
        schedule=schedule,
        nested_labels=before.nested_labels,
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
    corpus: Corpus,
    *,
    dev: Path,
    prior: Sequence[LabelPrior],
    on_phase: OnPhase | None,
    on_step: OnStep | None,
) -> Path:
    def config_for(steps: int) -> dict[str, Any]:
        config = training_config(
            labels=plan.labels,
            nested_labels=before.nested_labels,
            schedule=schedule,
            steps_per_epoch=steps,
            train=corpus.path,
            dev=dev,
            seed=plan.seed,
            language=plan.language,
            lexicons=plan.lexicons,
            warm_start=before.start,
            vectors=before.vectors,
            prior=prior,
        )
        return config if plan.overrides is None else plan.overrides.applied(config)

    steps = max(1, round(corpus.tokens / schedule.batch_words))
    if plan.overrides is not None:
        docs = read_corpus(corpus.path, before.rules.vocab)
        steps = count_batches(config_for(steps), docs)
    if on_phase is not None:
        on_phase(name, steps * schedule.epochs)
    config = config_for(steps)
    with listening(on_step):
        run_training(config, directory / name, gpu_id=plan.gpu_id)
    return directory / name / "model-last"


def _calibrate(path: Path, gold: Path, vocab: Vocab) -> tuple[float, float]:
    nlp = spacy.load(path)
    component: Any = nlp.get_pipe("span_crf")
    texts = (doc.text for doc in read_corpus(gold, vocab))
    scale: tuple[float, float] = component.calibrate(nlp.pipe(texts), read_corpus(gold, vocab))
    nlp.to_disk(path)
    return scale


def _gathering(plan: TrainingPlan, rules: Language, nested: Sequence[str]) -> Gathering:
    return Gathering(rules=rules, labels=plan.labels, nested_labels=nested, aliases=plan.aliases)


def _all_texts(plan: TrainingPlan) -> Iterator[str]:
    """Yield every text but those of test articles, each once."""
    seen: set[bytes] = set()
    for text in chain(plan.pool, (a.text for a, _ in chain(plan.train, plan.foreign))):
        digest = hashlib.sha256(text.encode()).digest()
        if digest not in seen:
            seen.add(digest)
            yield text


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
