"""The spaCy config of a pipeline that `annotate retrain` trains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.pipeline.rule_labels import ENGLISH, PART_LABELS, PARTS_KEY, RULE_LABELS, RULES_KEY
from annotate.pipeline.span_crf.prior import LabelPrior

SPANS_KEY = "sc"
RULE_SPANS = (
    *(f"{RULES_KEY}/{label}" for label in RULE_LABELS),
    *(f"{PARTS_KEY}/{label}" for label in PART_LABELS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and in what steps to train; batches count words."""

    epochs: int
    batch_words: int
    dropout: float
    rule_mask: float = 0.0


def schedule_for(words: int, *, epochs: int | None = None, fresh: bool = False) -> Schedule:
    """Return the schedule for that many words of gold.

    After weak pretraining about 50,000 words seen are best where gold is scarce, and three epochs
    where it is not; more lose what the rules taught (`benchmarks/README.md`). Where nobody has
    taught anything before, neither rules nor another corpus (`fresh`), there is nothing to lose.
    """
    scarce = words < 40_000
    most = 30 if fresh else 8
    return Schedule(
        epochs=epochs or min(most, max(3, round(50_000 / max(1, words)))),
        batch_words=500 if scarce else 1000,
        dropout=0.3 if scarce else 0.2,
    )


def training_config(
    *,
    labels: Sequence[str],
    nested_labels: Sequence[str],
    schedule: Schedule,
    steps_per_epoch: int,
    train: Path,
    dev: Path,
    seed: int,
    language: str = ENGLISH,
    lexicons: Sequence[Path] = (),
    warm_start: Path | None = None,
    vectors: Path | None = None,
    prior: Sequence[LabelPrior] = (),
) -> dict[str, Any]:
    """Return a complete config for `spacy.training`: rules → span_crf → links → choices.

    In other languages than English, for which the rules are written, span_crf and choices alone.
    """
    tok2vec = {
        "@architectures": "annotate.ParagraphTok2Vec.v1",
        "embed": {
            "@architectures": "annotate.RuleHashEmbed.v1",
            "width": 96,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [5000, 1000, 2500, 2500],
            "rule_spans": list(RULE_SPANS),
            "rule_width": 32,
            "rule_mask": schedule.rule_mask,
            "include_static_vectors": vectors is not None,
        },
        "encode": {
            "@architectures": "annotate.GatedEncoder.v1",
            "width": 96,
            "layers": "wawa",
            "units": 64,
        },
    }
    components: dict[str, Any] = {
        "attribution_rules": {
            "factory": "attribution_rules",
            "spans_key": RULES_KEY,
            "lexicons": [str(path) for path in lexicons],
        },
        "span_crf": {
            "factory": "span_crf",
            "spans_key": SPANS_KEY,
            "nested_labels": list(nested_labels),
            "prior": list(prior),
            "model": {"@architectures": "annotate.SpanCRF.v1", "tok2vec": tok2vec},
        },
        "attribution_links": {"factory": "attribution_links", "spans_key": SPANS_KEY},
        "span_choices": {"factory": "span_choices", "spans_key": SPANS_KEY},
    }
    if language != ENGLISH:
        del components["attribution_rules"], components["attribution_links"]
    return {
        "system": {"seed": seed, "gpu_allocator": None},
        "nlp": {
            "lang": language,
            "pipeline": list(components),
            "batch_size": 16,
        },
        "components": components,
        "corpora": {
            "train": {"@readers": "annotate.Paragraphs.v1", "path": str(train)},
            "dev": {"@readers": "spacy.Corpus.v1", "path": str(dev)},
        },
        "training": {
            "seed": seed,
            "gpu_allocator": None,
            "dev_corpus": "corpora.dev",
            "train_corpus": "corpora.train",
            "annotating_components": [name for name in components if name == "attribution_rules"],
            "frozen_components": [],
            "dropout": schedule.dropout,
            "max_epochs": schedule.epochs,
            "max_steps": 0,
            "patience": 0,
            "eval_frequency": max(1, steps_per_epoch),
            "accumulate_gradient": 1,
            "batcher": {
                "@batchers": "spacy.batch_by_words.v1",
                "size": schedule.batch_words,
                "tolerance": 0.2,
                "discard_oversize": False,
            },
            "optimizer": {
                "@optimizers": "Adam.v1",
                "learn_rate": 0.001,
                "L2": 0.01,
                "L2_is_weight_decay": True,
                "grad_clip": 1.0,
                "use_averages": True,
            },
            "logger": {"@loggers": "annotate.progress.v1"},
            "score_weights": {"spans_macro_f": 1.0},
        },
        "initialize": {
            "vectors": None if vectors is None else str(vectors),
            "components": {"span_crf": {"labels": sorted(labels)}},
            "after_init": (
                None
                if warm_start is None
                else {"@callbacks": "annotate.warm_start.v1", "path": str(warm_start)}
            ),
        },
    }
